#include "identity/attempt_limits.hpp"

#include <gtest/gtest.h>

namespace vv::identity {
namespace {

constexpr UnixMillis kStart{1'700'000'000'000};

// covers H14
TEST(AttemptLimits, FailuresDelayAnAccountMoreAndMoreAndNeverForGood) {
  AttemptLimits limits;
  for (int i = 0; i < 4; ++i) limits.login_failed("a", kStart);
  EXPECT_EQ(limits.before_login("a", "", kStart), Duration());
  limits.login_failed("a", kStart);
  EXPECT_EQ(limits.before_login("a", "", kStart), seconds(1));
  EXPECT_EQ(limits.before_login("a", "", kStart + seconds(1)), Duration());
  for (int i = 0; i < 100; ++i) limits.login_failed("a", kStart);
  EXPECT_EQ(limits.before_login("a", "", kStart), minutes(15));
  EXPECT_EQ(limits.before_login("a", "", kStart + minutes(15)), Duration());
  EXPECT_EQ(limits.before_login("b", "", kStart), Duration());
  limits.login_succeeded("a");
  EXPECT_EQ(limits.before_login("a", "", kStart), Duration());
}

// covers H14
TEST(AttemptLimits, AnAddressBlockMaySignIn60TimesAMinute) {
  AttemptLimits limits;
  for (int i = 0; i < 60; ++i) {
    ASSERT_EQ(limits.before_login(std::to_string(i), "192.0.2.1", kStart), Duration());
  }
  EXPECT_EQ(limits.before_login("x", "192.0.2.1", kStart + seconds(20)), seconds(40));
  EXPECT_EQ(limits.before_login("x", "192.0.2.2", kStart), Duration());
  EXPECT_EQ(limits.before_login("x", "", kStart), Duration());
  EXPECT_EQ(limits.before_login("x", "192.0.2.1", kStart + minutes(1)), Duration());
}

// covers H14
TEST(AttemptLimits, SignupsAreLimitedByEmailAndByAddress) {
  AttemptLimits limits;
  for (int i = 0; i < 3; ++i) ASSERT_EQ(limits.before_signup("a", "", kStart), Duration());
  EXPECT_GT(limits.before_signup("a", "", kStart), Duration());
  for (int i = 0; i < 30; ++i) {
    ASSERT_EQ(limits.before_signup("u" + std::to_string(i), "192.0.2.1", kStart), Duration());
  }
  EXPECT_GT(limits.before_signup("u30", "192.0.2.1", kStart), Duration());
}

// covers F12
TEST(RateWindow, AClockThatGoesBackLocksNobodyOut) {
  RateWindow window(1, minutes(1));
  EXPECT_EQ(window.take("a", kStart), Duration());
  EXPECT_EQ(window.take("a", kStart - hours(1)), Duration());
}

}  // namespace
}  // namespace vv::identity
