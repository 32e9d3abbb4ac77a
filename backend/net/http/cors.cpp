#include "net/http/cors.hpp"

#include <algorithm>

namespace vv::net {
namespace {

constexpr std::string_view kMethods = "OPTIONS, HEAD, GET, POST, PATCH, DELETE";
constexpr std::string_view kConvexMethods = "GET, POST, OPTIONS";
constexpr std::string_view kConvexHeaders = "authorization, content-type, convex-client";
constexpr std::string_view kMaxAge = "86400";  // seconds; convex-wire.md 1.3, livekit-wire.md H-4

/// Scheme, host and port of a URL: everything before its third slash.
std::string_view origin_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return url;
  return url.substr(0, url.find('/', scheme + 3));
}

bool is_loopback_origin(std::string_view origin) {
  const std::size_t scheme = origin.find("://");
  if (scheme == std::string_view::npos) return false;
  std::string_view host = origin.substr(scheme + 3);
  if (host.starts_with("[::1]")) return host.size() == 5 || host[5] == ':';
  host = host.substr(0, host.find(':'));
  return host == "localhost" || host == "127.0.0.1" || host.ends_with(".localhost");
}

bool is_echoed(Cors cors, const OriginRules& rules, const HttpRequest& request,
               std::string_view origin) {
  return cors == Cors::EchoAny || (cors == Cors::Listed && rules.allows(request, origin));
}

}  // namespace

OriginRules::OriginRules(Options options) : options_(std::move(options)) {}

bool OriginRules::allows(const HttpRequest& request, std::string_view origin) const {
  if (equals_ignoring_case(origin, request.base_url())) return true;
  if (!options_.public_url.empty() &&
      equals_ignoring_case(origin, origin_of(options_.public_url))) {
    return true;
  }
  if (options_.any_loopback && is_loopback_origin(origin)) return true;
  return std::any_of(
      options_.allowed_origins.begin(), options_.allowed_origins.end(),
      [&](const std::string& allowed) { return equals_ignoring_case(origin, origin_of(allowed)); });
}

bool OriginRules::allows(const HttpRequest& request) const {
  const auto origin = request.headers.get("Origin");
  return !origin || allows(request, *origin);
}

bool OriginRules::is_same_origin(const HttpRequest& request) const {
  const auto origin = request.headers.get("Origin");
  if (!origin) return false;
  return equals_ignoring_case(*origin, request.base_url()) ||
         (!options_.public_url.empty() &&
          equals_ignoring_case(*origin, origin_of(options_.public_url))) ||
         (options_.any_loopback && is_loopback_origin(*origin));
}

void apply_cors(Cors cors, const OriginRules& rules, const HttpRequest& request,
                HttpResponse& response) {
  if (cors == Cors::SameOrigin) return;
  response.headers.add("Vary", "Origin");
  const auto origin = request.headers.get("Origin");
  if (!origin || !is_echoed(cors, rules, request, *origin)) return;
  response.headers.set("Access-Control-Allow-Origin", std::string(*origin));
  if (cors == Cors::EchoAny) response.headers.set("Access-Control-Expose-Headers", "*");
}

std::optional<HttpResponse> answer_preflight(Cors cors, const OriginRules& rules,
                                             const HttpRequest& request) {
  if (cors == Cors::SameOrigin || request.method != "OPTIONS") return std::nullopt;
  const auto method = request.headers.get("Access-Control-Request-Method");
  const auto origin = request.headers.get("Origin");
  if (!method || !origin) return std::nullopt;
  HttpResponse response{.status = 204, .headers = {}, .body = {}};
  if (is_echoed(cors, rules, request, *origin)) {
    const bool any = cors == Cors::EchoAny;
    response.headers.set("Access-Control-Allow-Methods",
                         std::string(any ? kMethods : kConvexMethods));
    // `*` would not cover Authorization (Fetch §3.2.2), so what was asked for is named.
    const auto asked = request.headers.get("Access-Control-Request-Headers");
    response.headers.set("Access-Control-Allow-Headers",
                         std::string(any ? asked.value_or("*") : kConvexHeaders));
    response.headers.set("Access-Control-Max-Age", std::string(kMaxAge));
  }
  apply_cors(cors, rules, request, response);
  return response;
}

}  // namespace vv::net
