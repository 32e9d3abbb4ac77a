#pragma once

#include <functional>
#include <string>

namespace vv::net {
class EventLoop;
class Router;
struct HttpRequest;
}  // namespace vv::net
namespace vv::reactive::convex {
class HttpApi;
class SyncServer;
}  // namespace vv::reactive::convex

namespace vv::server {

/// What is passed outlives the router.
struct ConvexPorts {
  net::EventLoop& loop;
  reactive::convex::SyncServer& sync;
  reactive::convex::HttpApi& http;
  std::function<std::string(const net::HttpRequest&)> base_url;  ///< as this caller reached us
};

/// `/api/{version}/sync` and `POST /api/query|mutation|action` (convex-wire.md section 1), and the
/// plain 404 of whatever else begins with /api.
void mount_convex_routes(net::Router& router, ConvexPorts ports);

}  // namespace vv::server
