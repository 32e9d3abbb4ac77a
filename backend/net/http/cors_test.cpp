#include "net/http/cors.hpp"

#include <gtest/gtest.h>

namespace vv::net {
namespace {

HttpRequest from(std::string origin, std::string host = "visavis.example") {
  HttpRequest request;
  request.method = "GET";
  request.headers = {{"Host", std::move(host)}};
  if (!origin.empty()) request.headers.add("Origin", std::move(origin));
  return request;
}

std::optional<std::string> allowed(Cors cors, const OriginRules& rules,
                                   const HttpRequest& request) {
  HttpResponse response;
  apply_cors(cors, rules, request, response);
  EXPECT_FALSE(response.headers.has("Access-Control-Allow-Credentials"));
  const auto value = response.headers.get("Access-Control-Allow-Origin");
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

TEST(Cors, LiveKitRoutesEchoAnyOrigin) {
  EXPECT_EQ(allowed(Cors::EchoAny, {}, from("https://evil.example")), "https://evil.example");
  EXPECT_EQ(allowed(Cors::EchoAny, {}, from("")), std::nullopt);
}

// covers H3
TEST(Cors, ConvexRoutesAnswerOurOwnAndListedOrigins) {
  const OriginRules rules(
      {.public_url = "https://visavis.example/app", .allowed_origins = {"https://other.example"}});
  EXPECT_TRUE(allowed(Cors::Listed, rules, from("https://visavis.example", "proxy:8080")));
  EXPECT_TRUE(allowed(Cors::Listed, rules, from("http://visavis.example")));  // this connection's
  EXPECT_TRUE(allowed(Cors::Listed, rules, from("https://other.example")));
  EXPECT_FALSE(allowed(Cors::Listed, rules, from("https://evil.example")));
  EXPECT_FALSE(allowed(Cors::Listed, rules, from("https://other.example.evil")));
  EXPECT_FALSE(allowed(Cors::Listed, rules, from("null")));
  EXPECT_FALSE(allowed(Cors::Listed, rules, from("http://localhost:5173")));
  EXPECT_TRUE(rules.allows(from("")));
}

TEST(Cors, DevelopmentTakesAnyLoopbackOrigin) {
  const OriginRules rules({.public_url = {}, .allowed_origins = {}, .any_loopback = true});
  EXPECT_TRUE(rules.allows(from("http://localhost:5173")));
  EXPECT_TRUE(rules.allows(from("http://[::1]:5173")));
  EXPECT_FALSE(rules.allows(from("http://localhost.evil.example")));
}

TEST(Cors, PreflightNamesTheHeadersThatWereAskedFor) {
  HttpRequest request = from("https://evil.example");
  request.method = "OPTIONS";
  EXPECT_FALSE(answer_preflight(Cors::EchoAny, {}, request));
  request.headers.add("Access-Control-Request-Method", "POST");
  request.headers.add("Access-Control-Request-Headers", "authorization");
  const auto answer = answer_preflight(Cors::EchoAny, {}, request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->headers.get("Access-Control-Allow-Headers"), "authorization");
  EXPECT_EQ(answer->headers.get("Access-Control-Max-Age"), "86400");
  EXPECT_FALSE(answer_preflight(Cors::SameOrigin, {}, request));
  EXPECT_FALSE(
      answer_preflight(Cors::Listed, {}, request)->headers.has("Access-Control-Allow-Origin"));
}

}  // namespace
}  // namespace vv::net
