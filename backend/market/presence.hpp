#pragma once

#include <optional>

#include "market/meet_sessions.hpp"

// Who is in which room, as the media plane reports it, kept in the session's row so that queries
// are live. For the server, not for clients.
namespace vv::market {

/// threat-model R12
constexpr Duration kNeverJoinedLimit = hours(24);
constexpr Duration kBothAbsentLimit = minutes(30);  // of server uptime

/// Whether this person may enter this room now (H10, R8, R9): a party, while the session is active.
/// refuses: not_found
[[nodiscard]] Status may_join(store::Reader& db, const CallId& call_id, const UserId& person);

/// Somebody's connection stands. refuses: not_found unless a party; conflict when the session has
/// ended, and then the person must leave the room (R7, R8)
[[nodiscard]] Status participant_joined(MutationContext& ctx, const CallId& call_id,
                                        const UserId& person);
/// Somebody's connection is gone, for whatever reason; never the session's end (I6).
[[nodiscard]] Status participant_left(MutationContext& ctx, const CallId& call_id,
                                      const UserId& person);

/// At start: nobody is in any room, and absences count from now (R12: of server uptime). Sessions
/// made after `after`, as many as one transaction does well.
/// @return the last one's time; nothing when there are no more
[[nodiscard]] Result<std::optional<double>> reset_presence(MutationContext& ctx, double after);

/// Ends a session that nobody has come (back) to: R12. Scheduled by the last one's leaving, or by
/// the session's beginning; taken back when somebody comes.
inline constexpr reactive::Internal<SessionArgs> kEndAbandoned{"meetSessions:endAbandoned"};
/// @return the room to close; nothing when somebody is there or the session has ended
[[nodiscard]] Result<ClosedRoom> end_abandoned(MutationContext& ctx, const SessionArgs& args);
/// Has `kEndAbandoned` called after `patience`, and not when it was to be before. The caller stores
/// the session.
[[nodiscard]] Status end_unless_joined(MutationContext& ctx, MeetSession& session,
                                       Duration patience);
/// Takes that back.
[[nodiscard]] Status keep_open(MutationContext& ctx, MeetSession& session);

/// Takes both out of the session as of `now` (steady), counting the time they were together.
void clear_presence(MeetSession& session, UnixMillis now);

}  // namespace vv::market
