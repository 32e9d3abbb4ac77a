#pragma once

#include <functional>

#include "base/secret.hpp"
#include "base/task.hpp"

namespace vv::net {
class Router;
}

namespace vv::server {

struct HealthPorts {
  std::function<Task<bool>()> is_ready;
  std::function<void()> refresh_gauges;  ///< called before metrics are printed
  Secret metrics_token;                  ///< empty: loopback only
};

/// `/healthz`, `/readyz`, `/metrics` (threat-model H24).
void mount_health_routes(net::Router& router, HealthPorts ports);

}  // namespace vv::server
