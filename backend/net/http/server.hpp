#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "net/endpoint.hpp"
#include "net/event_loop.hpp"
#include "net/http/router.hpp"
#include "net/tls/context.hpp"

namespace vv::net {

class TcpStream;

struct ServerOptions {
  Endpoint listen;  ///< port 0 takes any
  std::optional<TlsFiles> tls{};
  std::vector<std::string> trusted_proxies{};  ///< addresses whose X-Forwarded-* count (H2)
  HeaderMap default_headers{};                 ///< on every answer that does not set them
  std::size_t max_connections = 20'000;
  std::size_t max_connections_per_block = 1'000;  ///< loopback and trusted proxies excepted
  bool limit_loopback = false;                    ///< for tests, which have no other address
  Duration header_timeout = seconds(10);
  Duration idle_timeout = seconds(60);
  Duration upload_grace = seconds(30);  ///< before an upload's pace counts (H1)
  /// Takes connections that begin with an ICE check in a frame of RFC 4571 (RTC over TCP), on the
  /// loop. Nothing of the stream is read yet; `packet` is that check. None: they are refused as bad
  /// requests are.
  std::function<void(TcpStream stream, Bytes packet)> on_check{};
  Duration check_timeout = seconds(5);  ///< from a connection's first byte (M19)
};

/// Serves HTTP/1.1 and WebSocket on one port, plain or TLS, and tells RTC over TCP from them.
///
/// Owns:    the listening socket and every connection.
/// Not its: routes (Router), protocols (SocketSession).
/// Bounds:  threat-model H1, H4 and the numbers of ServerOptions.
class HttpServer {
 public:
  /// Binds and starts accepting on the loop. `router` outlives the server.
  /// refuses: a taken port, unreadable certificate files, in a sentence that says what to change
  static Result<std::unique_ptr<HttpServer>> listen(EventLoop& loop, Router& router,
                                                    ServerOptions options);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// What was bound, with the real port.
  [[nodiscard]] const Endpoint& endpoint() const;
  [[nodiscard]] std::size_t connections() const;

  /// On the loop. Stops accepting, closes idle connections, lets running requests finish and closes
  /// WebSockets with `code` (1012: service restart). `done` is called when the last one has gone,
  /// or after `limit`, when the rest is cut.
  void drain(std::uint16_t code, std::string reason, Duration limit, std::function<void()> done);

 private:
  struct State;
  explicit HttpServer(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;  // shared with the connections, which end one turn later
};

}  // namespace vv::net
