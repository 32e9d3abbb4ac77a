#include "net/http/detail/connection.hpp"

namespace vv::net::detail {

Task<void> serve_plain(std::shared_ptr<ServerContext> server, asio::ip::tcp::socket socket,
                       Endpoint remote) {
  HttpConnection<beast::tcp_stream> connection(std::move(server),
                                               beast::tcp_stream(std::move(socket)), remote);
  co_await connection.run();
}

}  // namespace vv::net::detail
