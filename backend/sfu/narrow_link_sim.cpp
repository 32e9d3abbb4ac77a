// A room whose subscriber's link is too narrow for what is published, on a virtual clock. Bob's
// browser reports arrivals as browsers do; the network's queue towards him is 50 kB.
#include <gtest/gtest.h>

#include <map>

#include "rtc/bwe/twcc_recorder.hpp"
#include "rtc/rtcp/writer.hpp"
#include "rtc/rtp/rtp_view.hpp"
#include "testing/sfu_world.hpp"

namespace vv::sfu {
namespace {

using rtc::rtp::Extension;
using testing::SfuWorld;
constexpr RoomId kRoom = SfuWorld::kRoom;
constexpr std::uint8_t kVp8 = 96;
constexpr Duration kFrame = milliseconds(40);

struct Layer {
  std::string_view rid;
  std::uint32_t ssrc;
  std::size_t bytes;  // a frame, 25 of them a second
};
// 150, 500 and 1,700 kbit/s
constexpr std::array<Layer, 3> kLayers{{{"q", 0, 750}, {"h", 1, 2'500}, {"f", 2, 8'500}}};
constexpr std::size_t kPacket = 1'000;

rtc::rtp::ExtensionIds publisher_ids() {
  rtc::rtp::ExtensionIds ids;
  ids.map(4, Extension::Mid);
  ids.map(10, Extension::Rid);
  return ids;
}

rtc::rtp::ExtensionIds subscriber_ids() {
  rtc::rtp::ExtensionIds ids;
  ids.map(3, Extension::Mid);
  ids.map(5, Extension::TransportSequence);
  return ids;
}

CodecConfig vp8(std::uint8_t pt, std::uint8_t rtx) {
  return {.payload_type = pt,
          .name = "vp8",
          .clock_rate = 90'000,
          .rtx_payload_type = rtx,
          .feedback = {.nack = true, .pli = true, .transport_cc = true},
          .format = ""};
}

class NarrowLink : public ::testing::Test {
 protected:
  NarrowLink() { world.run_for(seconds(1)); }

  void publish(std::size_t tracks) {
    std::vector<ReceiverConfig> receivers;
    for (std::size_t i = 0; i < tracks; ++i) {
      receivers.push_back({.track = TrackId{static_cast<std::uint32_t>(i + 1)},
                           .mid = std::to_string(i),
                           .kind = MediaKind::Video,
                           .codecs = {vp8(kVp8, 97)},
                           .rids = {"q", "h", "f"},
                           .ssrcs = {},
                           .extensions = publisher_ids()});
    }
    world.apply(SetReceivers{kRoom, alice.transport, std::move(receivers)});
    published = tracks;
  }

  void subscribe(std::uint32_t track, std::uint8_t priority = 1) {
    world.apply(Subscribe{.room = kRoom,
                          .subscription = SubscriptionId{track},
                          .transport = bob.transport,
                          .track = TrackId{track},
                          .sender = {.mid = std::to_string(track),
                                     .kind = MediaKind::Video,
                                     .ssrc = 0x1000 + track,
                                     .rtx_ssrc = 0x2000 + track,
                                     .codecs = {vp8(100, 101)},
                                     .extensions = subscriber_ids(),
                                     .cname = "PA_1|TR_1",
                                     .limit = {},
                                     .priority = priority}});
  }

  void narrow(std::int64_t bits_per_second) {
    world.network().set_link(bob.address, {.bits_per_second = bits_per_second});
  }

  void run(Duration duration) {
    for (const Instant end = world.now() + duration; world.now() < end;) {
      for (std::size_t track = 0; track < published; ++track) {
        for (const Layer& layer : kLayers) show(track, layer);
      }
      for (int i = 0; i < 8; ++i) {
        world.run_for(kFrame / 8);
        listen();
      }
    }
  }

  /// Bytes of one track that came in the last `run`, as a rate.
  std::uint64_t rate_of(std::uint32_t track, Duration duration) {
    received.clear();
    run(duration);
    return received[0x1000 + track] * 8'000 /
           static_cast<std::uint64_t>(duration.as_nanos() / 1'000'000);
  }
  std::uint64_t rate_of(std::uint32_t track) { return rate_of(track, seconds(4)); }

  std::vector<SubscriptionStarved> starved() {
    std::vector<SubscriptionStarved> found;
    for (const Event& event : world.events()) {
      if (const auto* change = std::get_if<SubscriptionStarved>(&event)) found.push_back(*change);
    }
    return found;
  }

  SfuWorld world;
  SfuWorld::Client& alice = world.join();
  SfuWorld::Client& bob = world.join();
  std::size_t published = 0;
  bool is_layered = false;                          ///< in time, too
  int pictures = 0;                                 ///< received
  std::map<std::uint32_t, std::uint64_t> received;  // bytes, by SSRC

 private:
  void show(std::size_t track, const Layer& layer) {
    const auto ssrc = static_cast<std::uint32_t>(600 + track * 10 + layer.ssrc);
    Source& source = sources[ssrc];
    const bool keyframe = ++source.picture % 25 == 1;  // a second; asked for or not
    // Three temporal layers: every fourth picture, every second, all.
    const std::uint16_t at = source.picture % 25 % 4;
    const std::uint8_t temporal = !is_layered || at == 1 ? 0 : at == 3 ? 1 : 2;
    const std::string mid = std::to_string(track);
    const std::array<rtc::rtp::ExtensionElement, 2> extensions{
        {{4, as_bytes(mid)}, {10, as_bytes(layer.rid)}}};
    for (std::size_t sent = 0; sent < layer.bytes; sent += kPacket) {
      const std::size_t size = std::max<std::size_t>(std::min(kPacket, layer.bytes - sent), 20);
      const ByteVector payload =
          testing::vp8_payload(keyframe, sent == 0, source.picture,
                               static_cast<std::uint8_t>(source.picture), temporal, size);
      world.send_rtp(alice,
                     {.ssrc = ssrc,
                      .timestamp = source.picture * 3'600U,
                      .sequence = ++source.sequence,
                      .payload_type = kVp8,
                      .marker = sent + kPacket >= layer.bytes},
                     extensions, payload);
    }
  }

  void listen() {
    for (const ByteVector& bytes : bob.rtp) {
      const auto view = rtc::rtp::parse_rtp(bytes);
      if (!view) continue;
      received[view->ssrc()] += bytes.size();
      if (view->marker()) ++pictures;
      const auto values = rtc::rtp::read_extensions(*view, subscriber_ids());
      if (values.transport_sequence) recorder.on_packet(world.now(), *values.transport_sequence);
    }
    bob.rtp.clear();
    std::array<std::uint8_t, 1'200> feedback{};
    while (const auto size = recorder.poll(world.now(), 1, 0x1001, feedback)) {
      world.send_rtcp(bob, Bytes{feedback}.first(*size));
    }
    // A receiver report: from it the room knows that Bob listens.
    if (world.now() - reported < seconds(1)) return;
    reported = world.now();
    std::array<std::uint8_t, 256> report{};
    ByteWriter out{report};
    std::vector<rtc::rtcp::ReportBlock> blocks;
    for (std::uint32_t track = 1; track <= published; ++track)
      blocks.push_back({.ssrc = 0x1000 + track});
    EXPECT_TRUE(rtc::rtcp::write_receiver_report(out, 1, blocks));
    world.send_rtcp(bob, out.written());
  }

  struct Source {
    std::uint16_t sequence = 100;
    std::uint16_t picture = 0;
  };
  std::map<std::uint32_t, Source> sources;
  rtc::bwe::TwccRecorder recorder;
  Instant reported;
};

TEST_F(NarrowLink, TheLayerFollowsTheLinkDownAndUp) {
  publish(1);
  subscribe(1);
  run(seconds(5));
  EXPECT_GT(rate_of(1), 1'500'000U);
  narrow(300'000);
  run(seconds(3));
  const std::uint64_t low = rate_of(1, seconds(10));
  EXPECT_GT(low, 130'000U);
  EXPECT_LT(low, 200'000U);
  narrow(5'000'000);
  run(seconds(12));
  EXPECT_GT(rate_of(1), 1'500'000U);
  EXPECT_TRUE(starved().empty());
}

TEST_F(NarrowLink, AWideLinkMayBeTreatedAsANarrowOne) {
  publish(1);
  subscribe(1);
  run(seconds(5));
  EXPECT_GT(rate_of(1), 1'500'000U);
  world.apply(LimitDownlink{kRoom, bob.transport, 300'000});
  run(seconds(3));
  const std::uint64_t low = rate_of(1, seconds(10));
  EXPECT_GT(low, 130'000U);
  EXPECT_LT(low, 200'000U);
  world.apply(LimitDownlink{kRoom, bob.transport, 0});
  run(seconds(12));
  EXPECT_GT(rate_of(1), 1'500'000U);
}

TEST_F(NarrowLink, AWideLinkCarriesNoPadding) {
  publish(1);
  subscribe(1);
  run(seconds(20));
  EXPECT_EQ(received[0x2001], 0U);
}

TEST_F(NarrowLink, BetweenTwoLayersTheUpperComesWithHalfItsFrames) {
  is_layered = true;
  publish(1);
  subscribe(1);
  run(seconds(3));
  narrow(1'250'000);  // 500 kbit/s fit, 1,700 do not, half the frames of those do
  run(seconds(12));
  pictures = 0;
  const std::uint64_t rate = rate_of(1, seconds(10));
  EXPECT_GT(rate, 750'000U);
  EXPECT_LT(rate, 1'200'000U);
  EXPECT_GT(pictures, 100);
  EXPECT_LT(pictures, 180);
  narrow(5'000'000);
  run(seconds(15));
  pictures = 0;
  EXPECT_GT(rate_of(1, seconds(10)), 1'500'000U);
  EXPECT_GT(pictures, 240);
}

TEST_F(NarrowLink, BeforeTheLowestLayerGoesItLosesFrames) {
  is_layered = true;
  publish(1);
  subscribe(1);
  run(seconds(3));
  narrow(90'000);  // the lowest takes 150 kbit/s
  run(seconds(15));
  pictures = 0;
  received.clear();
  run(seconds(10));
  EXPECT_GT(pictures, 50);
  EXPECT_LT(pictures, 180);
  EXPECT_TRUE(starved().empty() || !starved().back().starved);
}

TEST_F(NarrowLink, EveryonesLowestLayerComesBeforeAnyonesSecond) {
  publish(3);
  for (const std::uint32_t track : {1U, 2U, 3U}) subscribe(track);
  run(seconds(2));
  narrow(700'000);
  run(seconds(8));
  received.clear();
  run(seconds(10));
  for (const std::uint32_t track : {1U, 2U, 3U}) {
    EXPECT_GT(received[0x1000 + track] * 8 / 10, 120'000U) << track;
  }
}

TEST_F(NarrowLink, AScreenComesBeforeFaces) {
  publish(2);
  subscribe(1);
  subscribe(2, 255);
  run(seconds(2));
  narrow(900'000);
  run(seconds(8));
  received.clear();
  run(seconds(10));
  EXPECT_GT(received[0x1002] * 8 / 10, 400'000U);
  EXPECT_LT(received[0x1001] * 8 / 10, 250'000U);
  EXPECT_GT(received[0x1001] * 8 / 10, 100'000U);
}

TEST_F(NarrowLink, WhatDoesNotFitAtAllIsLeftOutSaidAndComesBack) {
  publish(1);
  subscribe(1);
  run(seconds(2));
  narrow(80'000);
  run(seconds(10));
  ASSERT_FALSE(starved().empty());
  EXPECT_TRUE(starved().back().starved);
  narrow(5'000'000);
  run(seconds(15));
  EXPECT_FALSE(starved().back().starved);
  EXPECT_GT(rate_of(1), 1'500'000U);
}

}  // namespace
}  // namespace vv::sfu
