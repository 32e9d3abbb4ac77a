#pragma once

#include <memory>
#include <string>

#include "base/task.hpp"
#include "net/http/detail/server_state.hpp"
#include "net/tcp/byte_stream.hpp"
#include "net/websocket/socket.hpp"

namespace vv::net::detail {

/// A WebSocket that is about to shake hands, then lives.
class LiveSocket {
 public:
  virtual ~LiveSocket() = default;
  /// Shakes hands, then serves until the socket has gone.
  virtual Task<void> run() = 0;
};

/// @param key      Sec-WebSocket-Key of the request
/// @param session  destroyed when the socket has gone
std::shared_ptr<LiveSocket> make_socket(std::shared_ptr<ServerContext> server, ByteStream stream,
                                        SocketOptions options, std::string key,
                                        std::unique_ptr<SocketSession> session);

}  // namespace vv::net::detail
