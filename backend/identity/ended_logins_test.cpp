#include "identity/ended_logins.hpp"

#include <gtest/gtest.h>

#include "identity/access_tokens.hpp"

namespace vv::identity {
namespace {

constexpr UnixMillis kNow{1'700'000'000'000};

// covers R14
TEST(EndedLogins, AreKnownForAsLongAsATokenOfTheirsMayLive) {
  EndedLogins ended;
  EXPECT_FALSE(ended.contains("l1"));
  ended.add("l1", kNow);
  const Duration longest = AccessTokens::kLifetime + AccessTokens::kLeeway;
  ended.add("l2", kNow + longest);
  EXPECT_TRUE(ended.contains("l1"));
  ended.add("l3", kNow + EndedLogins::kKeep + seconds(1));
  EXPECT_FALSE(ended.contains("l1"));
  EXPECT_TRUE(ended.contains("l2"));
}

}  // namespace
}  // namespace vv::identity
