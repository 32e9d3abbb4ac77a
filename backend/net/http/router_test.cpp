#include "net/http/router.hpp"

#include <gtest/gtest.h>

namespace vv::net {
namespace {

Handler nothing() {
  return [](HttpRequest) -> Task<HttpResponse> { co_return HttpResponse{}; };
}
UpgradeHandler no_upgrade() {
  return [](HttpRequest) -> Task<Upgrade> { co_return HttpResponse{}; };
}

TEST(Router, TheMostLiteralPatternWinsWhateverTheOrder) {
  Router router;
  router.handle("*", "/api/**", nothing(), {.max_body = 1});
  router.handle("GET", "/api/files/*", nothing(), {.max_body = 2});
  router.handle("GET", "/api/files/list", nothing(), {.max_body = 3});
  EXPECT_EQ(router.find("GET", "/api/files/list").route->options.max_body, 3u);
  EXPECT_EQ(router.find("GET", "/api/files/abc").route->options.max_body, 2u);
  EXPECT_EQ(router.find("GET", "/api/files/").route->options.max_body, 1u);
  EXPECT_EQ(router.find("PUT", "/api").route->options.max_body, 1u);
  EXPECT_EQ(router.find("GET", "/apix").route, nullptr);
}

TEST(Router, AKnownPathWithAnotherMethodSaysWhichItTakes) {
  Router router;
  router.handle("GET", "/a", nothing());
  router.handle("POST", "/a", nothing());
  const auto match = router.find("PUT", "/a");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allowed, "GET, HEAD, POST");
  EXPECT_NE(router.find("HEAD", "/a").route, nullptr);
}

TEST(Router, FindsUpgradesByPattern) {
  Router router;
  router.upgrade("/api/*/sync", no_upgrade());
  router.upgrade("/rtc", no_upgrade());
  EXPECT_NE(router.find_upgrade("/api/1.48.0/sync"), nullptr);
  EXPECT_NE(router.find_upgrade("/rtc"), nullptr);
  EXPECT_EQ(router.find_upgrade("/api/sync"), nullptr);
  EXPECT_EQ(router.find_upgrade("/api//sync"), nullptr);
  EXPECT_EQ(router.find_upgrade("/rtc/v1"), nullptr);
}

}  // namespace
}  // namespace vv::net
