#include "net/http/server.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "base/format.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "net/http/detail/connection.hpp"
#include "net/http/detail/opener.hpp"
#include "net/http/detail/server_state.hpp"
#include "net/tcp/tcp_socket.hpp"

namespace vv::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr Duration kCutGrace = milliseconds(500);

tcp::endpoint to_asio(const Endpoint& endpoint) {
  if (endpoint.is_v4()) {
    asio::ip::address_v4::bytes_type bytes{};
    std::copy(endpoint.address.begin() + 12, endpoint.address.end(), bytes.begin());
    return {asio::ip::address_v4(bytes), endpoint.port};
  }
  return {asio::ip::address_v6(endpoint.address), endpoint.port};
}

Endpoint from_asio(const tcp::endpoint& endpoint) {
  const auto address = endpoint.address();
  const auto v6 = address.is_v4() ? asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4())
                                  : address.to_v6();
  return {.address = v6.to_bytes(), .port = endpoint.port()};
}

}  // namespace

struct HttpServer::State : detail::ServerContext {
  State(EventLoop& l, Router& r, ServerOptions o)
      : detail::ServerContext(l, r, std::move(o)), acceptor(l.context()), drain_timer(l) {}

  tcp::acceptor acceptor;
  Timer drain_timer;
  Endpoint bound;

  Status open() {
    boost::system::error_code error;
    const tcp::endpoint wanted = to_asio(options.listen);
    acceptor.open(wanted.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && !options.listen.is_v4()) acceptor.set_option(asio::ip::v6_only(false), error);
    if (!error) acceptor.bind(wanted, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return unavailable(
          format("cannot listen on {}: {}; stop what uses it, or choose another "
                 "address with --listen ADDR:PORT",
                 options.listen.text(), error.message()));
    }
    bound = from_asio(acceptor.local_endpoint(error));
    return {};
  }

  bool admits(const Endpoint& remote) {
    if (connections.size() >= options.max_connections) return false;
    const std::string block = block_of(remote);
    const auto found = per_block.find(block);
    return found == per_block.end() || found->second < options.max_connections_per_block;
  }

  /// Whose limit a connection counts with; empty: nobody's. A configured proxy is many people.
  [[nodiscard]] std::string block_of(const Endpoint& remote) const {
    if (remote.is_loopback() && !options.limit_loopback) return {};
    const bool proxy =
        std::any_of(trusted_proxies.begin(), trusted_proxies.end(),
                    [&](const Endpoint& each) { return each.address == remote.address; });
    return proxy ? std::string() : remote.block();
  }

  static Task<void> accept_all(std::shared_ptr<State> self) {
    static Counter& refused =
        metrics().counter("visavis_net_connections_refused_total", "TCP connections over a limit");
    while (!self->draining) {
      boost::system::error_code error;
      tcp::socket socket =
          co_await self->acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (self->draining) break;
      if (error) {
        // Out of descriptors, most likely: waiting is better than spinning.
        co_await sleep_for(self->loop, milliseconds(100));
        continue;
      }
      const auto peer = socket.remote_endpoint(error);
      if (error) continue;
      const Endpoint remote = from_asio(peer);
      if (!self->admits(remote)) {
        refused.add();
        continue;
      }
      socket.set_option(tcp::no_delay(true), error);
      self->loop.spawn(serve(self, std::move(socket), remote));
    }
  }

  static Task<void> serve(std::shared_ptr<State> self, tcp::socket socket, Endpoint remote) {
    const std::string block = self->block_of(remote);
    if (!block.empty()) ++self->per_block[block];
    try {
      bool of_the_web = true;
      if (self->options.on_check) {
        of_the_web = co_await detail::is_of_the_web(self, socket, remote);
      }
      if (of_the_web) co_await serve_web(self, std::move(socket), remote);
    } catch (const std::exception& e) {
      log::error("a connection ended by an exception", {{"what", e.what()}});
    }
    if (!block.empty() && --self->per_block[block] == 0) self->per_block.erase(block);
  }

  static Task<void> serve_web(std::shared_ptr<State> self, tcp::socket socket, Endpoint remote) {
    ByteStream stream = self->tls ? ByteStream(self->loop, std::move(socket), *self->tls)
                                  : ByteStream(self->loop, std::move(socket));
    // What only HTTP needed is gone while a WebSocket lives.
    const auto upgraded = co_await detail::serve_http(self, std::move(stream), remote);
    if (upgraded) co_await upgraded->run();
  }
};

Result<std::unique_ptr<HttpServer>> HttpServer::listen(EventLoop& loop, Router& router,
                                                       ServerOptions options) {
  auto state = std::make_shared<State>(loop, router, std::move(options));
  for (const std::string& proxy : state->options.trusted_proxies) {
    const auto address = parse_address(proxy);
    if (!address) return invalid(format("trusted_proxies: {} is no IP address", proxy));
    state->trusted_proxies.push_back(*address);
  }
  if (state->options.tls) {
    VV_ASSIGN_OR_RETURN(state->tls, make_tls_context(*state->options.tls));
  }
  VV_TRY(state->open());
  loop.spawn(State::accept_all(state));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

HttpServer::HttpServer(std::shared_ptr<State> state) : state_(std::move(state)) {}

HttpServer::~HttpServer() {
  state_->draining = true;
  boost::system::error_code ignored;
  state_->acceptor.close(ignored);
}

const Endpoint& HttpServer::endpoint() const { return state_->bound; }
std::size_t HttpServer::connections() const { return state_->connections.size(); }

void HttpServer::drain(std::uint16_t code, std::string reason, Duration limit,
                       std::function<void()> done) {
  state_->draining = true;
  boost::system::error_code ignored;
  state_->acceptor.close(ignored);
  const auto connections = state_->connections;
  if (connections.empty()) {
    state_->loop.post(std::move(done));
    return;
  }
  state_->on_last_gone = std::move(done);
  for (detail::ConnectionControl* connection : connections) connection->drain(code, reason);
  state_->drain_timer.start(limit, [state = state_.get()] {
    const auto rest = state->connections;
    for (detail::ConnectionControl* connection : rest) connection->cut();
    // What was cut ends by itself in a moment; a handler that never answers does not.
    state->drain_timer.start(kCutGrace, [state] {
      if (state->on_last_gone) std::exchange(state->on_last_gone, nullptr)();
    });
  });
}

}  // namespace vv::net
