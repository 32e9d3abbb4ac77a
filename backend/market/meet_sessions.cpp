#include "market/meet_sessions.hpp"

#include <algorithm>

#include "market/presence.hpp"
#include "market/rings.hpp"
#include "market/text.hpp"
#include "store/writer.hpp"

namespace vv::market {
namespace {

// More open calls than anybody holds; the list is one query's result.
constexpr std::size_t kMaxActive = 200;

std::vector<UserId> present_in(const MeetSession& session) {
  std::vector<UserId> present;
  if (session.demandeur_present) present.push_back(session.demandeur_id);
  if (session.offreur_present) present.push_back(session.offreur_id);
  return present;
}
std::vector<UserId> came_to(const MeetSession& session) {
  std::vector<UserId> came;
  if (session.demandeur_joined_at) came.push_back(session.demandeur_id);
  if (session.offreur_joined_at) came.push_back(session.offreur_id);
  return came;
}

Result<view::PastMeet> see_past(Viewer& viewer, const MeetParty& party) {
  VV_ASSIGN_OR_RETURN(const MeetSession session, viewer.db.get(party.meet_session_id));
  VV_ASSIGN_OR_RETURN(Surroundings around, surroundings_of(viewer, session, party.user_id));
  return view::PastMeet{.id = session.id,
                        .call_id = session.call_id.str(),
                        .status = session.status,
                        .role = role_of(session, party.user_id),
                        .created_at = session.created_at,
                        .ended_at = session.ended_at.value_or(session.created_at),
                        .ended_by = session.ended_by.value_or(std::string(kEndedBySystem)),
                        .together_ms = session.together_ms,
                        .participants = came_to(session),
                        .demande = std::move(around.demande),
                        .autre = std::move(around.autre),
                        .offre = std::move(around.offre),
                        .recordings = {}};
}

Result<std::optional<MeetSession>> active_meeting_of(store::Reader& db, const OffreId& offre_id) {
  return db.query<MeetSession>("by_offre_status").eq(offre_id).eq(MeetStatus::Active).first();
}

/// Whether this line of somebody's list holds all the words.
Result<bool> mentions(store::Reader& db, const MeetParty& line,
                      const std::vector<std::string>& words) {
  VV_ASSIGN_OR_RETURN(const MeetSession session, db.get(line.meet_session_id));
  VV_ASSIGN_OR_RETURN(const Demande demande, db.get(session.demande_id));
  VV_ASSIGN_OR_RETURN(const User autre, db.get(other_of(session, line.user_id)));
  const std::string text = folded(demande.titre + "\n" + autre.name);
  return std::ranges::all_of(
      words, [&text](const std::string& word) { return text.find(word) != std::string::npos; });
}

}  // namespace

MeetRole role_of(const MeetSession& session, const UserId& person) {
  return session.demandeur_id == person ? MeetRole::Demandeur : MeetRole::Offreur;
}
const UserId& other_of(const MeetSession& session, const UserId& person) {
  return session.demandeur_id == person ? session.offreur_id : session.demandeur_id;
}

Result<Surroundings> surroundings_of(Viewer& viewer, const MeetSession& session,
                                     const UserId& person) {
  VV_ASSIGN_OR_RETURN(const Demande demande, viewer.db.get(session.demande_id));
  VV_ASSIGN_OR_RETURN(Offre offre, viewer.db.get(session.offre_id));
  VV_ASSIGN_OR_RETURN(view::Personne autre, see_person(viewer, other_of(session, person)));
  VV_ASSIGN_OR_RETURN(Nullable<view::Ring> ring, see_ring(viewer.db, session, person));
  VV_ASSIGN_OR_RETURN(Nullable<view::Ring> ring_autre,
                      see_ring(viewer.db, session, other_of(session, person)));
  return Surroundings{.demande = {.id = demande.id, .titre = demande.titre},
                      .offre = {.id = offre.id,
                                .prix_propose = offre.prix_propose,
                                .devise = demande.devise,
                                .message = std::move(offre.message)},
                      .autre = std::move(autre),
                      .ring = std::move(ring),
                      .ring_autre = std::move(ring_autre)};
}

Result<MeetSession> session_of_party(store::Reader& db, const MeetSessionId& id,
                                     const UserId& person) {
  VV_ASSIGN_OR_RETURN(std::optional<MeetSession> session, db.find(id));
  if (!session || !session->is_party(person)) return not_found("there is no such session");
  return *std::move(session);
}

Result<std::vector<view::ActiveMeet>> active_meets(QueryContext& ctx, const reactive::NoArgs&,
                                                   const FileLinks& links) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const std::vector<MeetParty> lines, ctx.db.query<MeetParty>("by_user_ended")
                                                              .eq(caller)
                                                              .eq(false)
                                                              .order(store::Order::Descending)
                                                              .take(kMaxActive));
  Viewer viewer(ctx, links);
  std::vector<view::ActiveMeet> meets;
  for (const MeetParty& line : lines) {
    VV_ASSIGN_OR_RETURN(const MeetSession session, ctx.db.get(line.meet_session_id));
    VV_ASSIGN_OR_RETURN(Surroundings around, surroundings_of(viewer, session, caller));
    meets.push_back({.id = session.id,
                     .call_id = session.call_id.str(),
                     .status = session.status,
                     .role = role_of(session, caller),
                     .created_at = session.created_at,
                     .demande = std::move(around.demande),
                     .autre = std::move(around.autre),
                     .present = present_in(session),
                     .ring = std::move(around.ring),
                     .ring_autre = std::move(around.ring_autre)});
  }
  return meets;
}

Result<Nullable<view::MeetSession>> get_meet(QueryContext& ctx, const SessionArgs& args,
                                             const FileLinks& links) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const std::optional<MeetSession> session, ctx.db.find(args.session_id));
  if (!session || !session->is_party(caller)) return Nullable<view::MeetSession>{};
  Viewer viewer(ctx, links);
  VV_ASSIGN_OR_RETURN(Surroundings around, surroundings_of(viewer, *session, caller));
  return Nullable<view::MeetSession>{view::MeetSession{.id = session->id,
                                                       .call_id = session->call_id.str(),
                                                       .status = session->status,
                                                       .role = role_of(*session, caller),
                                                       .created_at = session->created_at,
                                                       .demande = std::move(around.demande),
                                                       .autre = std::move(around.autre),
                                                       .present = present_in(*session),
                                                       .ring = std::move(around.ring),
                                                       .ring_autre = std::move(around.ring_autre),
                                                       .offre = std::move(around.offre),
                                                       .ended_at = session->ended_at,
                                                       .ended_by = session->ended_by}};
}

Result<Page<view::PastMeet>> meet_history(QueryContext& ctx, const HistoryArgs& args,
                                          const FileLinks& links) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const std::vector<std::string> words,
                      search_words(args.recherche.value_or("")));
  store::Query<MeetParty> ended =
      ctx.db.query<MeetParty>("by_user_ended").eq(caller).eq(true).order(store::Order::Descending);
  Status read;
  if (!words.empty()) {
    ended.where([&](const MeetParty& line) {
      if (!read) return false;
      const Result<bool> kept = mentions(ctx.db, line, words);
      if (!kept) read = kept.error();
      return kept && *kept;
    });
  }
  VV_ASSIGN_OR_RETURN(const Page<MeetParty> page, ctx.paginate(ended, args.pagination_opts));
  VV_TRY(std::move(read));
  Viewer viewer(ctx, links);
  return see_page<view::PastMeet>(page, [&](const MeetParty& p) { return see_past(viewer, p); });
}

Result<Acceptance> open_meeting(MutationContext& ctx, Offre offre, const UserId& opener) {
  MeetSession session;
  session.id = MeetSessionId(store::new_id(ctx.random()));
  session.offre_id = offre.id;
  session.demande_id = offre.demande_id;
  session.demandeur_id = offre.demandeur_id;
  session.offreur_id = offre.offreur_id;
  session.call_id = CallId("meet_" + store::new_id(ctx.random()));
  session.created_at = ctx.now();
  VV_TRY(end_unless_joined(ctx, session, kNeverJoinedLimit));
  VV_TRY(ctx.db.insert(session));
  for (const UserId& person : {session.demandeur_id, session.offreur_id}) {
    MeetParty line;
    line.user_id = person;
    line.meet_session_id = session.id;
    VV_TRY(ctx.db.insert(line));
  }
  VV_TRY(open_rings(ctx, session, opener));
  offre.meet_session_id = session.id;
  VV_TRY(ctx.db.replace(offre));
  return Acceptance{.meet_session_id = session.id, .call_id = session.call_id.str()};
}

Result<Acceptance> first_meeting_of(store::Reader& db, const Offre& offre) {
  VV_ASSIGN_OR_RETURN(const std::optional<MeetSession> first,
                      db.query<MeetSession>("by_offre").eq(offre.id).first());
  if (!first) return internal("an accepted offre without its session");  // I3 forbids it
  return Acceptance{.meet_session_id = first->id, .call_id = first->call_id.str()};
}

Result<Acceptance> start_meet(MutationContext& ctx, const StartArgs& args) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(std::optional<Offre> offre, ctx.db.find(args.offre_id));
  if (!offre || (caller != offre->demandeur_id && caller != offre->offreur_id)) {
    return not_found("there is no such offre");
  }
  if (offre->status != OffreStatus::Accepted) {
    return wrong_state("a call needs an accepted offre", offre->status);
  }
  VV_ASSIGN_OR_RETURN(const std::optional<MeetSession> active,
                      active_meeting_of(ctx.db, offre->id));
  if (active) return Acceptance{.meet_session_id = active->id, .call_id = active->call_id.str()};
  return open_meeting(ctx, *std::move(offre), caller);
}

Result<ClosedRoom> end_meet(MutationContext& ctx, const SessionArgs& args) {
  ctx.db.use_reserve();
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(MeetSession session, session_of_party(ctx.db, args.session_id, caller));
  if (session.status == MeetStatus::Completed) return ClosedRoom{};
  if (!can_move(session.status, MeetStatus::Completed)) {
    return wrong_state("this session was cancelled", session.status);
  }
  const CallId room = session.call_id;
  VV_TRY(finish_meeting(ctx, std::move(session), MeetStatus::Completed, caller.str()));
  return ClosedRoom{room};
}

Result<ClosedRoom> cancel_meet(MutationContext& ctx, const SessionArgs& args) {
  ctx.db.use_reserve();
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(MeetSession session, session_of_party(ctx.db, args.session_id, caller));
  if (session.status == MeetStatus::Cancelled) return ClosedRoom{};
  if (!can_move(session.status, MeetStatus::Cancelled)) {
    return wrong_state("this session has ended", session.status);
  }
  // R7: joins stand in the session's row, so this and the second join have one order.
  if (session.both_joined())
    return wrong_state("both have joined: hang up instead", session.status);
  const CallId room = session.call_id;
  VV_TRY(finish_meeting(ctx, std::move(session), MeetStatus::Cancelled, caller.str()));
  return ClosedRoom{room};
}

Status finish_meeting(MutationContext& ctx, MeetSession session, MeetStatus status,
                      std::string_view ended_by) {
  clear_presence(session, ctx.steady_now());
  VV_TRY(keep_open(ctx, session));
  VV_TRY(end_rings(ctx, session, ended_by));
  session.absent_since.reset();
  session.status = status;
  session.ended_at = ctx.now();
  session.ended_by = std::string(ended_by);
  VV_TRY(ctx.db.replace(session));
  VV_ASSIGN_OR_RETURN(std::vector<MeetParty> lines,
                      ctx.db.query<MeetParty>("by_session").eq(session.id).collect());
  for (MeetParty& line : lines) {
    line.ended = true;
    VV_TRY(ctx.db.replace(line));
  }
  return {};
}

}  // namespace vv::market
