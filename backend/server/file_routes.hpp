#pragma once

#include <functional>
#include <memory>

#include "base/time.hpp"

namespace vv {
class WorkerPool;
}
namespace vv::blobs {
class BlobFolder;
}
namespace vv::identity {
class FileLinks;
}
namespace vv::market {
class FileKeeper;
}
namespace vv::net {
class EventLoop;
class Router;
}  // namespace vv::net

namespace vv::server {

/// What is passed outlives the router.
struct FilePorts {
  net::EventLoop& loop;
  WorkerPool& pool;
  blobs::BlobFolder& blobs;
  const identity::FileLinks& links;
  std::shared_ptr<market::FileKeeper> keeper;  // shared with the server, which closes it
  std::function<UnixMillis()> now;
};

/// `POST` to an upload URL → `{storageId}`, and `GET /api/files/{storageId}?…` (contract section 2,
/// convex-wire.md section 7). The URL is the only credential; whether it still holds is asked of
/// the market each time.
void mount_file_routes(net::Router& router, FilePorts ports);

}  // namespace vv::server
