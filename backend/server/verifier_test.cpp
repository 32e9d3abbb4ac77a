#include "server/verifier.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "identity/access_tokens.hpp"
#include "identity/ended_logins.hpp"

namespace vv::server {
namespace {

// covers R14
TEST(TokenVerifier, RefusesTokensOfALoginThatEnded) {
  const auto tokens =
      std::move(identity::AccessTokens::create({.key_file = {}, .issuer = "visavis"})).value();
  identity::EndedLogins ended;
  const auto verify = token_verifier(*tokens, ended);
  const auto token = [&](std::string login) {
    return tokens
        ->sign({.id = "u1", .name = "Zoé", .email = "zoe@example.org", .login = login}, wall_now())
        .token;
  };
  const auto before = verify(token("phone"));
  ASSERT_TRUE(before) << before.error().message;
  EXPECT_EQ(before->identity.subject, "u1");
  EXPECT_EQ(before->identity.login, "phone");

  ended.add("phone", wall_now());
  const auto after = verify(token("phone"));
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().code, ErrorCode::Unauthenticated);
  EXPECT_TRUE(verify(token("laptop")));
}

}  // namespace
}  // namespace vv::server
