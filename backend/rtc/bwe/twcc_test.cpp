#include <gtest/gtest.h>

#include <array>
#include <map>

#include "base/random.hpp"
#include "rtc/bwe/downlink_rate.hpp"
#include "rtc/bwe/twcc_feedback.hpp"
#include "rtc/bwe/twcc_recorder.hpp"
#include "rtc/rtcp/compound.hpp"

namespace vv::rtc::bwe {
namespace {

const Instant t0 = Instant::from_nanos(77'000'000'000);

/// Reads every feedback that is due into `arrivals`, by sequence number; how many packets there
/// were.
int collect(TwccRecorder& recorder, Instant now, std::map<std::uint16_t, Duration>& arrivals,
            std::size_t room = 1'200) {
  int packets = 0;
  ByteVector out(room);
  while (const auto size = recorder.poll(now, 1, 2, out)) {
    ++packets;
    auto compound = rtcp::Compound::parse(Bytes{out}.first(*size));
    EXPECT_TRUE(compound.has_value());
    const auto block = compound->next();
    EXPECT_TRUE(block && std::holds_alternative<rtcp::Twcc>(*block));
    auto feedback = TwccFeedback::parse(std::get<rtcp::Twcc>(*block).body);
    EXPECT_TRUE(feedback.has_value());
    if (!feedback) break;
    while (const auto status = feedback->next()) {
      if (status->received) arrivals[status->sequence] = status->arrival;
    }
  }
  return packets;
}

TEST(Twcc, TellsEveryArrivalToAQuarterMillisecond) {
  SeededRandom random{5};
  for (int round = 0; round < 50; ++round) {
    TwccRecorder recorder;
    std::map<std::uint16_t, Duration> sent;
    std::map<std::uint16_t, Duration> told;
    const auto start = static_cast<std::uint16_t>(random.u32());
    Instant now = t0;
    for (int i = 0; i < 2'000; ++i) {
      now += microseconds(static_cast<std::int64_t>(random.below(1'500)));
      if (random.below(40) == 0) now += milliseconds(400);
      if (random.below(10) == 0) continue;  // lost
      // Some overtake their neighbour.
      const auto swapped = static_cast<std::uint16_t>(random.below(20) == 0 ? i ^ 1 : i);
      const auto sequence = static_cast<std::uint16_t>(start + swapped);
      recorder.on_packet(now, sequence);
      sent.try_emplace(sequence, now - t0);
      if (now >= recorder.next_timeout()) collect(recorder, now, told);
    }
    collect(recorder, now + seconds(1), told);
    ASSERT_EQ(told.size(), sent.size());
    const Duration offset = told.begin()->second - sent.begin()->second;
    for (const auto& [sequence, at] : sent) {
      ASSERT_TRUE(told.contains(sequence));
      EXPECT_NEAR((told[sequence] - at - offset).as_seconds(), 0, 0.000'51);
    }
  }
}

TEST(Twcc, WaitsForItsIntervalAndIsQuietWithoutPackets) {
  TwccRecorder recorder;
  std::map<std::uint16_t, Duration> told;
  EXPECT_TRUE(recorder.next_timeout().is_never());
  recorder.on_packet(t0, 1);
  EXPECT_EQ(recorder.next_timeout(), t0 + TwccRecorder::kInterval);
  EXPECT_EQ(collect(recorder, t0, told), 0);
  EXPECT_EQ(collect(recorder, t0 + TwccRecorder::kInterval, told), 1);
  EXPECT_TRUE(recorder.next_timeout().is_never());
  EXPECT_EQ(collect(recorder, t0 + seconds(1), told), 0);
}

TEST(Twcc, SplitsWhatDoesNotFitOnePacketOrOneReferenceTime) {
  TwccRecorder recorder;
  std::map<std::uint16_t, Duration> told;
  for (std::uint16_t i = 0; i < 200; ++i) recorder.on_packet(t0, i);
  EXPECT_GT(collect(recorder, t0 + seconds(1), told, 100), 3);
  EXPECT_EQ(told.size(), 200U);
  told.clear();
  recorder.on_packet(t0 + seconds(1), 200);
  recorder.on_packet(t0 + seconds(20), 201);
  EXPECT_EQ(collect(recorder, t0 + seconds(21), told), 2);
  EXPECT_NEAR((told[201] - told[200]).as_seconds(), 19, 0.001);
}

TEST(Twcc, AJumpPastTheWindowStartsOver) {
  TwccRecorder recorder;
  std::map<std::uint16_t, Duration> told;
  recorder.on_packet(t0, 1);
  recorder.on_packet(t0, 20'000);
  EXPECT_EQ(collect(recorder, t0 + seconds(1), told), 1);
  EXPECT_TRUE(told.contains(20'000));
  EXPECT_EQ(told.size(), 1U);
}

// covers M17
TEST(Twcc, RefusesFeedbackThatDoesNotAddUp) {
  const ByteVector bad[] = {
      {0, 0, 0, 1, 0, 0, 0},                       // short
      {0, 0, 0, 1, 0, 0, 0, 0},                    // no chunk
      {0, 0, 0, 1, 0, 0, 0, 0, 0, 0},              // a run of none
      {0, 0, 0, 2, 0, 0, 0, 0, 0x20, 2, 1},        // a delta is missing
      {0, 0, 0, 1, 0, 0, 0, 0, 0x60, 1},           // the reserved symbol
      {0, 0, 0, 1, 0, 0, 0, 0, 0xF0, 0},           // in a vector
      {0, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0x1F, 0xFF},  // too many
  };
  for (const ByteVector& body : bad) {
    EXPECT_FALSE(TwccFeedback::parse(body).has_value()) << testing::PrintToString(body);
  }
}

// covers M17
TEST(DownlinkRate, StaysWithinItsBoundsWhateverTheReceiverClaims) {
  DownlinkRate rate{1'000'000, 5'000'000};
  rate.on_remb(t0, 0, 1'000'000);
  EXPECT_EQ(rate.bits_per_second(t0), DownlinkRate::kMin);
  rate.on_remb(t0, ~std::uint64_t{0}, ~std::uint64_t{0});
  EXPECT_EQ(rate.bits_per_second(t0), 1'000'000U);
  for (int i = 0; i < 500; ++i) rate.on_loss(t0 + seconds(i), 0, ~std::uint64_t{0});
  EXPECT_EQ(rate.bits_per_second(t0 + seconds(1'000)), 5'000'000U);
  for (int i = 0; i < 500; ++i) rate.on_loss(t0 + seconds(i), 255, 0);
  EXPECT_EQ(rate.bits_per_second(t0 + seconds(1'000)), DownlinkRate::kMin);
}

TEST(DownlinkRate, FallsWithLossAndGrowsBackOnlyToWhatIsTried) {
  DownlinkRate rate{2'000'000, 10'000'000};
  rate.on_loss(t0, 64, 1'500'000);
  const std::uint64_t after = rate.bits_per_second(t0);
  EXPECT_LT(after, 1'500'000U);
  rate.on_loss(t0 + milliseconds(10), 64, 1'500'000);
  EXPECT_EQ(rate.bits_per_second(t0), after);  // one loss is not cut for twice
  for (int i = 1; i < 100; ++i) rate.on_loss(t0 + seconds(i), 0, 500'000);
  EXPECT_EQ(rate.bits_per_second(t0), 1'800'000U);
}

TEST(DownlinkRate, AnEstimateNearWhatIsSentIsNoLimit) {
  DownlinkRate rate{2'000'000};
  rate.on_remb(t0, 900'000, 600'000);
  rate.on_remb(t0 + seconds(1), 510'000, 600'000);  // 85 % of it: delay grew once
  EXPECT_EQ(rate.bits_per_second(t0 + seconds(1)), 2'000'000U);
  rate.on_remb(t0 + seconds(2), 250'000, 600'000);
  EXPECT_EQ(rate.bits_per_second(t0 + seconds(2)), 250'000U);
}

TEST(DownlinkRate, ATrialThatHeldLiftsTheLimitAndOneThatDidNotKeepsIt) {
  DownlinkRate rate{2'000'000};
  rate.on_remb(t0, 600'000, 600'000);
  rate.on_remb(t0 + seconds(1), 250'000, 600'000);
  rate.on_remb(t0 + seconds(2), 260'000, 150'000);
  rate.try_more(t0 + seconds(2));
  EXPECT_EQ(rate.bits_per_second(t0 + seconds(2)), 2'000'000U);
  rate.on_remb(t0 + seconds(3), 240'000, 600'000);
  EXPECT_EQ(rate.bits_per_second(t0 + seconds(3)), 240'000U);

  rate.try_more(t0 + seconds(10));
  for (int i = 1; i <= 5; ++i) {
    rate.on_remb(t0 + seconds(10 + i), 250'000 + static_cast<std::uint64_t>(i) * 15'000, 600'000);
    EXPECT_EQ(rate.bits_per_second(t0 + seconds(10 + i)), 2'000'000U) << i;
  }
  rate.on_remb(t0 + seconds(16), 340'000, 600'000);
  EXPECT_EQ(rate.bits_per_second(t0 + seconds(16)), 2'000'000U);
}

TEST(DownlinkRate, AnOldRembIsForgotten) {
  DownlinkRate rate{2'000'000};
  rate.on_remb(t0, 100'000, 500'000);
  EXPECT_EQ(rate.bits_per_second(t0 + seconds(10)), 100'000U);
  EXPECT_EQ(rate.bits_per_second(t0 + seconds(11)), 2'000'000U);
}

}  // namespace
}  // namespace vv::rtc::bwe
