#include "rtc/bwe/sent_packets.hpp"

#include <gtest/gtest.h>

namespace vv::rtc::bwe {
namespace {

const Instant t0 = Instant::from_nanos(1'000'000'000);

TEST(SentPackets, EachPacketIsReceivedOnce) {
  SentPackets sent;
  EXPECT_FALSE(sent.received(t0, 0));
  EXPECT_FALSE(sent.missing(0));
  sent.add(t0, 1'200, true);
  EXPECT_TRUE(sent.missing(0));
  EXPECT_FALSE(sent.missing(0));
  const auto packet = sent.received(t0 + milliseconds(30), 0);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->bytes, 1'200);
  EXPECT_TRUE(packet->was_missing);
  EXPECT_EQ(packet->sent_us, t0.as_nanos() / 1'000);
  EXPECT_FALSE(sent.received(t0, 0));
}

TEST(SentPackets, WhatIsReportedInTimeTakesLittleMemory) {
  SentPackets sent;
  for (int i = 0; i < 100'000; ++i) {
    const std::uint16_t number = sent.next();
    sent.add(t0, 100, true);
    if (i < 50) continue;
    EXPECT_TRUE(sent.received(t0, static_cast<std::uint16_t>(number - 50)));
  }
  EXPECT_EQ(sent.capacity(), SentPackets::kFirst);
}

TEST(SentPackets, ItGrowsWhileReportsAreOutstandingAndForgetsNothingByIt) {
  SentPackets sent;
  for (std::uint16_t i = 0; i < 1'000; ++i) sent.add(t0, 100U + i, true);
  EXPECT_EQ(sent.capacity(), SentPackets::kRemembered);
  for (std::uint16_t i = 0; i < 1'000; ++i) {
    const auto packet = sent.received(t0, i);
    ASSERT_TRUE(packet) << i;
    EXPECT_EQ(packet->bytes, 100U + i);
  }
}

TEST(SentPackets, ForAReceiverThatReportsNothingNothingMoreIsKept) {
  SentPackets sent;
  for (int i = 0; i < 5'000; ++i) sent.add(t0, 100, false);
  EXPECT_EQ(sent.capacity(), SentPackets::kFirst);
}

}  // namespace
}  // namespace vv::rtc::bwe
