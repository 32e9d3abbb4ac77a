#pragma once

#include <functional>
#include <string>

#include "base/time.hpp"

namespace vv {
class WorkerPool;
}
namespace vv::identity {
class FileLinks;
}
namespace vv::net {
class EventLoop;
class Router;
}  // namespace vv::net
namespace vv::store {
class Store;
}

namespace vv::server {

/// What is passed outlives the router.
struct ExportPorts {
  net::EventLoop& loop;
  WorkerPool& pool;
  store::Store& store;
  const identity::FileLinks& links;
  std::string public_url;  ///< begins the links inside the copy; empty: as the request names us
  std::function<UnixMillis()> now;
};

/// `GET /api/account/export/{user}?…`, the link that `users:generateExportUrl` gives: one JSON
/// document with everything about that person, to save. The link is the only credential.
void mount_export_route(net::Router& router, ExportPorts ports);

}  // namespace vv::server
