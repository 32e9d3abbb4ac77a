#include "rtc/rtp/receive_stats.hpp"

#include <gtest/gtest.h>

namespace vv::rtc::rtp {
namespace {

const Instant t0 = Instant::from_nanos(1'000'000'000);

TEST(SeqUnwrapper, WidensAcrossWrapsAndReordering) {
  SeqUnwrapper unwrapper;
  const SeqNo first = unwrapper.extend(0xFFFE);
  EXPECT_EQ(unwrapper.extend(1) - first, 3);
  EXPECT_EQ(unwrapper.extend(0xFFFF) - first, 1);
  EXPECT_EQ(unwrapper.newest() - first, 3);
  EXPECT_EQ(unwrapper.peek(2) - first, 4);
  for (int i = 0; i < 100'000; i += 7) {
    EXPECT_EQ(unwrapper.extend(static_cast<std::uint16_t>(0xFFFE + i)) - first, i);
  }
}

TEST(SeqUnwrapper, PacketsFromBeforeTheFirstStayEarlier) {
  SeqUnwrapper unwrapper;
  const SeqNo first = unwrapper.extend(2);
  EXPECT_EQ(unwrapper.extend(0xFFFF) - first, -3);
}

TEST(ReceiveStats, CountsLossByIntervalAndInTotal) {
  ReceiveStats stats{7, 90'000};
  SeqUnwrapper unwrapper;
  for (std::uint16_t i = 0; i < 100; ++i) {
    if (i % 4 == 3) continue;
    stats.on_packet(t0 + milliseconds(10 * i), unwrapper.extend(i), 900U * i);
  }
  const rtcp::ReportBlock first = stats.report(t0 + seconds(1));
  EXPECT_EQ(first.ssrc, 7U);
  EXPECT_EQ(first.highest_sequence, 98U);
  EXPECT_EQ(first.cumulative_lost, 24);
  EXPECT_EQ(first.fraction_lost, 24 * 256 / 99);
  EXPECT_EQ(first.jitter, 0U);
  for (std::uint16_t i = 99; i < 199; ++i) {
    stats.on_packet(t0 + milliseconds(10 * i), unwrapper.extend(i), 900U * i);
  }
  const rtcp::ReportBlock second = stats.report(t0 + seconds(2));
  EXPECT_EQ(second.fraction_lost, 0);
  EXPECT_EQ(second.cumulative_lost, 24);
}

TEST(ReceiveStats, CarriesTheWrapInTheHighestSequence) {
  ReceiveStats stats{7, 48'000};
  SeqUnwrapper unwrapper;
  stats.on_packet(t0, unwrapper.extend(0xFFFF), 0);
  stats.on_packet(t0, unwrapper.extend(0), 0);
  EXPECT_EQ(stats.report(t0).highest_sequence, 0x1'0000U);
}

TEST(ReceiveStats, JitterGrowsTowardsTheSpreadOfTransitTimes) {
  ReceiveStats stats{7, 48'000};
  for (std::uint32_t i = 0; i < 500; ++i) {
    const Duration late = i % 2 == 0 ? milliseconds(0) : milliseconds(5);
    stats.on_packet(t0 + milliseconds(20) * i + late, SeqNo{0x1'0000ULL + i}, 960 * i);
  }
  EXPECT_NEAR(stats.jitter().as_seconds(), 0.005, 0.0005);
}

TEST(ReceiveStats, EchoesTheSenderReport) {
  ReceiveStats stats{7, 48'000};
  EXPECT_EQ(stats.report(t0).last_sr, 0U);
  stats.on_sender_report(t0, 0x11223344'55667788);
  const rtcp::ReportBlock block = stats.report(t0 + milliseconds(1'500));
  EXPECT_EQ(block.last_sr, 0x33445566U);
  EXPECT_EQ(block.delay_since_last_sr, 65'536U + 32'768U);
}

}  // namespace
}  // namespace vv::rtc::rtp
