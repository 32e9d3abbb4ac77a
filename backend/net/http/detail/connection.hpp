#pragma once

#include <memory>

#include "base/task.hpp"
#include "net/endpoint.hpp"
#include "net/http/detail/server_state.hpp"
#include "net/tcp/byte_stream.hpp"
#include "net/websocket/detail/connection.hpp"

namespace vv::net::detail {

/// Serves the HTTP of one connection until it ends.
/// @return the WebSocket that it became, to be run; null when it has gone
Task<std::shared_ptr<LiveSocket>> serve_http(std::shared_ptr<ServerContext> server,
                                             ByteStream stream, Endpoint peer);

}  // namespace vv::net::detail
