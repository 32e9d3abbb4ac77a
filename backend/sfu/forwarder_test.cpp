#include "sfu/forwarder.hpp"

#include <gtest/gtest.h>

namespace vv::sfu {
namespace {

using rtc::rtp::SeqNo;
constexpr std::array<ClockReference, 3> kNoClocks{};

struct Fixture : ::testing::Test {
  Forwarder forwarder{{.kind = MediaKind::Video, .clock_rate = 90'000, .start = 99, .limit = {}}};
  std::array<std::uint8_t, 4> bytes{1, 2, 3, 4};

  IncomingPacket packet(std::uint64_t seq, bool keyframe = false, std::uint8_t layer = 2) {
    IncomingPacket p;
    p.payload = bytes;
    p.seq = SeqNo{seq};
    p.timestamp = static_cast<std::uint32_t>(seq * 3'000);
    p.arrival = Instant::from_nanos(static_cast<std::int64_t>(seq) * 33'000'000);
    p.layer = layer;
    p.frame.keyframe = keyframe;
    p.frame.start_of_frame = true;
    return p;
  }
  std::optional<std::uint64_t> send(const IncomingPacket& p) {
    const auto verdict = forwarder.accept(p, kNoClocks);
    if (!verdict.departure) return std::nullopt;
    return verdict.departure->seq.raw();
  }
};

TEST_F(Fixture, NothingBeforeAKeyFrame) {
  EXPECT_EQ(forwarder.accept(packet(1), kNoClocks).reason, DropReason::AwaitingKeyframe);
  EXPECT_EQ(send(packet(2, true)), 100U);
  EXPECT_EQ(send(packet(3)), 101U);
}

TEST_F(Fixture, ALossUpstreamStaysAGapThatAResendFills) {
  EXPECT_EQ(send(packet(10, true)), 100U);
  EXPECT_EQ(send(packet(12)), 102U);
  EXPECT_EQ(send(packet(11)), 101U);
}

TEST_F(Fixture, PaddingLeavesNoGap) {
  EXPECT_EQ(send(packet(10, true)), 100U);
  IncomingPacket padding = packet(11);
  padding.payload = {};
  EXPECT_EQ(send(padding), std::nullopt);
  EXPECT_EQ(send(packet(12)), 101U);
}

TEST_F(Fixture, APacketFromBeforeTheLeftOutOnesKeepsItsNumber) {
  EXPECT_EQ(send(packet(10, true)), 100U);
  IncomingPacket padding = packet(12);
  padding.payload = {};
  EXPECT_EQ(send(padding), std::nullopt);
  EXPECT_EQ(send(packet(13)), 102U);
  EXPECT_EQ(send(packet(11)), 101U);
}

TEST_F(Fixture, ALatePacketsNumberIsNotGivenToTheNextSource) {  // covers M10
  EXPECT_EQ(send(packet(10, true)), 100U);
  IncomingPacket padding = packet(15);
  padding.payload = {};
  EXPECT_EQ(send(padding), std::nullopt);
  EXPECT_EQ(send(packet(12)), 102U);
  forwarder.set_paused(true);
  forwarder.set_paused(false);
  EXPECT_EQ(send(packet(20, true)), 103U);
}

TEST_F(Fixture, WhatIsOlderThanTheSwitchStaysBehind) {
  EXPECT_EQ(send(packet(10, true)), 100U);
  EXPECT_EQ(forwarder.accept(packet(9), kNoClocks).reason, DropReason::BeforeSwitch);
}

TEST_F(Fixture, ADowngradeWaitsForTheLowerLayersKeyFrame) {
  EXPECT_EQ(send(packet(10, true, 2)), 100U);
  forwarder.set_target(0);
  EXPECT_EQ(send(packet(500, false, 0)), std::nullopt);
  EXPECT_EQ(send(packet(11, false, 2)), 101U);
  EXPECT_EQ(send(packet(501, true, 0)), 102U);
  EXPECT_EQ(forwarder.accept(packet(12, false, 2), kNoClocks).reason, DropReason::WrongLayer);
}

TEST_F(Fixture, AfterAPauseThePictureBeginsAnewInTheSameStream) {
  EXPECT_EQ(send(packet(10, true)), 100U);
  forwarder.set_paused(true);
  EXPECT_EQ(forwarder.wanted_layers(), 0);
  EXPECT_EQ(send(packet(11)), std::nullopt);
  forwarder.set_paused(false);
  EXPECT_EQ(send(packet(12)), std::nullopt);
  const auto verdict = forwarder.accept(packet(40, true), kNoClocks);
  ASSERT_TRUE(verdict.departure.has_value());
  EXPECT_EQ(verdict.departure->seq.raw(), 101U);
  EXPECT_EQ(verdict.departure->timestamp,
            10U * 3'000 + 30U * 33 * 90);  // as much later as it arrived later
}

}  // namespace
}  // namespace vv::sfu
