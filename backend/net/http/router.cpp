#include "net/http/router.hpp"

#include <algorithm>

namespace vv::net {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  path.remove_prefix(path.starts_with('/') ? 1 : 0);
  while (true) {
    const std::size_t slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

/// Takes the `/**` off.
bool strip_open_end(std::vector<std::string>& segments) {
  if (segments.back() != "**") return false;
  segments.pop_back();
  return true;
}

template <class R>
bool matches(const R& route, const std::vector<std::string>& path) {
  if (route.open_ended ? path.size() < route.segments.size()
                       : path.size() != route.segments.size()) {
    return false;
  }
  for (std::size_t i = 0; i < route.segments.size(); ++i) {
    if (route.segments[i] == "*" ? path[i].empty() : route.segments[i] != path[i]) return false;
  }
  return true;
}

/// More literal first: closed before open, then longer, then fewer stars.
template <class R>
bool more_literal(const R& a, const R& b) {
  if (a.open_ended != b.open_ended) return b.open_ended;
  if (a.segments.size() != b.segments.size()) return a.segments.size() > b.segments.size();
  return std::count(a.segments.begin(), a.segments.end(), "*") <
         std::count(b.segments.begin(), b.segments.end(), "*");
}

template <class R>
void insert_sorted(std::vector<R>& routes, R route) {
  const auto place = std::upper_bound(routes.begin(), routes.end(), route, more_literal<R>);
  routes.insert(place, std::move(route));
}

bool takes(std::string_view route_method, std::string_view method) {
  return route_method == "*" || route_method == method ||
         (route_method == "GET" && method == "HEAD");
}

}  // namespace

Router::Router(OriginRules origins) : origins_(std::move(origins)) {}
Router::~Router() = default;

void Router::handle(std::string method, std::string pattern, Handler handler,
                    RouteOptions options) {
  Route route{.method = std::move(method),
              .segments = split(pattern),
              .handler = std::move(handler),
              .receipt = {},
              .options = std::move(options)};
  route.open_ended = strip_open_end(route.segments);
  insert_sorted(routes_, std::move(route));
}

void Router::handle_prefix(std::string method, std::string prefix, Handler handler,
                           RouteOptions options) {
  while (prefix.ends_with('/')) prefix.pop_back();
  handle(std::move(method), prefix + "/**", std::move(handler), std::move(options));
}

void Router::receive(std::string pattern, ReceiptHandler handler, RouteOptions options) {
  Route route{.method = "POST",
              .segments = split(pattern),
              .handler = {},
              .receipt = std::move(handler),
              .options = std::move(options)};
  route.open_ended = strip_open_end(route.segments);
  insert_sorted(routes_, std::move(route));
}

void Router::upgrade(std::string pattern, UpgradeHandler handler, SocketOptions options,
                     Cors cors) {
  UpgradeRoute route{
      .segments = split(pattern), .handler = std::move(handler), .options = options, .cors = cors};
  route.open_ended = strip_open_end(route.segments);
  insert_sorted(upgrades_, std::move(route));
}

void Router::fallback(Handler handler) { fallback_ = std::move(handler); }

Router::Match Router::find(std::string_view method, std::string_view path) const {
  const std::vector<std::string> segments = split(path);
  Match match;
  bool first = true;
  for (const Route& route : routes_) {
    if (!matches(route, segments)) continue;
    if (first) match.cors = route.options.cors;
    first = false;
    if (takes(route.method, method)) {
      match.route = &route;
      match.cors = route.options.cors;
      return match;
    }
    if (match.allowed.find(route.method) != std::string::npos) continue;
    if (!match.allowed.empty()) match.allowed += ", ";
    match.allowed += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  return match;
}

const Router::UpgradeRoute* Router::find_upgrade(std::string_view path) const {
  const std::vector<std::string> segments = split(path);
  for (const UpgradeRoute& route : upgrades_) {
    if (matches(route, segments)) return &route;
  }
  return nullptr;
}

}  // namespace vv::net
