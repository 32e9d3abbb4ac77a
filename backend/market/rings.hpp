#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "market/meet_sessions.hpp"

// Who is being called to which meeting, and what their devices say that they do about it
// (product 4.3). One row a party; every move is a transaction, so that one of two presses wins.
namespace vv::market {

/// product 4.3
constexpr Duration kRingFor = seconds(45);
/// « Dans 5 minutes »
constexpr Duration kSnoozeFor = minutes(5);
/// How often one person may be rung to one session: persistence, not harassment.
constexpr std::int64_t kMaxRings = 10;
/// More devices than anybody carries; what others say is not counted.
constexpr std::size_t kMaxRingDevices = 10;
/// Rings end with their sessions; after this long nobody asks whether a call was missed.
constexpr Duration kRingAge = days(365);

struct RingShownArgs {
  MeetSessionId session_id;
  std::string device;
  RingSign sign = RingSign::Shown;
};
BOOST_DESCRIBE_STRUCT(RingShownArgs, (), (session_id, device, sign))

struct DeclineArgs {
  MeetSessionId session_id;
  std::optional<std::string> message;
};
BOOST_DESCRIBE_STRUCT(DeclineArgs, (), (session_id, message))

/// `meetSessions:ring`: the other party's devices ring (again). While they do, no error.
/// refuses: not_found unless a party; conflict when the session has ended, when the other is in
///          the room or asked for some minutes; rate_limited past kMaxRings
[[nodiscard]] Status ring_other(MutationContext& ctx, const SessionArgs& args);
/// `meetSessions:ringShown`: one of the caller's devices shows the ring, or also sounds. Too late
/// is no error.
/// refuses: not_found unless a party; invalid when the device's name is none
[[nodiscard]] Status ring_shown(MutationContext& ctx, const RingShownArgs& args);
/// `meetSessions:answer`: the caller is coming; their other devices stop. Twice is no error.
/// refuses: not_found unless a party; conflict when the session has ended
[[nodiscard]] Status answer_meet(MutationContext& ctx, const SessionArgs& args);
/// `meetSessions:snooze`: rings the caller again in kSnoozeFor; once a session.
/// refuses: not_found unless a party; conflict unless it rings, or the second time
[[nodiscard]] Status snooze_meet(MutationContext& ctx, const SessionArgs& args);
/// `meetSessions:decline`: the caller is not coming, and may say why. Ends the session:
/// `cancelled`, or `completed` when they had met. Twice is no error. refuses: not_found unless a
/// party; invalid past kMaxReason; conflict when the session has ended,
///          or the caller has answered elsewhere
[[nodiscard]] Result<ClosedRoom> decline_meet(MutationContext& ctx, const DeclineArgs& args);
/// `meetSessions:missedCalls`: what the caller missed and has not put away, newest first.
[[nodiscard]] Result<std::vector<view::MissedCall>> missed_calls(QueryContext& ctx,
                                                                 const reactive::NoArgs& args,
                                                                 const FileLinks& links);
/// `meetSessions:dismissMissed`: puts it away. refuses: not_found unless a party
[[nodiscard]] Status dismiss_missed(MutationContext& ctx, const SessionArgs& args);

struct RingArgs {
  RingId ring_id;
};
BOOST_DESCRIBE_STRUCT(RingArgs, (), (ring_id))
/// A ring has rung long enough, or waited long enough to ring again.
inline constexpr reactive::Internal<RingArgs> kRingDue{"meetSessions:ringDue"};
[[nodiscard]] Status ring_due(MutationContext& ctx, const RingArgs& args);

// For the neighbours.

/// A meeting has been opened by `opener`: the other party's ring begins.
[[nodiscard]] Status open_rings(MutationContext& ctx, const MeetSession& session,
                                const UserId& opener);
/// This person is in the room.
[[nodiscard]] Status answer_ring(MutationContext& ctx, const MeetSession& session,
                                 const UserId& person);
/// The session has ended: nothing rings any more.
[[nodiscard]] Status end_rings(MutationContext& ctx, const MeetSession& session,
                               std::string_view ended_by);
/// A device of theirs shows the ring, unless it has said more. Too late is no error.
[[nodiscard]] Status note_shown(MutationContext& ctx, const Ring& ring, const std::string& device);
/// refuses: conflict unless it rings, or the second time
[[nodiscard]] Status snooze_ring(MutationContext& ctx, Ring ring);
/// Whether a browser may call itself that: 1 to 64 letters, digits, `-` and `_`.
[[nodiscard]] bool is_device_name(std::string_view name);
/// How this party is called, as both parties see it; null in sessions of before there were rings.
[[nodiscard]] Result<Nullable<view::Ring>> see_ring(store::Reader& db, const MeetSession& session,
                                                    const UserId& person);
/// Removes up to `limit` rings made before `before`. @return how many
[[nodiscard]] Result<std::size_t> purge_rings(store::Writer& db, UnixMillis before,
                                              std::size_t limit);

}  // namespace vv::market
