#include <gtest/gtest.h>

#include "net/event_loop.hpp"
#include "net/http/router.hpp"
#include "reactive/convex/http_api.hpp"
#include "reactive/testing_world.hpp"
#include "server/convex_routes.hpp"

// threat-model.md section 4, what each route takes. That the limits hold to the byte is tested with
// smaller ones in net/http/server_test.cpp; who answers past them, in reactive/limits_test.cpp.
namespace vv::server {
namespace {

TEST(RouteLimits, OfTheConvexProtocol) {
  reactive::TestWorld world;
  reactive::convex::HttpApi http(*world.engine, reactive::TestWorld::verify);
  net::EventLoop loop;
  net::Router router;
  mount_convex_routes(router, {loop, *world.server, http, [](const auto&) { return "http://x"; }});
  for (const char* path : {"/api/query", "/api/mutation", "/api/action"}) {
    const auto* route = router.find("POST", path).route;
    ASSERT_NE(route, nullptr) << path;
    EXPECT_EQ(route->options.max_body, 1024U * 1024) << path;
  }
  for (const char* path : {"/api/1.48.0/sync", "/api/sync"}) {
    const auto* route = router.find_upgrade(path);
    ASSERT_NE(route, nullptr) << path;
    EXPECT_EQ(route->options.max_message, 4U * 1024 * 1024) << path;
    EXPECT_EQ(route->options.oversize, net::SocketOptions::Oversize::Drop)
        << "closing would bring the same message back";
  }
}

}  // namespace
}  // namespace vv::server
