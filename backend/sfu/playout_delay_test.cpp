#include "sfu/playout_delay.hpp"

#include <gtest/gtest.h>

namespace vv::sfu {
namespace {

using rtc::rtp::SeqNo;
using Bytes3 = std::array<std::uint8_t, 3>;

Instant at(std::int64_t ms) { return Instant::from_nanos(0) + milliseconds(1'000 + ms); }

TEST(PlayoutDelay, SaysTheRangeInStepsOfTenMilliseconds) {
  EXPECT_EQ(PlayoutDelay({.min_ms = 100, .max_ms = 2'000}).value(), (Bytes3{0x00, 0xA0, 0xC8}));
  // No upper end: ten seconds. More than 12 bits hold: what they hold.
  EXPECT_EQ(PlayoutDelay({.min_ms = 100, .max_ms = 0}).value(), (Bytes3{0x00, 0xA3, 0xE8}));
  EXPECT_EQ(PlayoutDelay({.min_ms = 60'000, .max_ms = 60'000}).value(), (Bytes3{0xFF, 0xFF, 0xFF}));
  // An upper end below the lower one is the lower one.
  EXPECT_EQ(PlayoutDelay({.min_ms = 500, .max_ms = 100}).value(), (Bytes3{0x03, 0x20, 0x32}));
}

TEST(PlayoutDelay, IsSaidUntilSomeOfThePacketsThatSayItHaveCome) {
  PlayoutDelay delay({.min_ms = 100, .max_ms = 1'000});
  EXPECT_TRUE(delay.is_due());
  delay.on_report(at(0), 65'535, {});  // of before
  EXPECT_TRUE(delay.is_due());
  for (std::uint64_t n = 65'530; n < 65'560; ++n) delay.on_sent(SeqNo{n});
  delay.on_report(at(100), 65'533, {});
  EXPECT_TRUE(delay.is_due());
  delay.on_report(at(200), 5, {});  // past the wrap
  EXPECT_FALSE(delay.is_due());
}

TEST(PlayoutDelay, FollowsTheJitterSlowlyAndStaysInsideTheRange) {
  PlayoutDelay delay({.min_ms = 100, .max_ms = 300});
  delay.on_report(at(0), 0, milliseconds(100));
  EXPECT_EQ(delay.least(), milliseconds(180));  // a second ago nothing was known
  delay.on_report(at(500), 0, milliseconds(100));
  EXPECT_EQ(delay.least(), milliseconds(220));
  for (std::int64_t i = 1; i < 10; ++i) delay.on_report(at(500 + i * 1'000), 0, milliseconds(100));
  EXPECT_EQ(delay.least(), milliseconds(300));
  for (std::int64_t i = 10; i < 20; ++i) delay.on_report(at(500 + i * 1'000), 0, {});
  EXPECT_EQ(delay.least(), milliseconds(100));
}

TEST(PlayoutDelay, ANewValueIsSaidAgain) {
  PlayoutDelay delay({.min_ms = 100, .max_ms = 1'000});
  delay.on_sent(SeqNo{1'000});
  delay.on_report(at(0), 1'200, milliseconds(10));
  EXPECT_FALSE(delay.is_due());
  delay.on_report(at(1'000), 1'250, milliseconds(10));
  EXPECT_FALSE(delay.is_due());
  delay.on_report(at(2'000), 1'300, milliseconds(30));
  EXPECT_TRUE(delay.is_due());
  delay.on_sent(SeqNo{1'301});
  delay.on_report(at(2'100), 1'305, milliseconds(18));
  EXPECT_TRUE(delay.is_due());
}

}  // namespace
}  // namespace vv::sfu
