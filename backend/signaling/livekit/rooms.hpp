#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "signaling/livekit/room.hpp"

namespace vv::signaling {

/// All rooms of the process, by name and by number.
///
/// Owns:    the rooms; when an empty one goes.
/// Not its: who may come in; sockets.
class Rooms {
 public:
  Rooms(MediaPort& media, RoomObserver& observer, const identity::RoomTokens& tokens,
        Random& random);
  ~Rooms();
  /// Before the first room: who else is told, and which servers clients are named.
  void set_events(EventSink* events) { context_.events = events; }
  void set_ice_servers(IceServers servers) { context_.ice_servers = std::move(servers); }

  struct Seat {
    sfu::RoomId room;
    sfu::ParticipantId participant;
  };
  /// Puts a verified and admitted person into their room, or back into it. Nothing when the socket
  /// was told to start over and closed.
  std::optional<Seat> join(Moment at, identity::RoomClaims claims, const JoinOptions& options,
                           SignalSink& sink);
  /// Whether one more person fits (F-32); somebody replacing themselves always does.
  [[nodiscard]] bool has_place(std::string_view room, std::string_view identity) const;
  /// Whether this person may enter an echo room now; counts as having done so when they may.
  [[nodiscard]] bool may_echo(Instant now, const std::string& identity);
  static constexpr std::size_t kMaxEchoRooms = 64;  ///< at once
  static constexpr std::size_t kMaxEchoJoins = 30;  ///< a person in kEchoWindow
  static constexpr Duration kEchoWindow = minutes(10);
  /// F14: somebody new has to wait while the media plane has enough to do. Who is inside and lost
  /// their socket has not.
  [[nodiscard]] bool may_enter(std::string_view room, std::string_view identity,
                               bool resumes) const;
  void on_request(Moment at, const Seat& seat, const pb::SignalRequest& request);
  void on_sink_closed(Moment at, const Seat& seat, const SignalSink& sink);
  void on_event(Moment at, const sfu::Event& event);
  /// Called every kBatch while there are rooms: sends batched updates, and once in kSweep looks at
  /// deadlines and empty rooms.
  void tick(Moment at);
  static constexpr Duration kBatch = milliseconds(50);
  static constexpr Duration kSweep = seconds(1);
  [[nodiscard]] bool is_empty() const { return rooms_.empty(); }

  Room& create(Moment at, std::string_view name, const RoomSettings& settings);
  [[nodiscard]] Room* find(std::string_view name) const;
  [[nodiscard]] std::vector<Room*> all() const;
  void close(Moment at, std::string_view name, const pb::LeaveRequest& tell);
  void close_all(Moment at, const pb::LeaveRequest& tell);
  void remove_login(Moment at, std::string_view login);
  [[nodiscard]] std::size_t participants() const;

 private:
  [[nodiscard]] Room* find(sfu::RoomId id) const;

  RoomContext context_;
  std::uint32_t last_room_ = 0;
  Instant last_sweep_;
  struct EchoUse {
    Instant since;
    std::size_t joins = 0;
  };
  std::map<std::string, EchoUse> echo_uses_;  // forgotten with their window
  std::map<std::string, std::unique_ptr<Room>, std::less<>> rooms_;
  std::map<sfu::RoomId, Room*> by_id_;
};

}  // namespace vv::signaling
