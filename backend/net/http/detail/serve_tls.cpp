#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "net/http/detail/connection.hpp"

namespace vv::net::detail {

Task<void> serve_tls(std::shared_ptr<ServerContext> server, asio::ip::tcp::socket socket,
                     Endpoint remote) {
  using Stream = beast::ssl_stream<beast::tcp_stream>;
  Stream stream(beast::tcp_stream(std::move(socket)), *server->tls);
  HttpConnection<Stream> connection(std::move(server), std::move(stream), remote);
  co_await connection.run();
}

}  // namespace vv::net::detail
