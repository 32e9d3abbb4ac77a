#include "market/presence.hpp"

#include "market/rings.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace vv::market {
namespace {

constexpr std::size_t kResetBatch = 500;  // sessions; each is a row written and a call moved

Result<std::optional<MeetSession>> session_of_room(store::Reader& db, const CallId& call_id) {
  return db.query<MeetSession>("by_call").eq(call_id).unique();
}

bool anybody_came(const MeetSession& session) {
  return session.demandeur_joined_at || session.offreur_joined_at;
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
  } else if (!session.absent_since && anybody_came(session)) {
    session.absent_since = now;
  }
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
  settle(*session, ctx.steady_now());
  VV_TRY(answer_ring(ctx, *session, person));
  VV_TRY(keep_open(ctx, *session));
  return ctx.db.replace(*session);
}

Status participant_left(MutationContext& ctx, const CallId& call_id, const UserId& person) {
  VV_ASSIGN_OR_RETURN(std::optional<MeetSession> session, session_of_room(ctx.db, call_id));
  if (!session || !session->is_party(person)) return not_found("there is no such room");
  if (session->status != MeetStatus::Active) return {};  // ending it took everybody out
  (person == session->demandeur_id ? session->demandeur_present : session->offreur_present) = false;
  const bool were_absent = session->absent_since.has_value();
  settle(*session, ctx.steady_now());
  if (session->absent_since && !were_absent) {
    VV_TRY(end_unless_joined(ctx, *session, kBothAbsentLimit));
  }
  return ctx.db.replace(*session);
}

Result<std::optional<double>> reset_presence(MutationContext& ctx, double after) {
  VV_ASSIGN_OR_RETURN(
      std::vector<MeetSession> active,
      ctx.db.query<MeetSession>("by_status").eq(MeetStatus::Active).above(after).take(kResetBatch));
  for (MeetSession& session : active) {
    // Nobody knows when the crash was: time together since the last change is not counted.
    session.together_since.reset();
    session.absent_since.reset();
    clear_presence(session, ctx.steady_now());
    if (anybody_came(session)) {
      VV_TRY(end_unless_joined(ctx, session, kBothAbsentLimit));
    } else if (!session.ending) {  // of a version that had no scheduled calls
      const Duration waited = std::max(ctx.now() - session.created_at, Duration());
      VV_TRY(end_unless_joined(ctx, session, kNeverJoinedLimit - waited));
    }
    VV_TRY(ctx.db.replace(session));
  }
  if (active.empty()) return std::optional<double>{};
  return std::optional(active.back().creation_time);
}

Result<ClosedRoom> end_abandoned(MutationContext& ctx, const SessionArgs& args) {
  VV_ASSIGN_OR_RETURN(std::optional<MeetSession> session, ctx.db.find(args.session_id));
  if (!session || session->status != MeetStatus::Active) return ClosedRoom{};
  if (session->demandeur_present || session->offreur_present) return ClosedRoom{};
  const CallId room = session->call_id;
  const MeetStatus end = anybody_came(*session) ? MeetStatus::Completed : MeetStatus::Cancelled;
  VV_TRY(finish_meeting(ctx, *std::move(session), end, kEndedBySystem));
  return ClosedRoom{room};
}

Status end_unless_joined(MutationContext& ctx, MeetSession& session, Duration patience) {
  VV_TRY(keep_open(ctx, session));
  VV_ASSIGN_OR_RETURN(const reactive::ScheduledId call,
                      ctx.after(patience, kEndAbandoned, {session.id}));
  session.ending = call.str();
  return {};
}

Status keep_open(MutationContext& ctx, MeetSession& session) {
  if (!session.ending) return {};
  // Gone already when it is the one that runs.
  VV_TRY(ctx.cancel(reactive::ScheduledId(*std::exchange(session.ending, std::nullopt))));
  return {};
}

}  // namespace vv::market
