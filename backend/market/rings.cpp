#include "market/rings.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "market/push_devices.hpp"
#include "market/text.hpp"
#include "store/writer.hpp"

namespace vv::market {
namespace {

constexpr std::size_t kMaxMissed = 20;  // shown on the dashboard
constexpr std::size_t kMaxDeviceName = 64;

Result<std::optional<Ring>> ring_of(store::Reader& db, const MeetSessionId& session,
                                    const UserId& person) {
  return db.query<Ring>("by_session_user").eq(session).eq(person).unique();
}

Result<std::vector<RingDevice>> devices_of(store::Reader& db, const RingId& ring) {
  return db.query<RingDevice>("by_ring").eq(ring).take(kMaxRingDevices);
}

bool is_present(const MeetSession& session, const UserId& person) {
  return person == session.demandeur_id ? session.demandeur_present : session.offreur_present;
}

/// Takes back what was to move it on, and forgets what devices said about it. The caller stores it.
Status settle(MutationContext& ctx, Ring& ring, RingStatus to) {
  VV_CHECK(can_move(ring.status, to), "whoever moves a ring has looked where it stands");
  const bool begins_or_ends = (ring.status == RingStatus::Ringing) != (to == RingStatus::Ringing);
  if (begins_or_ends) VV_TRY(tell_devices_soon(ctx, ring));
  if (ring.pending) {
    // Gone already when it is the one that runs.
    VV_TRY(ctx.cancel(reactive::ScheduledId(*std::exchange(ring.pending, std::nullopt))));
  }
  VV_ASSIGN_OR_RETURN(const std::vector<RingDevice> devices, devices_of(ctx.db, ring.id));
  for (const RingDevice& device : devices) VV_TRY(ctx.db.remove(device.id));
  ring.status = to;
  ring.since = ctx.now();
  return {};
}

Status wait_for(MutationContext& ctx, Ring& ring, Duration patience) {
  VV_ASSIGN_OR_RETURN(const reactive::ScheduledId call, ctx.after(patience, kRingDue, {ring.id}));
  ring.pending = call.str();
  return {};
}

/// The caller stores it.
Status begin_ringing(MutationContext& ctx, Ring& ring) {
  VV_TRY(settle(ctx, ring, RingStatus::Ringing));
  ++ring.times;
  ring.missed = false;
  return wait_for(ctx, ring, kRingFor);
}

Ring new_ring(MutationContext& ctx, const MeetSession& session, const UserId& person) {
  Ring ring;
  ring.id = RingId(store::new_id(ctx.random()));
  ring.meet_session_id = session.id;
  ring.user_id = person;
  ring.since = ctx.now();
  return ring;
}

Result<MeetSession> active_session_of(MutationContext& ctx, const MeetSessionId& id,
                                      const UserId& caller) {
  VV_ASSIGN_OR_RETURN(MeetSession session, session_of_party(ctx.db, id, caller));
  if (session.status != MeetStatus::Active) {
    return wrong_state("this session has ended", session.status);
  }
  return session;
}

}  // namespace

bool is_device_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxDeviceName && std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
  });
}

Status open_rings(MutationContext& ctx, const MeetSession& session, const UserId& opener) {
  for (const UserId& person : {session.demandeur_id, session.offreur_id}) {
    Ring ring = new_ring(ctx, session, person);
    if (person != opener) VV_TRY(begin_ringing(ctx, ring));
    VV_TRY(ctx.db.insert(ring));
  }
  return {};
}

Status ring_other(MutationContext& ctx, const SessionArgs& args) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const MeetSession session, active_session_of(ctx, args.session_id, caller));
  const UserId& other = other_of(session, caller);
  if (is_present(session, other)) return wrong_state("they are in the room", session.status);
  VV_ASSIGN_OR_RETURN(std::optional<Ring> ring, ring_of(ctx.db, session.id, other));
  if (!ring) {  // of a version that had no rings
    Ring first = new_ring(ctx, session, other);
    VV_TRY(begin_ringing(ctx, first));
    VV_TRY(ctx.db.insert(first));
    return {};
  }
  if (ring->status == RingStatus::Ringing) return {};
  if (ring->status == RingStatus::Snoozed) {
    return wrong_state("they asked for some minutes", ring->status);
  }
  if (ring->times >= kMaxRings) return rate_limited("they were called often enough");
  VV_TRY(begin_ringing(ctx, *ring));
  return ctx.db.replace(*ring);
}

Status ring_shown(MutationContext& ctx, const RingShownArgs& args) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  if (!is_device_name(args.device)) return invalid("a device's name is 1 to 64 letters", "device");
  VV_ASSIGN_OR_RETURN(const MeetSession session, session_of_party(ctx.db, args.session_id, caller));
  VV_ASSIGN_OR_RETURN(const std::optional<Ring> ring, ring_of(ctx.db, session.id, caller));
  if (!ring || ring->status != RingStatus::Ringing) return {};
  VV_ASSIGN_OR_RETURN(std::vector<RingDevice> devices, devices_of(ctx.db, ring->id));
  const auto known = std::ranges::find(devices, args.device, &RingDevice::device);
  if (known != devices.end()) {
    if (known->sign == args.sign) return {};
    known->sign = args.sign;
    return ctx.db.replace(*known);
  }
  if (devices.size() == kMaxRingDevices) return {};
  RingDevice device;
  device.ring_id = ring->id;
  device.device = args.device;
  device.sign = args.sign;
  VV_TRY(ctx.db.insert(device));
  return {};
}

Status note_shown(MutationContext& ctx, const Ring& ring, const std::string& device) {
  if (ring.status != RingStatus::Ringing) return {};
  VV_ASSIGN_OR_RETURN(const std::vector<RingDevice> devices, devices_of(ctx.db, ring.id));
  const bool is_known = std::ranges::find(devices, device, &RingDevice::device) != devices.end();
  if (is_known || devices.size() == kMaxRingDevices) return {};
  RingDevice shows;
  shows.ring_id = ring.id;
  shows.device = device;
  shows.sign = RingSign::Shown;
  VV_TRY(ctx.db.insert(shows));
  return {};
}

Status answer_ring(MutationContext& ctx, const MeetSession& session, const UserId& person) {
  VV_ASSIGN_OR_RETURN(std::optional<Ring> ring, ring_of(ctx.db, session.id, person));
  if (!ring || !can_move(ring->status, RingStatus::Answered)) return {};
  VV_TRY(settle(ctx, *ring, RingStatus::Answered));
  ring->missed = false;
  return ctx.db.replace(*ring);
}

Status answer_meet(MutationContext& ctx, const SessionArgs& args) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const MeetSession session, active_session_of(ctx, args.session_id, caller));
  return answer_ring(ctx, session, caller);
}

Status snooze_meet(MutationContext& ctx, const SessionArgs& args) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const MeetSession session, active_session_of(ctx, args.session_id, caller));
  VV_ASSIGN_OR_RETURN(std::optional<Ring> ring, ring_of(ctx.db, session.id, caller));
  if (!ring) return wrong_state("there is nothing to put off", RingStatus::Answered);
  return snooze_ring(ctx, *std::move(ring));
}

Status snooze_ring(MutationContext& ctx, Ring ring) {
  if (ring.snoozed || !can_move(ring.status, RingStatus::Snoozed)) {
    return wrong_state("there is nothing to put off", ring.status);
  }
  VV_TRY(settle(ctx, ring, RingStatus::Snoozed));
  ring.snoozed = true;
  VV_TRY(wait_for(ctx, ring, kSnoozeFor));
  return ctx.db.replace(ring);
}

Result<ClosedRoom> decline_meet(MutationContext& ctx, const DeclineArgs& args) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const std::string message,
                      body(args.message.value_or(""), "message", kMaxReason));
  VV_ASSIGN_OR_RETURN(MeetSession session, session_of_party(ctx.db, args.session_id, caller));
  VV_ASSIGN_OR_RETURN(std::optional<Ring> ring, ring_of(ctx.db, session.id, caller));
  if (ring && ring->status == RingStatus::Declined) return ClosedRoom{};
  if (session.status != MeetStatus::Active) {
    return wrong_state("this session has ended", session.status);
  }
  if (!ring || !can_move(ring->status, RingStatus::Declined)) {
    return wrong_state("this call was answered", ring ? ring->status : RingStatus::Answered);
  }
  VV_TRY(settle(ctx, *ring, RingStatus::Declined));
  ring->missed = false;
  if (!message.empty()) ring->message = message;
  VV_TRY(ctx.db.replace(*ring));
  const MeetStatus end = session.both_joined() ? MeetStatus::Completed : MeetStatus::Cancelled;
  const CallId room = session.call_id;
  VV_TRY(finish_meeting(ctx, std::move(session), end, caller.str()));
  return ClosedRoom{room};
}

Status ring_due(MutationContext& ctx, const RingArgs& args) {
  VV_ASSIGN_OR_RETURN(std::optional<Ring> ring, ctx.db.find(args.ring_id));
  if (!ring) return {};
  if (ring->status == RingStatus::Ringing) {
    VV_TRY(settle(ctx, *ring, RingStatus::Missed));
    ring->missed = true;
  } else if (ring->status == RingStatus::Snoozed) {
    VV_TRY(begin_ringing(ctx, *ring));
  }
  return ctx.db.replace(*ring);
}

Status end_rings(MutationContext& ctx, const MeetSession& session, std::string_view ended_by) {
  for (const UserId& person : {session.demandeur_id, session.offreur_id}) {
    VV_ASSIGN_OR_RETURN(std::optional<Ring> ring, ring_of(ctx.db, session.id, person));
    if (!ring) continue;
    const bool waits = ring->status == RingStatus::Ringing || ring->status == RingStatus::Snoozed;
    if (waits) {
      // A caller who gives up before the other's device stops ringing has called all the same.
      VV_TRY(settle(ctx, *ring, RingStatus::Cancelled));
      ring->missed = true;
    }
    if (person.str() == ended_by) ring->missed = false;
    VV_TRY(ctx.db.replace(*ring));
  }
  return {};
}

Result<Nullable<view::Ring>> see_ring(store::Reader& db, const MeetSession& session,
                                      const UserId& person) {
  VV_ASSIGN_OR_RETURN(const std::optional<Ring> ring, ring_of(db, session.id, person));
  if (!ring) return Nullable<view::Ring>{};
  const bool active = session.status == MeetStatus::Active;
  view::Ring seen;
  seen.status = ring->status;
  seen.since = ring->since;
  seen.times = ring->times;
  if (ring->status == RingStatus::Snoozed) seen.again_at = ring->since + kSnoozeFor;
  seen.can_snooze = !ring->snoozed && ring->status == RingStatus::Ringing;
  seen.can_ring = active && can_move(ring->status, RingStatus::Ringing) &&
                  ring->status != RingStatus::Snoozed && ring->times < kMaxRings &&
                  !is_present(session, person);
  seen.message = ring->message;
  if (ring->status != RingStatus::Ringing) return Nullable<view::Ring>{std::move(seen)};
  VV_ASSIGN_OR_RETURN(const std::vector<RingDevice> devices, devices_of(db, ring->id));
  seen.shown_on = static_cast<std::int64_t>(devices.size());
  seen.ringing_on = std::ranges::count(devices, RingSign::Rings, &RingDevice::sign);
  return Nullable<view::Ring>{std::move(seen)};
}

Result<std::vector<view::MissedCall>> missed_calls(QueryContext& ctx, const reactive::NoArgs&,
                                                   const FileLinks& links) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const std::vector<Ring> rings, ctx.db.query<Ring>("by_user_missed")
                                                         .eq(caller)
                                                         .eq(true)
                                                         .order(store::Order::Descending)
                                                         .take(kMaxMissed));
  Viewer viewer(ctx, links);
  std::vector<view::MissedCall> calls;
  for (const Ring& ring : rings) {
    VV_ASSIGN_OR_RETURN(const MeetSession session, ctx.db.get(ring.meet_session_id));
    VV_ASSIGN_OR_RETURN(const Demande demande, ctx.db.get(session.demande_id));
    VV_ASSIGN_OR_RETURN(view::Personne autre, see_person(viewer, other_of(session, caller)));
    calls.push_back({.session_id = session.id,
                     .offre_id = session.offre_id,
                     .since = ring.since,
                     .active = session.status == MeetStatus::Active,
                     .demande = {.id = demande.id, .titre = demande.titre},
                     .autre = std::move(autre)});
  }
  return calls;
}

Status dismiss_missed(MutationContext& ctx, const SessionArgs& args) {
  VV_ASSIGN_OR_RETURN(const UserId caller, caller_of(ctx));
  VV_ASSIGN_OR_RETURN(const MeetSession session, session_of_party(ctx.db, args.session_id, caller));
  VV_ASSIGN_OR_RETURN(std::optional<Ring> ring, ring_of(ctx.db, session.id, caller));
  if (!ring || !ring->missed) return {};
  ring->missed = false;
  return ctx.db.replace(*ring);
}

Result<std::size_t> purge_rings(store::Writer& db, UnixMillis before, std::size_t limit) {
  VV_ASSIGN_OR_RETURN(const std::vector<Ring> old,
                      db.query<Ring>().below(static_cast<double>(before.value)).take(limit));
  for (const Ring& ring : old) {
    VV_ASSIGN_OR_RETURN(const std::vector<RingDevice> devices, devices_of(db, ring.id));
    for (const RingDevice& device : devices) VV_TRY(db.remove(device.id));
    VV_TRY(db.remove(ring.id));
  }
  return old.size();
}

}  // namespace vv::market
