#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "base/task.hpp"
#include "net/endpoint.hpp"
#include "net/http/detail/server_state.hpp"

namespace vv::net::detail {

/// Where the port also takes RTC over TCP: waits for the first bytes of a connection, without
/// taking them, and hands it over when they are a check's.
/// @return whether it is the web's; else it has gone, one way or the other
Task<bool> is_of_the_web(std::shared_ptr<ServerContext> server,
                         boost::asio::ip::tcp::socket& socket, Endpoint remote);

}  // namespace vv::net::detail
