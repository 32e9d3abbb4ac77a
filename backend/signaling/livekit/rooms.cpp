#include "signaling/livekit/rooms.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "livekit_room.pb.h"
#include "signaling/twirp/twirp.hpp"

namespace vv::signaling {

namespace {

/// The token's `roomConfig`; one that cannot be read says nothing.
RoomSettings settings_of(const identity::RoomClaims& claims) {
  RoomSettings settings{.empty_timeout_s = 0, .departure_timeout_s = 0};
  pb::RoomConfiguration config;
  if (claims.room_config.empty() ||
      !twirp::decode(twirp::Encoding::Json, claims.room_config, config)) {
    return settings;
  }
  settings.empty_timeout_s = config.empty_timeout();
  settings.departure_timeout_s = config.departure_timeout();
  settings.max_participants = config.max_participants();
  settings.metadata = config.metadata();
  settings.playout = playout_of(config.min_playout_delay(), config.max_playout_delay());
  settings.sync_streams = config.sync_streams();
  return settings;
}

}  // namespace

Rooms::Rooms(MediaPort& media, RoomObserver& observer, const identity::RoomTokens& tokens,
             Random& random)
    : context_{.media = media, .observer = observer, .tokens = tokens, .random = random} {}

Rooms::~Rooms() = default;

Room* Rooms::find(std::string_view name) const {
  const auto found = rooms_.find(name);
  return found == rooms_.end() ? nullptr : found->second.get();
}

Room* Rooms::find(sfu::RoomId id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

std::vector<Room*> Rooms::all() const {
  std::vector<Room*> rooms;
  for (const auto& [name, room] : rooms_) rooms.push_back(room.get());
  return rooms;
}

Room& Rooms::create(Moment at, std::string_view name, const RoomSettings& settings) {
  if (Room* room = find(name)) {
    room->apply_settings(settings);
    return *room;
  }
  const sfu::RoomId id{++last_room_};
  RoomSettings filled = settings;
  const RoomSettings defaults;
  if (filled.empty_timeout_s == 0) filled.empty_timeout_s = defaults.empty_timeout_s;
  if (filled.departure_timeout_s == 0) filled.departure_timeout_s = defaults.departure_timeout_s;
  auto room = std::make_unique<Room>(context_, id, std::string(name), std::move(filled), at);
  Room& made = *room;
  by_id_[id] = &made;
  rooms_.emplace(std::string(name), std::move(room));
  return made;
}

bool Rooms::has_place(std::string_view name, std::string_view identity) const {
  const Room* room = find(name);
  if (room == nullptr || room->find(identity) != nullptr) return true;
  const std::uint32_t most = room->max_participants();
  return most == 0 || room->independent_participants() < most;
}

bool Rooms::may_enter(std::string_view name, std::string_view identity, bool resumes) const {
  if (!context_.media.is_overloaded()) return true;
  const Room* room = resumes ? find(name) : nullptr;
  return room != nullptr && room->find(identity) != nullptr;
}

bool Rooms::may_echo(Instant now, const std::string& identity) {
  std::erase_if(echo_uses_,
                [now](const auto& use) { return now - use.second.since > kEchoWindow; });
  const auto open = std::count_if(rooms_.begin(), rooms_.end(),
                                  [](const auto& entry) { return entry.second->is_echo(); });
  if (static_cast<std::size_t>(open) >= kMaxEchoRooms) return false;
  EchoUse& use = echo_uses_.try_emplace(identity, EchoUse{now, 0}).first->second;
  return ++use.joins <= kMaxEchoJoins;
}

std::optional<Rooms::Seat> Rooms::join(Moment at, identity::RoomClaims claims,
                                       const JoinOptions& options, SignalSink& sink) {
  const std::string name = claims.video.room;
  static Counter& joins =
      metrics().counter("visavis_signaling_joins_total", "People who joined a room");
  static Counter& resumes = metrics().counter("visavis_signaling_resumes_total",
                                              "Signal sockets taken over by a new one");
  if (options.request.reconnect()) {
    Room* room = find(name);
    Participant* participant = room == nullptr ? nullptr : room->find(claims.identity);
    const std::string& sid = options.request.participant_sid();
    const bool same = participant != nullptr && (sid.empty() || sid == participant->info.sid());
    if (!same) {
      pb::SignalResponse message;
      *message.mutable_leave() = leave_of(pb::LeaveRequest::RECONNECT, pb::STATE_MISMATCH);
      sink.send(message);
      sink.close();
      return std::nullopt;
    }
    const Seat seat{room->id(), participant->id};
    room->resume(at, *participant, sink, options.request.reconnect_reason());
    resumes.add();
    return seat;
  }
  // T-4: what the token says of the room counts for a room that is not there yet.
  Room* const there = find(name);
  RoomSettings settings = there == nullptr ? settings_of(claims) : RoomSettings{};
  if (options.echo) settings = {.max_participants = 1, .echo = true};
  Room& room = there != nullptr ? *there : create(at, name, settings);
  // Counted at the door: an offer may come much later, and everybody's at once.
  context_.media.note_join();
  const sfu::ParticipantId participant = room.join(at, std::move(claims), options, sink);
  joins.add();
  return Seat{room.id(), participant};
}

void Rooms::on_request(Moment at, const Seat& seat, const pb::SignalRequest& request) {
  if (Room* room = find(seat.room)) room->on_request(at, seat.participant, request);
}

void Rooms::on_sink_closed(Moment at, const Seat& seat, const SignalSink& sink) {
  if (Room* room = find(seat.room)) room->on_sink_closed(at, seat.participant, sink);
}

void Rooms::on_event(Moment at, const sfu::Event& event) {
  const sfu::RoomId id = std::visit([](const auto& e) { return e.room; }, event);
  if (Room* room = find(id)) room->on_event(at, event);
}

void Rooms::tick(Moment at) {
  if (std::exchange(context_.updates_wait, false)) {
    for (const auto& [name, room] : rooms_) {
      room->flush();
      room->tell_demands(at.now);
    }
  }
  if (context_.rpcs_wait > 0) {
    for (const auto& [name, room] : rooms_) room->expire_rpcs(at.now);
  }
  if (at.now - last_sweep_ < kSweep) return;
  last_sweep_ = at.now;
  for (auto entry = rooms_.begin(); entry != rooms_.end();) {
    Room& room = *entry->second;
    room.tick(at);
    if (!room.has_expired(at.now)) {
      ++entry;
      continue;
    }
    log::info("empty room closes", {{"room", room.name()}});
    room.close(at, leave_of(pb::LeaveRequest::DISCONNECT, pb::ROOM_CLOSED));
    by_id_.erase(room.id());
    entry = rooms_.erase(entry);
  }
}

void Rooms::close(Moment at, std::string_view name, const pb::LeaveRequest& tell) {
  const auto found = rooms_.find(name);
  if (found == rooms_.end()) return;
  found->second->close(at, tell);
  by_id_.erase(found->second->id());
  rooms_.erase(found);
}

void Rooms::close_all(Moment at, const pb::LeaveRequest& tell) {
  while (!rooms_.empty()) close(at, std::string(rooms_.begin()->first), tell);
}

void Rooms::remove_login(Moment at, std::string_view login) {
  const pb::LeaveRequest leave = leave_of(pb::LeaveRequest::DISCONNECT, pb::PARTICIPANT_REMOVED);
  for (const auto& [name, room] : rooms_) {
    std::vector<sfu::ParticipantId> gone;
    for (const auto& participant : room->participants()) {
      if (participant->claims.login == login) gone.push_back(participant->id);
    }
    for (const sfu::ParticipantId id : gone) room->remove(at, id, pb::PARTICIPANT_REMOVED, &leave);
  }
}

std::size_t Rooms::participants() const {
  std::size_t count = 0;
  for (const auto& [name, room] : rooms_) count += room->participants().size();
  return count;
}

}  // namespace vv::signaling
