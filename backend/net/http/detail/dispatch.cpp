#include "net/http/detail/dispatch.hpp"

#include <algorithm>
#include <exception>

#include "base/log.hpp"
#include "base/metrics.hpp"

namespace vv::net::detail {
namespace {

/// The last address in X-Forwarded-For that is not one of our proxies: everything before it was
/// written by whoever wanted to.
std::optional<Endpoint> forwarded_client(const ServerContext& server, std::string_view list) {
  while (!list.empty()) {
    const std::size_t comma = list.rfind(',');
    std::string_view item = comma == std::string_view::npos ? list : list.substr(comma + 1);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    const auto address = parse_address(item);
    if (!address) return std::nullopt;
    const auto& proxies = server.trusted_proxies;
    if (std::find(proxies.begin(), proxies.end(), *address) == proxies.end()) return address;
    if (comma == std::string_view::npos) break;
    list = list.substr(0, comma);
  }
  return std::nullopt;
}

}  // namespace

void set_client(const ServerContext& server, const Endpoint& peer, bool tls, HttpRequest& request) {
  request.remote = peer;
  request.secure = tls;
  const auto list = request.headers.get("X-Forwarded-For");
  request.forwarded = list.has_value() || request.headers.has("Forwarded");
  Endpoint address = peer;
  address.port = 0;
  const auto& proxies = server.trusted_proxies;
  if (std::find(proxies.begin(), proxies.end(), address) == proxies.end()) return;
  if (list) request.remote = forwarded_client(server, *list).value_or(peer);
  if (request.headers.get("X-Forwarded-Proto") == "https") request.secure = true;
}

Route route(const ServerContext& server, const HttpRequest& request) {
  const OriginRules& origins = server.router.origins();
  const auto asked = request.headers.get("Access-Control-Request-Method");
  if (request.method == "OPTIONS" && asked) {
    const Router::Match match = server.router.find(*asked, request.path);
    if (auto answer = answer_preflight(match.cors, origins, request)) {
      // Already carries what CORS wants.
      return {.answer = std::move(answer),
              .handler = nullptr,
              .receipt = nullptr,
              .cors = Cors::SameOrigin};
    }
  }
  const Router::Match match = server.router.find(request.method, request.path);
  Route out{.answer = {}, .handler = nullptr, .receipt = nullptr, .cors = match.cors};
  if (match.route == nullptr) {
    if (!match.allowed.empty()) {
      out.answer = HttpResponse::text(405, "method not allowed\n");
      out.answer->headers.set("Allow", match.allowed);
    } else if (server.router.fallback()) {
      out.handler = &server.router.fallback();
    } else {
      out.answer = HttpResponse::text(404, "not found\n");
    }
    return out;
  }
  out.max_body = match.route->options.max_body;
  out.body_timeout = match.route->options.body_timeout;
  if (match.route->receipt) {
    out.receipt = &match.route->receipt;
  } else {
    out.handler = &match.route->handler;
  }
  if (match.route->options.guard) out.answer = match.route->options.guard(request);
  return out;
}

Task<HttpResponse> run_handler(const Handler& handler, HttpRequest request) {
  try {
    co_return co_await handler(std::move(request));
  } catch (const std::exception& e) {
    log::error("a handler ended by an exception", {{"what", e.what()}});
  }
  co_return HttpResponse::text(500, "internal error\n");
}

Task<Receipt> run_receipt(const ReceiptHandler& handler, HttpRequest request) {
  try {
    co_return co_await handler(std::move(request));
  } catch (const std::exception& e) {
    log::error("an upload's handler ended by an exception", {{"what", e.what()}});
  }
  co_return HttpResponse::text(500, "internal error\n");
}

void finish(const ServerContext& server, Cors cors, const HttpRequest& request,
            HttpResponse& response) {
  apply_cors(cors, server.router.origins(), request, response);
  for (const auto& [name, value] : server.options.default_headers) {
    response.headers.set_default(name, value);
  }
}

void log_access(const HttpRequest& request, int status, std::size_t bytes, Duration took) {
  static Counter& ok = metrics().counter("visavis_net_requests_total", "HTTP requests answered",
                                         {{"class", "2xx-3xx"}});
  static Counter& refused =
      metrics().counter("visavis_net_requests_total", "HTTP requests answered", {{"class", "4xx"}});
  static Counter& failed =
      metrics().counter("visavis_net_requests_total", "HTTP requests answered", {{"class", "5xx"}});
  (status < 400 ? ok : status < 500 ? refused : failed).add();
  log::debug("request", {{"method", request.method},
                         {"path", request.path},
                         {"status", status},
                         {"bytes", bytes},
                         {"ms", took.as_millis()}});
}

}  // namespace vv::net::detail
