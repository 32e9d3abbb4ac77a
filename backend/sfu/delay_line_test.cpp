#include "sfu/delay_line.hpp"

#include <gtest/gtest.h>

namespace vv::sfu {
namespace {

constexpr TrackId kTrack{1};

HeldPacket packet(std::uint8_t first, bool keyframe = false) {
  HeldPacket held;
  held.track = kTrack;
  held.keyframe = keyframe;
  held.bytes = ByteVector(100, first);
  return held;
}

TEST(DelayLine, PacketsComeOutInOrderAfterTheDelayAndNotBefore) {
  DelayLine line(seconds(5));
  const Instant start = Instant{} + seconds(1);
  EXPECT_TRUE(line.next_due().is_never());
  ASSERT_TRUE(line.push(start, packet(1)));
  ASSERT_TRUE(line.push(start + milliseconds(20), packet(2)));
  EXPECT_EQ(line.next_due(), start + seconds(5));
  EXPECT_EQ(line.play(start + milliseconds(4'999)), nullptr);

  const HeldPacket* first = line.play(start + seconds(5));
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->bytes[0], 1);
  EXPECT_EQ(line.play(start + seconds(5)), nullptr);
  line.forget_played();
  const HeldPacket* second = line.play(start + seconds(6));
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->bytes[0], 2);
}

TEST(DelayLine, AKeyFrameCountsAsOnItsWayUntilItIsPlayed) {
  DelayLine line(seconds(5));
  ASSERT_TRUE(line.push(Instant{}, packet(1, true)));
  EXPECT_TRUE(line.holds_keyframe(kTrack));
  EXPECT_FALSE(line.holds_keyframe(TrackId{2}));
  ASSERT_NE(line.play(Instant{} + seconds(5)), nullptr);
  EXPECT_FALSE(line.holds_keyframe(kTrack));
}

TEST(DelayLine, TakesNoMoreThanItsBoundAndTakesAgainWhatWasPlayed) {
  DelayLine line(seconds(5));
  HeldPacket large = packet(1);
  large.bytes.resize(1'000);
  std::size_t taken = 0;
  while (line.push(Instant{}, large)) ++taken;
  EXPECT_EQ(taken, DelayLine::kMaxBytes / 1'000);
  ASSERT_NE(line.play(Instant{} + seconds(5)), nullptr);
  line.forget_played();
  EXPECT_TRUE(line.push(Instant{} + seconds(5), large));
}

}  // namespace
}  // namespace vv::sfu
