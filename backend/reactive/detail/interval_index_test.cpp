#include "reactive/detail/interval_index.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.hpp"

namespace vv::reactive {
namespace {

using store::IndexId;
using store::Interval;
using store::ReadSet;
using store::WriteSet;
using testing::ElementsAre;
using testing::IsEmpty;

ReadSet range(std::string start, std::string end) {
  ReadSet reads;
  reads.add_range(IndexId{1, 0}, Interval{std::move(start), std::move(end)});
  return reads;
}

WriteSet write(std::string_view key) {
  WriteSet writes;
  writes.add_key(IndexId{1, 0}, key);
  writes.add_point(1, "some row");
  return writes;
}

TEST(IntervalIndex, AKeyHitsItsIntervalAndNotTheNextOne) {
  IntervalIndex index;
  index.add(1, range("b", "d"));
  index.add(2, range("d", "f"));
  EXPECT_THAT(index.hit_by(write("c")), ElementsAre(1));
  EXPECT_THAT(index.hit_by(write("d")), ElementsAre(2));
  EXPECT_THAT(index.hit_by(write("a")), IsEmpty());
  index.remove(1, range("b", "d"));
  EXPECT_THAT(index.hit_by(write("c")), IsEmpty());
}

TEST(IntervalIndex, AMissingRowThatIsMadeHitsWhoLookedForIt) {
  IntervalIndex index;
  ReadSet reads;
  reads.add_point(1, "some row");
  index.add(7, reads);
  EXPECT_THAT(index.hit_by(write("z")), ElementsAre(7));
}

TEST(IntervalIndex, FindsWhatComparingEveryReadSetFinds) {
  SeededRandom random(3);
  const auto word = [&] { return random.text(1 + random.below(3), "abcdef"); };
  IntervalIndex index;
  std::map<QueryNumber, ReadSet> all;
  for (int step = 0; step < 4000; ++step) {
    const QueryNumber query = random.below(60);
    if (const auto found = all.find(query); found != all.end()) {
      index.remove(query, found->second);
      all.erase(found);
    } else {
      ReadSet reads;
      for (std::uint64_t i = random.below(4); i > 0; --i) {
        std::string a = word();
        std::string b = word();
        if (a > b) std::swap(a, b);
        if (a != b)
          reads.add_range(IndexId{1, static_cast<std::uint32_t>(random.below(2))}, {a, b});
      }
      if (random.below(5) == 0) reads.add_table(1);
      index.add(query, reads);
      all[query] = reads;
    }
    const WriteSet writes = write(word());
    std::vector<QueryNumber> expected;
    for (const auto& [number, reads] : all) {
      if (store::touches(reads, writes)) expected.push_back(number);
    }
    ASSERT_EQ(index.hit_by(writes), expected) << "step " << step;
  }
}

}  // namespace
}  // namespace vv::reactive
