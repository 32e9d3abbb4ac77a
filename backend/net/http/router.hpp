#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/task.hpp"
#include "base/time.hpp"
#include "net/http/cors.hpp"
#include "net/http/message.hpp"
#include "net/http/streaming.hpp"
#include "net/websocket/socket.hpp"

namespace vv::net {

/// Answers one request. Runs on the front loop; what would hold it up goes to a pool and is
/// awaited.
using Handler = std::function<Task<HttpResponse>(HttpRequest)>;
/// Decides an upgrade: a plain answer (refusal) or the session that takes the socket.
using Upgrade = std::variant<HttpResponse, std::unique_ptr<SocketSession>>;
using UpgradeHandler = std::function<Task<Upgrade>(HttpRequest)>;
/// Decides an upload by its head: a plain answer (refusal) or what takes its body.
using Receipt = std::variant<HttpResponse, std::unique_ptr<BodySink>>;
using ReceiptHandler = std::function<Task<Receipt>(HttpRequest)>;
/// Looks at a request before its body is read (threat-model H11). An answer refuses it.
using BodyGuard = std::function<std::optional<HttpResponse>(const HttpRequest&)>;

struct RouteOptions {
  std::size_t max_body = 1024 * 1024;   ///< bytes; past it 413
  Duration body_timeout = seconds(60);  ///< for the whole body (H1)
  Cors cors = Cors::SameOrigin;
  BodyGuard guard{};
};

/// Which handler takes which path. A pattern's segments are literals, `*` for any one segment, and
/// `/**` at the end for the path itself and anything below. The most literal pattern wins, so order
/// of registration does not matter. Filled at start, unchanged while serving.
class Router {
 public:
  explicit Router(OriginRules origins = {});
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  /// @param method  `GET` answers HEAD too; `*` takes any method
  void handle(std::string method, std::string pattern, Handler handler, RouteOptions options = {});
  /// Everything at and below `prefix`.
  void handle_prefix(std::string method, std::string prefix, Handler handler,
                     RouteOptions options = {});
  /// POST whose body is taken as it comes, at the pace of H1 instead of `body_timeout`.
  void receive(std::string pattern, ReceiptHandler handler, RouteOptions options = {});
  void upgrade(std::string pattern, UpgradeHandler handler, SocketOptions options = {},
               Cors cors = Cors::SameOrigin);
  /// What nothing else claims; 404 in plain text without one.
  void fallback(Handler handler);

  struct Route {
    std::string method;
    std::vector<std::string> segments;
    bool open_ended = false;  // ends in `/**`
    Handler handler;
    ReceiptHandler receipt;  // instead of `handler`
    RouteOptions options;
  };
  struct UpgradeRoute {
    std::vector<std::string> segments;
    bool open_ended = false;
    UpgradeHandler handler;
    SocketOptions options;
    Cors cors = Cors::SameOrigin;
  };
  struct Match {
    const Route* route = nullptr;  // null: nobody's path, or not with this method
    std::string allowed{};         // `GET, HEAD, POST` when the path is somebody's
    Cors cors = Cors::SameOrigin;  // of the path, whatever the method
  };
  [[nodiscard]] Match find(std::string_view method, std::string_view path) const;
  [[nodiscard]] const UpgradeRoute* find_upgrade(std::string_view path) const;
  [[nodiscard]] const Handler& fallback() const { return fallback_; }
  [[nodiscard]] const OriginRules& origins() const { return origins_; }

 private:
  OriginRules origins_;
  std::vector<Route> routes_;           // most literal first
  std::vector<UpgradeRoute> upgrades_;  // most literal first
  Handler fallback_;
};

}  // namespace vv::net
