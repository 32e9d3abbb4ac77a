#include "rtc/rtp/packet_history.hpp"

#include <gtest/gtest.h>

#include "rtc/rtp/sequence_map.hpp"

namespace vv::rtc::rtp {
namespace {

const Instant t0 = Instant::from_nanos(1'000'000'000);

ByteVector packet_of(std::uint64_t seq, std::size_t size) {
  ByteVector packet(size);
  for (std::size_t i = 0; i < size; ++i) packet[i] = static_cast<std::uint8_t>(seq * 31 + i);
  return packet;
}

bool holds(const PacketHistory& history, Instant now, std::uint64_t seq, std::size_t size) {
  const Bytes found = history.find(now, SeqNo{seq});
  const ByteVector expected = packet_of(seq, size);
  return std::equal(found.begin(), found.end(), expected.begin(), expected.end());
}

TEST(PacketHistory, FindsWhatWasKeptAndNothingElse) {
  PacketHistory history{{.packets = 8, .bytes = 16 * 1024}};
  for (std::uint64_t seq = 100; seq < 120; ++seq)
    history.insert(t0, SeqNo{seq}, packet_of(seq, 500));
  for (std::uint64_t seq = 112; seq < 120; ++seq) EXPECT_TRUE(holds(history, t0, seq, 500)) << seq;
  EXPECT_TRUE(history.find(t0, SeqNo{111}).empty());
  EXPECT_TRUE(history.find(t0, SeqNo{120}).empty());
  EXPECT_TRUE(history.find(t0, SeqNo{112 + 8}).empty());
}

TEST(PacketHistory, ForgetsByAge) {
  PacketHistory history{{.packets = 8, .bytes = 16 * 1024, .age = milliseconds(100)}};
  history.insert(t0, SeqNo{1}, packet_of(1, 10));
  EXPECT_FALSE(history.find(t0 + milliseconds(100), SeqNo{1}).empty());
  EXPECT_TRUE(history.find(t0 + milliseconds(101), SeqNo{1}).empty());
}

TEST(PacketHistory, KeepsTheNewestWhateverSizesAndOrderComeIn) {
  PacketHistory history{{.packets = 64, .bytes = 20'000}};
  std::uint64_t seed = 1;
  std::vector<std::size_t> sizes;
  std::vector<bool> came;
  for (std::uint64_t seq = 0; seq < 20'000; ++seq) {
    seed = seed * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
    sizes.push_back(1 + (seed >> 33) % 1'400);
    came.push_back(false);
    const std::uint64_t late = (seed >> 20) % 8;
    const std::uint64_t as = late > 3 || late > seq ? seq : seq - late;  // some late, some never
    history.insert(t0, SeqNo{as}, packet_of(as, sizes[as]));
    came[as] = true;
    for (std::uint64_t back = 0; back < 64 && back <= seq; ++back) {
      const std::uint64_t at = seq - back;
      const bool is_kept = !history.find(t0, SeqNo{at}).empty();
      ASSERT_TRUE(!is_kept || holds(history, t0, at, sizes[at]));
      // Ten of the largest always fit.
      ASSERT_TRUE(is_kept || back > 10 || !came[at]) << seq << " - " << back;
    }
    ASSERT_LE(history.size(), 64U);
  }
}

TEST(PacketHistory, LeavesOutWhatWouldPushOutTooMuch) {
  PacketHistory history{{.packets = 8, .bytes = 4'000}};
  history.insert(t0, SeqNo{1}, packet_of(1, 1'001));
  history.insert(t0, SeqNo{2}, {});
  EXPECT_EQ(history.size(), 0U);
  history.insert(t0, SeqNo{3}, packet_of(3, 1'000));
  EXPECT_TRUE(holds(history, t0, 3, 1'000));
}

TEST(SequenceMap, FindsTheSourceAcrossDropsAndSwitches) {
  SequenceMap map;
  const Rewrite low{.timestamp_offset = 5, .picture_id_offset = 1, .tl0_offset = 0, .layer = 0};
  const Rewrite high{.timestamp_offset = 9, .picture_id_offset = 2, .tl0_offset = 0, .layer = 1};
  for (std::uint64_t i = 0; i < 10; ++i) map.note(SeqNo{100 + i}, SeqNo{500 + i}, low);
  for (std::uint64_t i = 0; i < 10; ++i)
    map.note(SeqNo{110 + i}, SeqNo{515 + i}, low);  // 5 dropped
  for (std::uint64_t i = 0; i < 10; ++i) map.note(SeqNo{120 + i}, SeqNo{90'000 + i}, high);

  EXPECT_EQ(map.find(SeqNo{109})->seq, SeqNo{509});
  EXPECT_EQ(map.find(SeqNo{110})->seq, SeqNo{515});
  EXPECT_EQ(map.find(SeqNo{125})->seq, SeqNo{90'005});
  EXPECT_EQ(map.find(SeqNo{125})->rewrite, high);
  EXPECT_FALSE(map.find(SeqNo{99}).has_value());
  EXPECT_FALSE(map.find(SeqNo{130}).has_value());
}

TEST(SequenceMap, ForgetsTheOldestRun) {
  SequenceMap map;
  for (std::uint64_t i = 0; i <= SequenceMap::kRuns; ++i) map.note(SeqNo{i}, SeqNo{i * 2}, {});
  EXPECT_FALSE(map.find(SeqNo{0}).has_value());
  EXPECT_EQ(map.find(SeqNo{1})->seq, SeqNo{2});
}

}  // namespace
}  // namespace vv::rtc::rtp
