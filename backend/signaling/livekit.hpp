#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "sfu/event.hpp"
#include "signaling/ports.hpp"

namespace vv::net {
class EventLoop;
class Router;
}  // namespace vv::net
namespace vv::identity {
class RoomTokens;
}
namespace vv::shard {
class Shards;
}

namespace vv::signaling {

/// Why a room ends for everybody in it, as the participants are told.
enum class RoomEnd : std::uint8_t {
  Deleted,   ///< somebody ended it: the session was hung up, or DeleteRoom was called
  Closed,    ///< it ran empty or its reason is gone
  Shutdown,  ///< the server stops; clients come back by themselves
};

/// The LiveKit protocol: its signalling WebSockets and its admin API (docs/protocols/livekit.md).
///
/// Owns:    rooms, participants, tracks and subscriptions as the clients see them.
/// Not its: media (sfu, shard); accounts and sessions (Admission, RoomObserver).
/// Thread:  the front loop, for every call.
class LiveKit {
 public:
  struct Options {
    /// H28: trust `X-Forwarded-For` and its like for ClientInfo.address.
    bool behind_proxy = false;
    /// Named to clients beside our own candidates; with the secret of a TURN server among them.
    std::vector<std::string> ice_urls{};
    Secret turn_secret{};
    /// Who is told what happens in rooms, and the API key that signs it.
    std::vector<std::string> webhook_urls{};
    std::string webhook_key{};
    bool webhook_app_rooms = false;  ///< whether that key reaches the marketplace's rooms
    std::vector<std::string> webhook_include{};  ///< the only events told; empty: all
    std::vector<std::string> webhook_exclude{};  ///< events not told, where none are included
    WebhookOutbox* webhook_outbox = nullptr;     ///< outlives this; null: in memory alone
  };
  LiveKit(net::EventLoop& loop, shard::Shards& shards, const identity::RoomTokens& tokens,
          Admission& admission, RoomObserver& observer, Options options);
  ~LiveKit();
  LiveKit(const LiveKit&) = delete;
  LiveKit& operator=(const LiveKit&) = delete;

  /// Adds `/rtc`, `/rtc/v1`, their validate forms, `/settings/regions` and `/twirp/`.
  void mount(net::Router& router);
  /// What the media plane has to say, posted here from the shards' threads.
  void handle(const sfu::Event& event);

  /// Everybody in the room is told and disconnected; unknown rooms are ignored.
  void close_room(std::string_view name, RoomEnd end);
  void remove_participant(std::string_view room, std::string_view identity);
  /// Takes out whoever came in by a ticket of this login, which must not be empty.
  void remove_login(std::string_view login);
  /// Everybody is asked to reconnect; for SIGTERM.
  void close_all(RoomEnd end);

  [[nodiscard]] std::size_t participants() const;
  struct Totals {
    std::size_t rooms = 0;
    std::size_t participants = 0;
    std::size_t tracks = 0;         ///< published
    std::size_t subscriptions = 0;  ///< that media may flow for
    std::size_t starved = 0;        ///< of these, left out because a link cannot carry them
  };
  /// Of all rooms, for the metrics.
  [[nodiscard]] Totals totals() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vv::signaling
