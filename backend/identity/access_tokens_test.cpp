#include "identity/access_tokens.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/encoding.hpp"

namespace vv::identity {
namespace {

constexpr UnixMillis kNow{1'700'000'000'000};

std::unique_ptr<AccessTokens> make(std::string issuer = "visavis", std::string file = {}) {
  auto made = AccessTokens::create({.key_file = std::move(file), .issuer = std::move(issuer)});
  EXPECT_TRUE(made);
  return std::move(made).value();
}

std::string part(std::string_view json) { return base64url_encode(as_bytes(json)); }

TEST(AccessTokens, WhatIsSignedIsVerified) {
  const auto tokens = make();
  const auto made =
      tokens->sign({.id = "u1", .name = "Zoé", .email = "zoe@example.org", .login = "l1"}, kNow);
  EXPECT_EQ(made.expires_at, kNow + minutes(15));
  const auto claims = tokens->verify(made.token, kNow);
  ASSERT_TRUE(claims) << claims.error().message;
  EXPECT_EQ(claims->subject, "u1");
  EXPECT_EQ(claims->name, "Zoé");
  EXPECT_EQ(claims->email, "zoe@example.org");
  EXPECT_EQ(claims->login, "l1");
  EXPECT_EQ(claims->expires_at, made.expires_at);
}

// covers H8
TEST(AccessTokens, ExpiryHasALeewayOfAMinute) {
  const auto tokens = make();
  const auto made = tokens->sign({.id = "u1", .name = {}, .email = {}}, kNow);
  EXPECT_TRUE(tokens->verify(made.token, kNow + minutes(16) - milliseconds(1)));
  EXPECT_FALSE(tokens->verify(made.token, kNow + minutes(16)));
  EXPECT_FALSE(tokens->verify(made.token, kNow - minutes(2)));
}

// covers H8
TEST(AccessTokens, AnotherKeyIssuerOrByteIsRefused) {
  const auto tokens = make();
  const auto made = tokens->sign({.id = "u1", .name = {}, .email = {}}, kNow);
  EXPECT_FALSE(make()->verify(made.token, kNow));
  for (const std::size_t at : {std::size_t{3}, made.token.find('.') + 5, made.token.size() - 10}) {
    std::string bent = made.token;
    bent[at] = bent[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(tokens->verify(bent, kNow)) << at;
  }
  EXPECT_FALSE(tokens->verify(made.token + ".x", kNow));
  EXPECT_FALSE(tokens->verify(std::string(8193, 'x'), kNow));
}

// covers H8
TEST(AccessTokens, TheHeaderPicksNothing) {
  const auto tokens = make();
  const auto made = tokens->sign({.id = "u1", .name = {}, .email = {}}, kNow).token;
  const std::string rest = made.substr(made.find('.'));
  for (const auto* header : {R"({"alg":"none"})", R"({"alg":"HS256","typ":"JWT"})", R"([])"}) {
    EXPECT_FALSE(tokens->verify(part(header) + rest, kNow)) << header;
  }
  EXPECT_FALSE(
      tokens->verify(part(R"({"alg":"none"})") + "." + part(R"({"sub":"u1"})") + ".", kNow));
}

TEST(AccessTokens, TheKeySurvivesARestart) {
  const std::string file = testing::TempDir() + "/vv_access_key.pem";
  std::filesystem::remove(file);
  const auto before = make("visavis", file);
  const auto made = before->sign({.id = "u1", .name = {}, .email = {}}, kNow);
  const auto after = make("visavis", file);
  EXPECT_TRUE(after->verify(made.token, kNow));
  EXPECT_FALSE(make("elsewhere", file)->verify(made.token, kNow));
  EXPECT_EQ(before->jwks_json(), after->jwks_json());
}

}  // namespace
}  // namespace vv::identity
