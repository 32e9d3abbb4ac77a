#include "server/health_routes.hpp"

#include "base/metrics.hpp"
#include "net/http/router.hpp"

namespace vv::server {

using net::HttpRequest;
using net::HttpResponse;

void mount_health_routes(net::Router& router, HealthPorts ports) {
  router.handle("GET", "/healthz", [](HttpRequest) -> Task<HttpResponse> {
    co_return HttpResponse::text(200, "ok\n");
  });
  router.handle("GET", "/readyz", [ready = ports.is_ready](HttpRequest) -> Task<HttpResponse> {
    const bool is_ready = co_await ready();
    co_return is_ready ? HttpResponse::text(200, "ready\n")
                       : HttpResponse::text(503, "not ready\n");
  });
  router.handle(
      "GET", "/metrics", [ports = std::move(ports)](HttpRequest request) -> Task<HttpResponse> {
        const auto bearer = request.bearer();
        const bool by_token =
            !ports.metrics_token.empty() && bearer && Secret(*bearer) == ports.metrics_token;
        if (!request.is_local() && !by_token) {
          co_return HttpResponse::text(403, "forbidden\n");
        }
        ports.refresh_gauges();
        HttpResponse response = HttpResponse::text(200, metrics().prometheus_text());
        response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        co_return response;
      });
}

}  // namespace vv::server
