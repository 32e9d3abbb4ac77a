#include "signaling/join_budget.hpp"

#include <gtest/gtest.h>

namespace vv::signaling {
namespace {

constexpr Instant kStart = Instant::from_nanos(3'000'000'000);

TEST(JoinBudget, ARoomOfAThousandMayComeAtOnceAndNoMore) {  // covers F14
  JoinBudget budget;
  int in = 0;
  for (int i = 0; i < 5'000; ++i) {
    if (budget.is_spent(kStart)) continue;
    budget.take(kStart);
    ++in;
  }
  EXPECT_EQ(in, 1'000);
}

TEST(JoinBudget, TenTimesTheRatedLoadLetsTheRatedOneIn) {  // covers F14
  JoinBudget budget;
  Instant now = kStart;
  int in = 0;
  for (int i = 0; i < 60 * 2'500; ++i) {  // a minute of 2,500 a second
    now += microseconds(400);
    if (budget.is_spent(now)) continue;
    budget.take(now);
    ++in;
  }
  EXPECT_NEAR(in, 60 * 250 + 1'000, 5);
  // And once the crowd has gone, who comes is let in at once.
  now += milliseconds(10);
  EXPECT_FALSE(budget.is_spent(now));
}

TEST(JoinBudget, WhoComesBackUnaskedOwesNoMoreThanAFewSeconds) {
  JoinBudget budget;
  for (int i = 0; i < 50'000; ++i) budget.take(kStart);  // all of a large server, after a restart
  EXPECT_TRUE(budget.is_spent(kStart + seconds(4)));
  EXPECT_FALSE(budget.is_spent(kStart + seconds(5)));
}

}  // namespace
}  // namespace vv::signaling
