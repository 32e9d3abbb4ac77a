#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "net/http/server.hpp"

namespace boost::asio::ssl {
class context;
}

namespace vv::net::detail {

/// What the server can ask of a connection, whatever it is doing.
class ConnectionControl {
 public:
  virtual ~ConnectionControl() = default;
  /// Close as soon as nothing is under way; a WebSocket closes with `code`.
  virtual void drain(std::uint16_t code, const std::string& reason) = 0;
  /// Close now.
  virtual void cut() = 0;
};

/// What connections share with the server.
struct ServerContext {
  ServerContext(EventLoop& l, Router& r, ServerOptions o)
      : loop(l), router(r), options(std::move(o)) {}

  EventLoop& loop;
  Router& router;
  ServerOptions options;
  std::vector<Endpoint> trusted_proxies;
  std::shared_ptr<boost::asio::ssl::context> tls;  // shared with TLS connections
  bool draining = false;
  std::set<ConnectionControl*> connections;
  std::map<std::string, std::size_t> per_block;
  std::vector<Endpoint> unfinished_checks;  // who has begun one (opener.hpp)
  std::function<void()> on_last_gone;

  void add(ConnectionControl* connection) { connections.insert(connection); }
  void remove(ConnectionControl* connection) {
    connections.erase(connection);
    if (connections.empty() && on_last_gone) loop.post(std::exchange(on_last_gone, nullptr));
  }
};

}  // namespace vv::net::detail
