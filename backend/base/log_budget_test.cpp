#include "base/log_budget.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vv::log {
namespace {

const Instant kStart = Instant{} + seconds(100);
const LineBudget::Summary kNobody = [](std::string_view, std::uint64_t) {};

int written(LineBudget& budget, Instant now, std::string_view sentence, std::string_view whose,
            int lines) {
  int count = 0;
  for (int i = 0; i < lines; ++i) count += budget.take(now, sentence, whose, kNobody) ? 1 : 0;
  return count;
}

// covers H23
TEST(LineBudget, TenLinesASecondOfOneThenACount) {
  LineBudget budget;
  EXPECT_EQ(written(budget, kStart, "join refused", "a", 10), 10);
  EXPECT_EQ(written(budget, kStart, "join refused", "a", 1), 0) << "one past it";
  EXPECT_EQ(written(budget, kStart, "join refused", "b", 10), 10) << "another's lines are theirs";
  EXPECT_EQ(written(budget, kStart, "other sentence", "a", 10), 10);
  EXPECT_EQ(written(budget, kStart + milliseconds(999), "join refused", "a", 4), 0);
  std::string told;
  EXPECT_TRUE(budget.take(kStart + seconds(1), "join refused", "a",
                          [&](std::string_view sentence, std::uint64_t lines) {
                            told += std::string(sentence) + " " + std::to_string(lines);
                          }));
  EXPECT_EQ(told, "join refused 5");
}

// covers H23
TEST(LineBudget, HoweverManyNamesSomebodyInventsAHundredLinesASecond) {
  LineBudget budget;
  int count = 0;
  for (int i = 0; i < 5'000; ++i) {
    count += budget.take(kStart, "join refused", std::to_string(i), kNobody) ? 1 : 0;
  }
  EXPECT_EQ(count, 100);
}

TEST(LineBudget, HoldsSoManyKindsAndTheRestAreOne) {
  LineBudget budget;
  for (std::size_t i = 0; i < LineBudget::kMaxKinds; ++i) {
    EXPECT_TRUE(budget.take(kStart, "sentence " + std::to_string(i), "", kNobody));
  }
  int count = 0;
  for (int i = 0; i < 100; ++i) {
    count += budget.take(kStart, "more " + std::to_string(i), "", kNobody) ? 1 : 0;
  }
  EXPECT_EQ(count, 10);
}

}  // namespace
}  // namespace vv::log
