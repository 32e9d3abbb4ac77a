#include "server/assets.hpp"

#include <gtest/gtest.h>

namespace vv::server {
namespace {

Assets built(std::string public_url = {}) {
  return Assets({{"/index.html", "\"1\"", "<html>", {}, {}},
                 {"/assets/a-1.js", "\"2\"", "plain", "gzipped", "brotli"},
                 {"/favicon.svg", "\"3\"", "<svg>", {}, {}}},
                std::move(public_url));
}

net::HttpRequest get(std::string path, std::string encodings = {}) {
  net::HttpRequest request;
  request.method = "GET";
  request.path = std::move(path);
  request.headers = {{"Host", "a.example"}, {"Accept-Encoding", std::move(encodings)}};
  return request;
}

TEST(Assets, HistoryPathsAreTheIndexAndNeverCached) {
  for (const auto* path : {"/", "/dashboard", "/meet/abc", "/index.html", "/apix"}) {
    const auto response = built().serve(get(path));
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(response.body, "<html>") << path;
    EXPECT_EQ(response.headers.get("Cache-Control"), "no-cache");
    EXPECT_TRUE(response.headers.has("Content-Security-Policy"));
  }
}

TEST(Assets, TheHeadOfTheRootMayBeAskedForFromAnywhereAndNothingElse) {
  net::HttpRequest head = get("/");
  head.method = "HEAD";
  EXPECT_EQ(built().serve(head).headers.get("Access-Control-Allow-Origin"), "*");
  head.path = "/dashboard";
  EXPECT_FALSE(built().serve(head).headers.has("Access-Control-Allow-Origin"));
  EXPECT_FALSE(built().serve(get("/")).headers.has("Access-Control-Allow-Origin"));
}

TEST(Assets, ReservedPrefixesAre404InPlainText) {
  for (const auto* path : {"/api", "/api/x", "/rtc/v9", "/twirp/x", "/settings/regions", "/agent",
                           "/whip/x", "/.well-known/x", "/assets/old-2.js"}) {
    const auto response = built().serve(get(path));
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.headers.get("Content-Type"), "text/plain; charset=utf-8");
  }
}

TEST(Assets, HashedFilesAreImmutableAndComeInTheBestCoding) {
  const Assets assets = built();
  const auto best = assets.serve(get("/assets/a-1.js", "gzip, deflate, br"));
  EXPECT_EQ(best.body, "brotli");
  EXPECT_EQ(best.headers.get("Content-Encoding"), "br");
  EXPECT_EQ(best.headers.get("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(assets.serve(get("/assets/a-1.js", "gzip;q=0.5, br;q=0")).body, "gzipped");
  const auto plain = assets.serve(get("/assets/a-1.js"));
  EXPECT_EQ(plain.body, "plain");
  EXPECT_FALSE(plain.headers.has("Content-Encoding"));
}

TEST(Assets, AKnownTagIsNotSentAgain) {
  auto request = get("/favicon.svg");
  request.headers.set("If-None-Match", "\"3\"");
  const auto response = built().serve(request);
  EXPECT_EQ(response.status, 304);
  EXPECT_EQ(response.body, "");
}

// covers H25
TEST(Assets, ThePolicyHasNoInlineScriptAndNamesOurSockets) {
  auto request = get("/");
  request.secure = true;
  const auto response = built("https://public.example").serve(request);
  const std::string policy(*response.headers.get("Content-Security-Policy"));
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_NE(policy.find("wss://a.example"), std::string::npos);
  EXPECT_NE(policy.find("wss://public.example"), std::string::npos);
  request.headers.set("Host", "a; script-src *");
  const auto bent = built().serve(request);
  EXPECT_EQ(bent.headers.get("Content-Security-Policy")->find("script-src *"), std::string::npos);
}

TEST(Assets, WithoutAFrontendThePageSaysSo) {
  const auto response = Assets({}, "").serve(get("/"));
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body.find("without its frontend"), std::string::npos);
}

}  // namespace
}  // namespace vv::server
