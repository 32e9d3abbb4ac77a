#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace vv::net {

/// One live WebSocket, owned by net; alive until the session's `on_closed` returns. All calls on
/// the front loop. Sends are queued and never block; a peer that reads too slowly for them is
/// closed with 1013 `SlowConsumer` as SocketOptions says (threat-model section 4, F13).
class WebSocket {
 public:
  static constexpr std::size_t kLowWater = 256 * 1024;  // bytes; `on_drained` below it

  virtual ~WebSocket() = default;
  virtual void send_text(std::string message) = 0;
  virtual void send_binary(std::string message) = 0;
  /// Sends what is queued, then the close frame. `reason` is cut at 123 bytes.
  virtual void close(std::uint16_t code, std::string reason) = 0;
  /// Queued and not yet taken by the kernel.
  [[nodiscard]] virtual std::size_t buffered_bytes() const = 0;
  /// No message comes after `pause_reading` returned until `resume_reading`. A paused socket is not
  /// judged by its pongs, which wait unread.
  virtual void pause_reading() = 0;
  virtual void resume_reading() = 0;
};

/// What a protocol does with a socket. All calls on the front loop; after `on_closed` nothing more
/// comes and the session is destroyed. One destroyed without `on_open` never got its socket.
class SocketSession {
 public:
  virtual ~SocketSession() = default;
  /// The first call; `socket` may be used from now on until `on_closed` returns.
  virtual void on_open(WebSocket& socket) = 0;
  virtual void on_text(std::string_view message) = 0;
  virtual void on_binary(Bytes message) = 0;
  /// A text message went past the limit: its first kOversizeHead bytes. The rest is read and
  /// dropped.
  virtual void on_oversize(std::string_view head);
  static constexpr std::size_t kOversizeHead = 4096;  // bytes
  /// Output had grown past kLowWater and fell under it again.
  virtual void on_drained() {}
  /// @param code  the peer's, or ours when it never answered; 1006 when the connection just went
  virtual void on_closed(std::uint16_t code, std::string_view reason) = 0;
};

/// How net treats the sockets of one route.
struct SocketOptions {
  std::size_t max_message = 4 * 1024 * 1024;  ///< bytes
  /// Text past the limit: dropped and told (`on_oversize`), or closed with 1009. Binary always
  /// 1009.
  enum class Oversize : std::uint8_t { Drop, Close } oversize = Oversize::Close;
  std::size_t max_buffered = 8 * 1024 * 1024;  ///< bytes unsent; longer than slow_grace: closed
  std::size_t hard_limit = 64 * 1024 * 1024;   ///< bytes unsent; what would go past it: closed now
  Duration slow_grace = seconds(10);  ///< then again as long for the close frame before the cut
  Duration ping_interval = seconds(30);
  Duration pong_timeout = seconds(15);  ///< silence after a ping before the socket counts as dead
};

}  // namespace vv::net
