#include "server/convex_routes.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "net/gate.hpp"
#include "net/http/router.hpp"
#include "reactive/convex/http_api.hpp"
#include "reactive/convex/sync_server.hpp"

namespace vv::server {
namespace {

namespace convex = reactive::convex;
using net::HttpRequest;
using net::HttpResponse;

constexpr Duration kPatience = seconds(60);

/// One sync socket: net's calls in, the session's frames out.
class SyncSocket final : public net::SocketSession, public convex::Output {
 public:
  SyncSocket(convex::SyncServer& server, convex::ConnectionInfo info)
      : server_(server), info_(std::move(info)) {}

  void on_open(net::WebSocket& socket) override {
    socket_ = &socket;
    session_ = server_.open(*this, std::move(info_));
  }
  void on_text(std::string_view message) override { session_->on_text(message); }
  void on_binary(Bytes) override { socket_->close(1003, "text frames only"); }
  void on_oversize(std::string_view head) override { session_->on_oversize(head); }
  void on_drained() override { session_->on_drained(); }
  void on_closed(std::uint16_t, std::string_view) override {
    session_->on_closed();
    session_.reset();
    socket_ = nullptr;
  }

  void send_text(std::string frame) override {
    if (socket_ != nullptr) socket_->send_text(std::move(frame));
  }
  void close(std::uint16_t code, std::string reason) override {
    if (socket_ != nullptr) socket_->close(code, std::move(reason));
  }
  [[nodiscard]] std::size_t buffered_bytes() const override {
    return socket_ != nullptr ? socket_->buffered_bytes() : 0;
  }
  void pause_reading() override {
    if (socket_ != nullptr) socket_->pause_reading();
  }
  void resume_reading() override {
    if (socket_ != nullptr) socket_->resume_reading();
  }

 private:
  convex::SyncServer& server_;
  convex::ConnectionInfo info_;
  net::WebSocket* socket_ = nullptr;  // borrowed between on_open and on_closed
  std::unique_ptr<convex::SyncSession> session_;
};

/// `[0-9A-Za-z.+-]+`, as convex-wire.md 1.1 has it.
bool is_version(std::string_view segment) {
  return !segment.empty() && std::all_of(segment.begin(), segment.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '+' || c == '-';
  });
}

net::UpgradeHandler sync_upgrade(const net::Router& router, ConvexPorts ports) {
  return [&router, ports](HttpRequest request) -> Task<net::Upgrade> {
    // H3: what a page may read it may also ask for here; clients without Origin are no pages.
    if (!router.origins().allows(request)) {
      co_return HttpResponse::text(403, "this origin is not allowed\n");
    }
    constexpr std::string_view kPrefix = "/api/";
    constexpr std::string_view kSuffix = "/sync";
    std::string_view version = request.path;
    // Clients from npm name their version here, others in a header.
    const bool from_npm = version.size() > kPrefix.size() + kSuffix.size();
    if (from_npm) {
      version.remove_prefix(kPrefix.size());
      version.remove_suffix(kSuffix.size());
      if (!is_version(version)) co_return HttpResponse::text(404, "not found\n");
    }
    co_return std::make_unique<SyncSocket>(
        ports.sync,
        convex::ConnectionInfo{
            .base_url = ports.base_url(request),
            .from_npm = from_npm,
            .address_block = request.remote.is_loopback() ? "" : request.remote.block()});
  };
}

net::Handler call(ConvexPorts ports, convex::HttpApi::Kind kind) {
  return [ports, kind](HttpRequest request) -> Task<HttpResponse> {
    using Answer = std::pair<int, std::string>;
    const convex::ConnectionInfo info{
        .base_url = ports.base_url(request),
        .from_npm = request.headers.get("Convex-Client").value_or("").starts_with("npm-"),
        .address_block = request.is_local() ? "" : request.remote.block()};
    const std::string authorization(request.headers.get("Authorization").value_or(""));
    auto answer = co_await net::await_callback<Answer>(
        ports.loop, kPatience, [&](std::function<void(Answer)> done) {
          ports.http.call(
              kind, request.body, authorization, info,
              [done](int status, std::string body) { done({status, std::move(body)}); });
        });
    if (!answer) {
      HttpResponse response = HttpResponse::text(503, "ExpiredInQueue\n");
      response.headers.set("Retry-After", "1");
      co_return response;
    }
    const bool is_json = answer->first == 200 || answer->first == 429 || answer->first == 560;
    HttpResponse response = is_json ? HttpResponse::json(answer->first, std::move(answer->second))
                                    : HttpResponse::text(answer->first, std::move(answer->second));
    if (answer->first == 429 || answer->first == 503) response.headers.set("Retry-After", "1");
    co_return response;
  };
}

}  // namespace

void mount_convex_routes(net::Router& router, ConvexPorts ports) {
  using Kind = convex::HttpApi::Kind;
  const net::SocketOptions socket{.max_message = 4 * 1024 * 1024,
                                  .oversize = net::SocketOptions::Oversize::Drop,
                                  .ping_interval = seconds(30)};
  for (const auto* pattern : {"/api/*/sync", "/api/sync"}) {
    router.upgrade(pattern, sync_upgrade(router, ports), socket, net::Cors::Listed);
  }
  const net::RouteOptions listed{.cors = net::Cors::Listed};
  for (const auto& [path, kind] :
       {std::pair{"/api/query", Kind::Query}, std::pair{"/api/mutation", Kind::Mutation},
        std::pair{"/api/action", Kind::Action}, std::pair{"/api/query_ts", Kind::QueryTs},
        std::pair{"/api/query_at_ts", Kind::QueryAtTs}}) {
    router.handle("POST", path, call(ports, kind), listed);
  }
  router.handle(
      "POST", "/api/debug_event",
      [](HttpRequest) -> Task<HttpResponse> { co_return HttpResponse{}; }, listed);
  router.handle(
      "*", "/api/**",
      [](HttpRequest) -> Task<HttpResponse> { co_return HttpResponse::text(404, "not found\n"); },
      listed);
}

}  // namespace vv::server
