#include "server/auth_routes.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <filesystem>

#include "base/random.hpp"
#include "identity/access_tokens.hpp"
#include "identity/accounts.hpp"
#include "identity/password_hasher.hpp"
#include "net/event_loop.hpp"
#include "net/http/router.hpp"
#include "server/functions.hpp"
#include "store/store.hpp"

namespace vv::server {
namespace {

using net::HttpRequest;
using net::HttpResponse;

class AuthRoutesTest : public testing::Test {
 protected:
  AuthRoutesTest() {
    const std::string path = testing::TempDir() + "/vv_auth_routes_test.db";
    for (const auto* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
    auto opened = store::Store::open({.path = path}, make_schema());
    EXPECT_TRUE(opened) << opened.error().message;
    store_ = std::move(opened).value();
    tokens_ =
        std::move(identity::AccessTokens::create({.key_file = {}, .issuer = "visavis"})).value();
    accounts_ = std::make_unique<identity::Accounts>(*store_, *tokens_, hasher_, random_,
                                                     identity::Accounts::Options{});
    mount_auth_routes(router_, {.loop = loop_, .accounts = *accounts_, .tokens = *tokens_});
  }

  HttpResponse post(std::string path, std::string body, net::HeaderMap headers = {}) {
    HttpRequest request;
    request.method = "POST";
    request.path = std::move(path);
    request.headers = std::move(headers);
    request.headers.set_default("Content-Type", "application/json");
    request.headers.set_default("Host", "a.example");
    request.remote = *net::parse_address("127.0.0.1");
    request.body = std::move(body);
    const auto match = router_.find("POST", request.path);
    if (auto refused = match.route->options.guard(request)) return *refused;
    HttpResponse response;
    loop_.spawn([](AuthRoutesTest& self, const net::Handler& handler, HttpRequest r,
                   HttpResponse& out) -> Task<void> {
      out = co_await handler(std::move(r));
      self.loop_.stop();
    }(*this, match.route->handler, std::move(request), response));
    loop_.run();
    loop_.context().restart();
    return response;
  }
  HttpResponse signup() {
    return post("/api/auth/signup",
                R"({"email":"zoe@example.org","password":"correct horse battery","name":"Zoé"})");
  }
  static std::string cookie_of(const HttpResponse& response) {
    const std::string line(response.headers.get("Set-Cookie").value_or(""));
    return line.substr(0, line.find(';'));
  }
  static net::HeaderMap from_page(std::string cookie) {
    return {{"Origin", "http://a.example"}, {"Cookie", std::move(cookie)}};
  }

  net::EventLoop loop_;
  net::Router router_;
  SystemRandom random_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<identity::AccessTokens> tokens_;
  identity::PasswordHasher hasher_{2};
  std::unique_ptr<identity::Accounts> accounts_;
};

TEST_F(AuthRoutesTest, SigningUpAnswersAsTheContractSays) {
  const HttpResponse response = signup();
  ASSERT_EQ(response.status, 200) << response.body;
  const auto body = boost::json::parse(response.body).as_object();
  EXPECT_EQ(body.at("user").as_object().at("email").as_string(), "zoe@example.org");
  EXPECT_EQ(body.at("user").as_object().at("name").as_string(), "Zoé");
  EXPECT_TRUE(body.at("token").is_string());
  EXPECT_TRUE(body.at("expiresAt").is_int64());
  const std::string cookie(*response.headers.get("Set-Cookie"));
  EXPECT_NE(cookie.find("; Path=/api/auth; "), std::string::npos);
  EXPECT_NE(cookie.find("; HttpOnly; SameSite=Strict"), std::string::npos);
  EXPECT_EQ(cookie.find("Secure"), std::string::npos);  // plain HTTP on loopback

  const HttpResponse again = signup();
  EXPECT_EQ(again.status, 409);
  EXPECT_NE(again.body.find("\"email_taken\""), std::string::npos);
}

TEST_F(AuthRoutesTest, BadRequestsNameTheField) {
  const HttpResponse response =
      post("/api/auth/signup", R"({"email":"zoe@example.org","password":"short","name":"Z"})");
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(response.body.find("\"field\":\"password\""), std::string::npos);
  EXPECT_EQ(post("/api/auth/login", R"({"email":5})").status, 400);
  EXPECT_EQ(post("/api/auth/login", "[]").status, 400);
  EXPECT_EQ(post("/api/auth/login", R"({"email":"a@b","password":"unknown person"})").status, 401);
}

// covers H15
TEST_F(AuthRoutesTest, TheCookieGivesAFreshTokenAndRotates) {
  const std::string cookie = cookie_of(signup());
  const HttpResponse response = post("/api/auth/token", "", from_page(cookie));
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_NE(response.body.find("\"token\""), std::string::npos);
  EXPECT_EQ(response.body.find("\"user\""), std::string::npos);
  EXPECT_NE(cookie_of(response), cookie);
  EXPECT_EQ(post("/api/auth/logout", "", from_page(cookie_of(response))).status, 204);
  EXPECT_EQ(post("/api/auth/token", "", from_page(cookie_of(response))).status, 401);
}

// covers H3
TEST_F(AuthRoutesTest, CookiesCountOnlyWithOurOwnOriginAndJson) {
  const std::string cookie = cookie_of(signup());
  EXPECT_EQ(post("/api/auth/token", "", {{"Cookie", cookie}}).status, 403);
  EXPECT_EQ(post("/api/auth/token", "", {{"Cookie", cookie}, {"Origin", "null"}}).status, 403);
  EXPECT_EQ(
      post("/api/auth/token", "", {{"Cookie", cookie}, {"Origin", "http://b.example"}}).status,
      403);
  auto plain = from_page(cookie);
  plain.set("Content-Type", "text/plain");
  EXPECT_EQ(post("/api/auth/token", "", plain).status, 400);
  EXPECT_EQ(post("/api/auth/login", "{}", {{"Origin", "http://b.example"}}).status, 403);
}

}  // namespace
}  // namespace vv::server
