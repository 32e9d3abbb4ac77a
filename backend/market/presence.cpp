#include "market/presence.hpp"

#include <utility>

namespace vv::market {
namespace {

// Of one sweep; the next takes the rest. Well inside a mutation's reading budget.
constexpr std::size_t kMaxSwept = 4'000;

Result<std::optional<MeetSession>> session_of_room(store::Reader& db, const CallId& call_id) {
  return db.query<MeetSession>("by_call").eq(call_id).unique();
}

/// Brings `absent_since` and `together_since` in line with who is present.
void settle(MeetSession& session, UnixMillis now) {
  const bool together = session.demandeur_present && session.offreur_present;
  if (together && !session.together_since) session.together_since = now;
  if (!together && session.together_since) {
    session.together_ms += (now - *std::exchange(session.together_since, std::nullopt)).as_millis();
  }
  const bool anybody = session.demandeur_present || session.offreur_present;
  if (anybody) {
    session.absent_since.reset();
  } else if (!session.absent_since && (session.demandeur_joined_at || session.offreur_joined_at)) {
    session.absent_since = now;
  }
}

bool is_over(const MeetSession& session, UnixMillis now) {
  if (session.absent_since) return now - *session.absent_since >= kBothAbsentLimit;
  const bool came = session.demandeur_joined_at || session.offreur_joined_at;
  return !came && now - session.created_at >= kNeverJoinedLimit;
}

}  // namespace

void clear_presence(MeetSession& session, UnixMillis now) {
  session.demandeur_present = false;
  session.offreur_present = false;
  settle(session, now);
}

Status may_join(store::Reader& db, const CallId& call_id, const UserId& person) {
  VV_ASSIGN_OR_RETURN(const std::optional<MeetSession> session, session_of_room(db, call_id));
  if (!session || !session->is_party(person) || session->status != MeetStatus::Active) {
    return not_found("there is no such room");
  }
  return {};
}

Status participant_joined(MutationContext& ctx, const CallId& call_id, const UserId& person) {
  VV_ASSIGN_OR_RETURN(std::optional<MeetSession> session, session_of_room(ctx.db, call_id));
  if (!session || !session->is_party(person)) return not_found("there is no such room");
  if (session->status != MeetStatus::Active) {
    return wrong_state("this session has ended", session->status);
  }
  const bool is_demandeur = person == session->demandeur_id;
  auto& first = is_demandeur ? session->demandeur_joined_at : session->offreur_joined_at;
  if (!first) first = ctx.now();
  (is_demandeur ? session->demandeur_present : session->offreur_present) = true;
  settle(*session, ctx.now());
  return ctx.db.replace(*session);
}

Status participant_left(MutationContext& ctx, const CallId& call_id, const UserId& person) {
  VV_ASSIGN_OR_RETURN(std::optional<MeetSession> session, session_of_room(ctx.db, call_id));
  if (!session || !session->is_party(person)) return not_found("there is no such room");
  if (session->status != MeetStatus::Active) return {};  // ending it took everybody out
  (person == session->demandeur_id ? session->demandeur_present : session->offreur_present) = false;
  settle(*session, ctx.now());
  return ctx.db.replace(*session);
}

Status reset_presence(MutationContext& ctx) {
  VV_ASSIGN_OR_RETURN(
      std::vector<MeetSession> active,
      ctx.db.query<MeetSession>("by_status").eq(MeetStatus::Active).take(kMaxSwept));
  for (MeetSession& session : active) {
    // Nobody knows when the crash was: time together since the last change is not counted.
    session.together_since.reset();
    session.absent_since.reset();
    clear_presence(session, ctx.now());
    VV_TRY(ctx.db.replace(session));
  }
  return {};
}

Result<std::vector<CallId>> reap(MutationContext& ctx) {
  VV_ASSIGN_OR_RETURN(
      std::vector<MeetSession> active,
      ctx.db.query<MeetSession>("by_status").eq(MeetStatus::Active).take(kMaxSwept));
  std::vector<CallId> rooms;
  for (MeetSession& session : active) {
    if (!is_over(session, ctx.now())) continue;
    rooms.push_back(session.call_id);
    const MeetStatus end = session.absent_since ? MeetStatus::Completed : MeetStatus::Cancelled;
    VV_TRY(finish_meeting(ctx, std::move(session), end, kEndedBySystem));
  }
  return rooms;
}

}  // namespace vv::market
