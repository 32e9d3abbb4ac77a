#include "store/read_set.hpp"

#include <gtest/gtest.h>

#include "base/format.hpp"
#include "base/random.hpp"

namespace vv::store {
namespace {

constexpr IndexId kIndex{1, 0};

WriteSet wrote(std::string_view key) {
  WriteSet writes;
  writes.add_point(kIndex.table, "row");
  writes.add_key(kIndex, key);
  return writes;
}

TEST(ReadSet, IsTouchedInsideItsHalfOpenRangeOnly) {
  ReadSet reads;
  reads.add_range(kIndex, {"b", "d"});
  EXPECT_FALSE(touches(reads, wrote("a")));
  EXPECT_TRUE(touches(reads, wrote("b")));
  EXPECT_TRUE(touches(reads, wrote("czz")));
  EXPECT_FALSE(touches(reads, wrote("d")));
}

TEST(ReadSet, IsTouchedByTheWriteOfARowItLookedForInVain) {
  ReadSet reads;
  reads.add_point(kIndex.table, "row");
  EXPECT_TRUE(touches(reads, wrote("anything")));
}

TEST(ReadSet, JoinsNeighbours) {
  ReadSet reads;
  reads.add_range(kIndex, {"a", "b"});
  reads.add_range(kIndex, {"c", "d"});
  reads.add_range(kIndex, {"b", "c"});
  EXPECT_EQ(reads.ranges().at(kIndex), (std::vector<Interval>{{"a", "d"}}));
}

TEST(ReadSet, FallsBackToTheTableWhenItGrowsTooLong) {
  ReadSet reads;
  for (std::size_t i = 0; i <= ReadSet::kMaxIntervals; ++i) {
    reads.add_range(kIndex, {format("{:06}", i), format("{:06}x", i)});
  }
  EXPECT_TRUE(reads.ranges().empty());
  EXPECT_TRUE(touches(reads, wrote("zzz")));
}

TEST(ReadSet, AgreesWithAModelOnRandomIntervals) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    ReadSet reads;
    bool model[64] = {};
    for (int i = 0; i < 12; ++i) {
      const std::uint64_t a = random.below(64);
      const std::uint64_t b = a + random.below(8);
      reads.add_range(kIndex, {format("{:02}", a), format("{:02}", b)});
      for (std::uint64_t k = a; k < b && k < 64; ++k) model[k] = true;
    }
    for (std::uint64_t k = 0; k < 64; ++k) {
      EXPECT_EQ(touches(reads, wrote(format("{:02}", k))), model[k]) << k;
    }
    const auto& list = reads.ranges();
    for (const auto& [index, intervals] : list) {
      for (std::size_t i = 1; i < intervals.size(); ++i) {
        EXPECT_LT(intervals[i - 1].end, intervals[i].start);
      }
    }
  }
}

}  // namespace
}  // namespace vv::store
