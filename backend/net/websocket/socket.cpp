#include "net/websocket/socket.hpp"

namespace vv::net {

void SocketSession::on_oversize(std::string_view) {}

}  // namespace vv::net
