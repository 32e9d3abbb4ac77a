#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "market/demandes.hpp"

namespace vv::market {

/// Who ended a session when no party did (reaper, erasure).
inline constexpr std::string_view kEndedBySystem = "system";

enum class MeetRole : std::uint8_t { Demandeur, Offreur };
BOOST_DESCRIBE_ENUM(MeetRole, Demandeur, Offreur)

struct DemandeTitle {
  DemandeId id;
  std::string titre;
};
BOOST_DESCRIBE_STRUCT(DemandeTitle, (), (id, titre))

struct OffreTerms {
  OffreId id;
  std::int64_t prix_propose = 0;
  std::string devise;
  std::string message;
};
BOOST_DESCRIBE_STRUCT(OffreTerms, (), (id, prix_propose, devise, message))

struct MeetSummary {
  MeetSessionId id;
  CallId call_id;
  MeetStatus status = MeetStatus::Active;
  MeetRole role = MeetRole::Demandeur;  ///< the caller's
  UnixMillis created_at;
  DemandeTitle demande;
  PersonView autre;
  std::vector<UserId> present;  ///< in the room now
};
BOOST_DESCRIBE_STRUCT(MeetSummary, (),
                      (id, call_id, status, role, created_at, demande, autre, present))

struct MeetDetail {
  MeetSessionId id;
  CallId call_id;
  MeetStatus status = MeetStatus::Active;
  MeetRole role = MeetRole::Demandeur;
  UnixMillis created_at;
  DemandeTitle demande;
  PersonView autre;
  std::vector<UserId> present;
  OffreTerms offre;
  Nullable<UnixMillis> ended_at;
  Nullable<std::string> ended_by;
};
BOOST_DESCRIBE_STRUCT(MeetDetail, (),
                      (id, call_id, status, role, created_at, demande, autre, present, offre,
                       ended_at, ended_by))

struct PastMeet {
  MeetSessionId id;
  CallId call_id;
  MeetStatus status = MeetStatus::Completed;
  MeetRole role = MeetRole::Demandeur;
  UnixMillis created_at;
  UnixMillis ended_at;
  std::string ended_by;
  std::int64_t duration_ms = 0;      ///< both there together
  std::vector<UserId> participants;  ///< who came at all
  DemandeTitle demande;
  PersonView autre;
  OffreTerms offre;
};
BOOST_DESCRIBE_STRUCT(PastMeet, (),
                      (id, call_id, status, role, created_at, ended_at, ended_by, duration_ms,
                       participants, demande, autre, offre))

struct SessionArgs {
  MeetSessionId session_id;
};
BOOST_DESCRIBE_STRUCT(SessionArgs, (), (session_id))

struct StartArgs {
  OffreId offre_id;
};
BOOST_DESCRIBE_STRUCT(StartArgs, (), (offre_id))

/// `meetSessions:getUserActiveMeetSessions`, newest first.
[[nodiscard]] Result<std::vector<MeetSummary>> active_meets(QueryContext& ctx,
                                                            const reactive::NoArgs& args);
/// `meetSessions:getMeetSession`: null to all but its two parties.
[[nodiscard]] Result<Nullable<MeetDetail>> get_meet(QueryContext& ctx, const SessionArgs& args);
/// `meetSessions:history`: the caller's ended ones, newest first.
[[nodiscard]] Result<Page<PastMeet>> meet_history(QueryContext& ctx, const PageArgs& args);

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

/// Opens a meeting on an accepted offre and links the two.
[[nodiscard]] Result<Acceptance> open_meeting(MutationContext& ctx, Offre offre);
/// The pair that accepting this offre gave.
[[nodiscard]] Result<Acceptance> first_meeting_of(store::Reader& db, const Offre& offre);
/// Ends an active session for good: closes its presence and its lines on both parties' lists.
[[nodiscard]] Status finish_meeting(MutationContext& ctx, MeetSession session, MeetStatus status,
                                    std::string_view ended_by);
/// The session, if this person is one of its parties. refuses: not_found
[[nodiscard]] Result<MeetSession> session_of_party(store::Reader& db, const MeetSessionId& id,
                                                   const UserId& person);

}  // namespace vv::market
