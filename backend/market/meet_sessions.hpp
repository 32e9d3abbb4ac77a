#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "market/demandes.hpp"

namespace vv::market {

/// Who ended a session when no party did (reaper, erasure).
inline constexpr std::string_view kEndedBySystem = "system";

struct SessionArgs {
  MeetSessionId session_id;
};
BOOST_DESCRIBE_STRUCT(SessionArgs, (), (session_id))

struct StartArgs {
  OffreId offre_id;
};
BOOST_DESCRIBE_STRUCT(StartArgs, (), (offre_id))

/// `meetSessions:getUserActiveMeetSessions`, newest first.
[[nodiscard]] Result<std::vector<view::ActiveMeet>> active_meets(QueryContext& ctx,
                                                                 const reactive::NoArgs& args,
                                                                 const FileLinks& links);
/// `meetSessions:getMeetSession`: null to all but its two parties.
[[nodiscard]] Result<Nullable<view::MeetSession>> get_meet(QueryContext& ctx,
                                                           const SessionArgs& args,
                                                           const FileLinks& links);
struct HistoryArgs {
  std::optional<std::string> recherche;
  PaginationOpts pagination_opts;
};
BOOST_DESCRIBE_STRUCT(HistoryArgs, (), (recherche, pagination_opts))

/// `meetSessions:history`: the caller's ended ones, newest first; with `recherche` those whose
/// demande's titre or other party's name hold all its words.
[[nodiscard]] Result<Page<view::PastMeet>> meet_history(QueryContext& ctx, const HistoryArgs& args,
                                                        const FileLinks& links);

/// `meetSessions:start`: another call on an accepted offre; while one is active, that one.
/// refuses: not_found unless a party; conflict unless the offre was accepted
[[nodiscard]] Result<Acceptance> start_meet(MutationContext& ctx, const StartArgs& args);

/// The room to close once the commit is durable; nothing when the session had ended before.
using ClosedRoom = std::optional<CallId>;
/// `meetSessions:endMeetSession`: `completed`. Twice is no error.
/// refuses: not_found unless a party; conflict when it was cancelled
[[nodiscard]] Result<ClosedRoom> end_meet(MutationContext& ctx, const SessionArgs& args);
/// `meetSessions:cancel`: `cancelled`. Twice is no error.
/// refuses: not_found unless a party; conflict once both have joined, or when completed
[[nodiscard]] Result<ClosedRoom> cancel_meet(MutationContext& ctx, const SessionArgs& args);

// For the neighbours.

[[nodiscard]] MeetRole role_of(const MeetSession& session, const UserId& person);
[[nodiscard]] const UserId& other_of(const MeetSession& session, const UserId& person);

/// What every view of a session shows besides the session itself.
struct Surroundings {
  view::DemandeTitre demande;
  view::OffreResume offre;
  view::Personne autre;
  Nullable<view::Ring> ring;
  Nullable<view::Ring> ring_autre;
};
[[nodiscard]] Result<Surroundings> surroundings_of(Viewer& viewer, const MeetSession& session,
                                                   const UserId& person);

/// Opens a meeting on an accepted offre, links the two, and rings the party that is not `opener`.
[[nodiscard]] Result<Acceptance> open_meeting(MutationContext& ctx, Offre offre,
                                              const UserId& opener);
/// The pair that accepting this offre gave.
[[nodiscard]] Result<Acceptance> first_meeting_of(store::Reader& db, const Offre& offre);
/// Ends an active session for good: closes its presence and its lines on both parties' lists.
[[nodiscard]] Status finish_meeting(MutationContext& ctx, MeetSession session, MeetStatus status,
                                    std::string_view ended_by);
/// The session, if this person is one of its parties. refuses: not_found
[[nodiscard]] Result<MeetSession> session_of_party(store::Reader& db, const MeetSessionId& id,
                                                   const UserId& person);

}  // namespace vv::market
