#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace vv::video {

/// Who wants to enter which room. The market has checked that they may.
struct TicketRequest {
  std::string room_name;     ///< the callId
  std::string user_id;       ///< becomes the token's identity
  std::string display_name;  ///< shown to the other party
  std::string base_url;      ///< scheme and host the caller reached us by, or `public_url`
  std::string login{};       ///< the sign-in it is for: whose end takes the person out of the room
  bool echo = false;         ///< of echo_room_of(user_id), to hear and see oneself
};

/// The room in which one person, and nobody else, hears and sees themselves. No callId looks so.
inline constexpr std::string_view kEchoRooms = "meet_echo_";
[[nodiscard]] inline std::string echo_room_of(std::string_view user_id) {
  return std::string(kEchoRooms) + std::string(user_id);
}

/// What a browser needs to enter.
struct Ticket {
  std::string engine;      ///< which client adapter to load: `embedded`, `livekit`, `stream`
  std::string server_url;  ///< ws:// or wss://
  std::string token;
  std::string room_name;
  UnixMillis expires_at;
};

/// The one thing the market sees of video. Rooms are derived from sessions: a room appears when an
/// allowed person joins, so there is nothing to open.
class Engine {
 public:
  virtual ~Engine() = default;
  /// Any thread; may block shortly when the engine is remote. refuses: unavailable
  [[nodiscard]] virtual Result<Ticket> ticket(const TicketRequest& request) = 0;
  /// Ends the room for all; an unknown room is no error. Any thread; returns at once.
  virtual void close(std::string room_name) = 0;
  /// Takes one person out of the room; unknown ones are no error. Any thread; returns at once.
  virtual void remove(std::string room_name, std::string user_id) = 0;
};

}  // namespace vv::video
