#include "store/postgres/commit_record.hpp"

#include <gtest/gtest.h>

namespace vv::store::postgres {
namespace {

constexpr std::uint64_t kFingerprint = 7;

std::vector<Commit> two_commits() {
  WriteSet first;
  first.add_key({1, 2}, "key");
  first.add_key({1, 0}, std::string_view("\0\xff", 2));
  first.add_point(1, "id");
  WriteSet second;
  second.add_point(4, "");
  return {{Timestamp{10}, std::make_shared<const WriteSet>(std::move(first))},
          {Timestamp{11}, std::make_shared<const WriteSet>(std::move(second))}};
}

TEST(CommitRecord, SaysOnAnotherNodeWhatWasWritten) {
  const auto read = decode_commits(encode_commits(two_commits(), kFingerprint), kFingerprint);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(read->front().ts, Timestamp{10});
  ReadSet reads;
  reads.add_range({1, 2}, {"key", "kez"});
  EXPECT_TRUE(touches(reads, *read->front().writes));
  EXPECT_FALSE(touches(reads, *read->back().writes));
  ReadSet point;
  point.add_point(4, "");
  EXPECT_TRUE(touches(point, *read->back().writes));
}

TEST(CommitRecord, OfANodeWithOtherTablesIsNoneOfOurs) {
  EXPECT_FALSE(decode_commits(encode_commits(two_commits(), kFingerprint), kFingerprint + 1));
}

TEST(CommitRecord, CutAnywhereIsRefusedOrShorter) {
  const ByteVector whole = encode_commits(two_commits(), kFingerprint);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto read = decode_commits(Bytes(whole).first(size), kFingerprint);
    EXPECT_TRUE(!read || read->size() < 2) << size;
  }
}

}  // namespace
}  // namespace vv::store::postgres
