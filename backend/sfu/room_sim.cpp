// Whole rooms on a virtual clock and network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "rtc/codec/vp8.hpp"
#include "rtc/rtcp/compound.hpp"
#include "rtc/rtcp/writer.hpp"
#include "rtc/rtp/rtp_view.hpp"
#include "testing/allocation_guard.hpp"
#include "testing/sfu_world.hpp"

namespace vv::sfu {
namespace {

using rtc::rtp::Extension;
using testing::SfuWorld;
using testing::vp8_payload;
constexpr RoomId kRoom = SfuWorld::kRoom;

constexpr std::uint8_t kOpus = 111;
constexpr std::uint8_t kVp8 = 96;
constexpr std::uint8_t kVp8Rtx = 97;
constexpr TrackId kVoice{1};
constexpr TrackId kPicture{2};

rtc::rtp::ExtensionIds publisher_ids() {
  rtc::rtp::ExtensionIds ids;
  ids.map(4, Extension::Mid);
  ids.map(10, Extension::Rid);
  ids.map(11, Extension::RepairedRid);
  ids.map(1, Extension::AudioLevel);
  return ids;
}

CodecConfig opus(std::uint8_t pt) {
  return {.payload_type = pt,
          .name = "opus",
          .clock_rate = 48'000,
          .feedback = {.nack = true},
          .format = ""};
}
CodecConfig vp8(std::uint8_t pt, std::uint8_t rtx) {
  return {.payload_type = pt,
          .name = "vp8",
          .clock_rate = 90'000,
          .rtx_payload_type = rtx,
          .feedback = {.nack = true, .pli = true, .fir = true},
          .format = ""};
}

ReceiverConfig voice() {
  return {.track = kVoice,
          .mid = "0",
          .kind = MediaKind::Audio,
          .codecs = {opus(kOpus)},
          .rids = {},
          .ssrcs = {},
          .extensions = publisher_ids()};
}
ReceiverConfig picture(std::vector<std::string> rids = {}) {
  return {.track = kPicture,
          .mid = "1",
          .kind = MediaKind::Video,
          .codecs = {vp8(kVp8, kVp8Rtx)},
          .rids = std::move(rids),
          .ssrcs = {},
          .extensions = publisher_ids()};
}

rtc::rtp::ExtensionIds subscriber_ids() {
  rtc::rtp::ExtensionIds ids;
  ids.map(3, Extension::Mid);
  ids.map(7, Extension::AudioLevel);
  ids.map(2, Extension::AbsSendTime);
  return ids;
}

Subscribe subscribe(const SfuWorld::Client& to, std::uint32_t n, TrackId track) {
  const bool video = track == kPicture;
  SenderConfig sender{.mid = video ? "5" : "4",
                      .kind = video ? MediaKind::Video : MediaKind::Audio,
                      .ssrc = 0x1000 + n,
                      .rtx_ssrc = video ? 0x2000 + n : 0,
                      .codecs = {video ? vp8(100, 101) : opus(109)},
                      .extensions = subscriber_ids(),
                      .cname = "PA_1|TR_1",
                      .limit = {}};
  return {.room = kRoom,
          .subscription = SubscriptionId{n},
          .transport = to.transport,
          .track = track,
          .sender = sender};
}

/// Sends one publisher's sound and picture as a browser would.
struct Sender {
  SfuWorld& world;
  SfuWorld::Client& client;
  void speak(std::uint8_t level = 20) {
    const std::array<std::uint8_t, 1> mid{'0'};
    const std::array<std::uint8_t, 1> value{static_cast<std::uint8_t>(0x80 | level)};
    const std::array<rtc::rtp::ExtensionElement, 2> extensions{{{4, mid}, {1, value}}};
    const ByteVector payload(80, 0x11);
    ++audio_seq;
    world.send_rtp(
        client,
        {.ssrc = 500, .timestamp = audio_seq * 960U, .sequence = audio_seq, .payload_type = kOpus},
        extensions, payload);
  }
  /// One frame of `packets`; `rid` empty for a track of one layer.
  void show(bool keyframe, std::size_t packets = 2, std::string_view rid = {},
            std::uint32_t ssrc = 600, std::size_t lose = 99) {
    const std::array<std::uint8_t, 1> mid{'1'};
    const std::array<rtc::rtp::ExtensionElement, 2> extensions{
        {{4, mid}, {std::uint8_t{10}, as_bytes(rid)}}};
    auto& s = layer_seq[ssrc];
    auto& id = layer_picture[ssrc];
    if (s == 0) s = static_cast<std::uint16_t>(ssrc * 7);
    if (id == 0) id = static_cast<std::uint16_t>(ssrc * 3);
    ++id;
    for (std::size_t i = 0; i < packets; ++i) {
      ++s;
      if (i == lose) continue;
      const ByteVector payload =
          vp8_payload(keyframe, i == 0, id, static_cast<std::uint8_t>(id), 0, 900);
      world.send_rtp(client,
                     {.ssrc = ssrc,
                      .timestamp = id * 3000U,
                      .sequence = s,
                      .payload_type = kVp8,
                      .marker = i + 1 == packets},
                     std::span{extensions}.first(rid.empty() ? 1 : 2), payload);
    }
  }
  std::uint16_t audio_seq = 30'000;
  std::map<std::uint32_t, std::uint16_t> layer_seq{};
  std::map<std::uint32_t, std::uint16_t> layer_picture{};
};

std::vector<rtc::rtp::RtpView> packets_of(const SfuWorld::Client& client, std::uint32_t ssrc) {
  std::vector<rtc::rtp::RtpView> views;
  for (const ByteVector& bytes : client.rtp) {
    const auto view = rtc::rtp::parse_rtp(bytes);
    if (view && view->ssrc() == ssrc) views.push_back(*view);
  }
  return views;
}

template <class Block>
std::size_t count_rtcp(const SfuWorld::Client& client) {
  std::size_t count = 0;
  for (const ByteVector& bytes : client.rtcp) {
    auto compound = rtc::rtcp::Compound::parse(bytes);
    if (!compound) continue;
    while (const auto block = compound->next())
      count += std::holds_alternative<Block>(*block) ? 1U : 0U;
  }
  return count;
}

struct Pair {
  SfuWorld world;
  SfuWorld::Client& alice = world.join();
  SfuWorld::Client& bob = world.join();
  Sender sender{world, alice};

  explicit Pair(std::uint64_t seed = 1) : world(seed) { world.run_for(seconds(1)); }
};

TEST(SfuSim, TwoPeersConnectAndAreAnnounced) {
  Pair pair;
  EXPECT_TRUE(pair.alice.connected);
  EXPECT_TRUE(pair.bob.connected);
  const auto connected =
      std::count_if(pair.world.events().begin(), pair.world.events().end(),
                    [](const Event& e) { return std::holds_alternative<TransportConnected>(e); });
  EXPECT_EQ(connected, 2);
}

TEST(SfuSim, SoundArrivesUnderTheSubscribersNames) {
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {voice()}});
  pair.world.apply(subscribe(pair.bob, 1, kVoice));

  for (int i = 0; i < 50; ++i) {
    pair.sender.speak();
    pair.world.run_for(milliseconds(20));
  }

  const auto packets = packets_of(pair.bob, 0x1001);
  ASSERT_EQ(packets.size(), 50U);
  EXPECT_LT(packets[0].sequence(), 0x8000);  // covers M10
  for (std::size_t i = 0; i < packets.size(); ++i) {
    EXPECT_EQ(packets[i].sequence(), packets[0].sequence() + i);
    EXPECT_EQ(packets[i].payload_type(), 109);
    EXPECT_EQ(packets[i].payload().size(), 80U);
  }
  const auto values = rtc::rtp::read_extensions(packets[0], subscriber_ids());
  EXPECT_EQ(values.mid, "4");
  EXPECT_EQ(values.audio_level, 20);
  EXPECT_TRUE(values.abs_send_time.has_value());
}

TEST(SfuSim, InAnEchoRoomWhatOneSendsComesBackFiveSecondsLaterAndAsOneStream) {
  Pair pair;
  pair.world.apply(OpenRoom{kRoom, seconds(5)});
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {voice(), picture()}});
  pair.world.apply(subscribe(pair.alice, 1, kVoice));
  pair.world.apply(subscribe(pair.alice, 2, kPicture));

  const auto talk = [&pair](bool first) {
    for (int i = 0; i < 100; ++i) {
      pair.sender.speak();
      pair.sender.show(first && i == 0);
      pair.world.run_for(milliseconds(40));
    }
  };
  talk(true);  // 4 s
  EXPECT_TRUE(packets_of(pair.alice, 0x1001).empty());
  // The first key frame is on its way: no other is asked for meanwhile.
  EXPECT_LE(count_rtcp<rtc::rtcp::Pli>(pair.alice), 1U);
  pair.world.run_for(milliseconds(1'500));  // and silent already, as after muting
  EXPECT_FALSE(packets_of(pair.alice, 0x1001).empty());
  pair.world.run_for(seconds(10));

  const auto sound = packets_of(pair.alice, 0x1001);
  const auto shown = packets_of(pair.alice, 0x1002);
  ASSERT_EQ(sound.size(), 100U);
  ASSERT_EQ(shown.size(), 200U);
  for (std::size_t i = 0; i < sound.size(); ++i)
    EXPECT_EQ(sound[i].sequence(), sound[0].sequence() + i);
  for (std::size_t i = 0; i < shown.size(); ++i)
    EXPECT_EQ(shown[i].sequence(), shown[0].sequence() + i);
}

TEST(SfuSim, PictureBeginsWithAKeyFrameThatWasAskedFor) {
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {picture()}});
  pair.sender.show(true);
  pair.world.run_for(milliseconds(100));
  pair.world.apply(subscribe(pair.bob, 1, kPicture));
  pair.world.run_for(milliseconds(100));
  EXPECT_GE(count_rtcp<rtc::rtcp::Pli>(pair.alice), 1U);

  pair.sender.show(false);
  pair.world.run_for(milliseconds(50));
  EXPECT_TRUE(packets_of(pair.bob, 0x1001).empty());
  pair.sender.show(true);
  pair.world.run_for(milliseconds(50));
  pair.sender.show(false);
  pair.world.run_for(milliseconds(50));

  const auto packets = packets_of(pair.bob, 0x1001);
  ASSERT_EQ(packets.size(), 4U);
  const auto first = rtc::codec::parse_vp8(packets[0].payload());
  ASSERT_TRUE(first.has_value());
  EXPECT_TRUE(first->keyframe);
  EXPECT_EQ(packets[3].payload_type(), 100);
}

TEST(SfuSim, KeyFramesAreAskedForAtMostEvery500Milliseconds) {  // covers M15
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {picture()}});
  pair.sender.show(true);
  pair.world.run_for(milliseconds(100));
  pair.world.apply(subscribe(pair.bob, 1, kPicture));
  for (int i = 0; i < 60; ++i) {  // two seconds without a key frame, however often Bob asks
    pair.sender.show(false);
    std::array<std::uint8_t, 64> bytes{};
    ByteWriter out{bytes};
    ASSERT_TRUE(rtc::rtcp::write_receiver_report(out, 9, {}));
    ASSERT_TRUE(rtc::rtcp::write_pli(out, 9, 0x1001));
    pair.world.send_rtcp(pair.bob, out.written());
    pair.world.run_for(milliseconds(33));
  }
  const std::size_t asked = count_rtcp<rtc::rtcp::Pli>(pair.alice);
  EXPECT_GE(asked, 4U);
  EXPECT_LE(asked, 5U);
}

TEST(SfuSim, ALostPacketIsSentAgainFromHistory) {  // covers M16
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {picture()}});
  pair.world.apply(subscribe(pair.bob, 1, kPicture));
  pair.sender.show(true, 4);
  pair.world.run_for(milliseconds(100));
  const auto packets = packets_of(pair.bob, 0x1001);
  ASSERT_EQ(packets.size(), 4U);

  const std::uint16_t asked = packets[2].sequence();
  const ByteVector original(packets[2].payload().begin(), packets[2].payload().end());
  const auto ask = [&] {
    std::array<std::uint8_t, 64> bytes{};
    ByteWriter out{bytes};
    const std::array<rtc::rtp::SeqNo, 1> missing{rtc::rtp::SeqNo{asked}};
    ASSERT_TRUE(rtc::rtcp::write_receiver_report(out, 9, {}));
    ASSERT_TRUE(rtc::rtcp::write_nack(out, 9, 0x1001, missing));
    pair.world.send_rtcp(pair.bob, out.written());
  };
  ask();
  ask();  // too soon: one answer for both
  pair.world.run_for(milliseconds(50));

  const auto resent = packets_of(pair.bob, 0x2001);
  ASSERT_EQ(resent.size(), 1U);
  EXPECT_EQ(resent[0].payload_type(), 101);
  EXPECT_EQ(load_be16(resent[0].payload().data()), asked);
  EXPECT_TRUE(std::equal(original.begin(), original.end(), resent[0].payload().begin() + 2));
  EXPECT_EQ(pair.world.drops()[DropReason::ResendTooSoon], 1U);
}

/// A sound packet that gets lost on its way to the subscriber, who then asks for it.
/// @return whether it came after all
bool lost_sound_comes_again(bool with_send_time) {
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {voice()}});
  Subscribe to = subscribe(pair.bob, 1, kVoice);
  if (!with_send_time) {
    to.sender.extensions = {};
    to.sender.extensions.map(3, Extension::Mid);
    to.sender.extensions.map(7, Extension::AudioLevel);
  }
  pair.world.apply(to);
  const auto speak = [&pair] {
    pair.sender.speak();
    pair.world.run_for(milliseconds(20));
  };
  const auto tell = [&pair](const auto& write) {
    std::array<std::uint8_t, 128> bytes{};
    ByteWriter out{bytes};
    write(out);
    pair.world.send_rtcp(pair.bob, out.written());
    pair.world.run_for(milliseconds(20));
  };
  speak();
  tell([](ByteWriter& out) {  // from here on packets name no mid
    const std::array<rtc::rtcp::ReportBlock, 1> block{{{.ssrc = 0x1001}}};
    ASSERT_TRUE(rtc::rtcp::write_receiver_report(out, 9, block));
  });
  speak();
  const std::uint16_t lost =
      static_cast<std::uint16_t>(packets_of(pair.bob, 0x1001).back().sequence() + 1);
  pair.world.network().set_unplugged(pair.bob.address, true);
  speak();
  pair.world.network().set_unplugged(pair.bob.address, false);
  speak();
  tell([lost](ByteWriter& out) {
    const std::array<rtc::rtp::SeqNo, 1> missing{rtc::rtp::SeqNo{lost}};
    ASSERT_TRUE(rtc::rtcp::write_receiver_report(out, 9, {}));
    ASSERT_TRUE(rtc::rtcp::write_nack(out, 9, 0x1001, missing));
  });
  pair.world.run_for(milliseconds(50));
  const auto packets = packets_of(pair.bob, 0x1001);
  return std::any_of(packets.begin(), packets.end(),
                     [lost](const auto& packet) { return packet.sequence() == lost; });
}

TEST(SfuSim, LostSoundIsSentAgainUnderItsOwnNumber) {
  EXPECT_TRUE(lost_sound_comes_again(false));
  // Its header would differ under the same nonce.
  EXPECT_FALSE(lost_sound_comes_again(true));
}

TEST(SfuSim, WhatThePublisherLostIsAskedForAgain) {
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {picture()}});
  pair.sender.show(true, 4, {}, 600, 2);
  pair.world.run_for(milliseconds(200));
  EXPECT_GE(count_rtcp<rtc::rtcp::Nack>(pair.alice), 1U);
}

TEST(SfuSim, LayersSwitchOnKeyFramesAndStayOneStream) {  // covers M10
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {picture({"q", "h", "f"})}});
  pair.world.apply(subscribe(pair.bob, 1, kPicture));
  const auto all_layers = [&](bool keyframe) {
    pair.sender.show(keyframe, 1, "q", 601);
    pair.sender.show(keyframe, 2, "h", 602);
    pair.sender.show(keyframe, 3, "f", 603);
    pair.world.run_for(milliseconds(33));
  };
  for (int i = 0; i < 30; ++i) all_layers(i % 10 == 0);
  pair.world.apply(SetSubscription{kRoom, SubscriptionId{1}, {.spatial = 0}, false});
  for (int i = 0; i < 30; ++i) all_layers(i % 10 == 0);
  pair.world.apply(SetSubscription{kRoom, SubscriptionId{1}, {.spatial = 2}, false});
  for (int i = 0; i < 300; ++i) all_layers(i % 10 == 0);

  const auto packets = packets_of(pair.bob, 0x1001);
  ASSERT_GT(packets.size(), 300U);
  std::optional<std::uint16_t> last_picture;
  bool saw_one = false;
  for (std::size_t i = 1; i < packets.size(); ++i) {
    EXPECT_EQ(packets[i].sequence(), static_cast<std::uint16_t>(packets[i - 1].sequence() + 1))
        << i;
    EXPECT_GE(static_cast<std::int32_t>(packets[i].timestamp() - packets[i - 1].timestamp()), 0)
        << i;
    const auto vp8 = rtc::codec::parse_vp8(packets[i].payload());
    ASSERT_TRUE(vp8 && vp8->picture_id);
    if (last_picture && *vp8->picture_id != *last_picture) {
      EXPECT_EQ(*vp8->picture_id, (*last_picture + 1) & 0x7FFF) << i;
    }
    last_picture = vp8->picture_id;
    saw_one = saw_one || (packets[i].marker() && packets[i - 1].marker());
  }
  EXPECT_TRUE(saw_one);  // a low-layer frame is one packet
  EXPECT_FALSE(packets.back().marker() &&
               packets[packets.size() - 2].marker());  // and the top is back
}

TEST(SfuSim, SpeakersAreTheLoudAndTheirSilenceIsSaidOnce) {
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {voice()}});
  for (int i = 0; i < 100; ++i) {
    pair.sender.speak(10);
    pair.world.run_for(milliseconds(20));
  }
  for (int i = 0; i < 100; ++i) {
    pair.sender.speak(127);
    pair.world.run_for(milliseconds(20));
  }
  std::vector<Speaker> said;
  for (const Event& e : pair.world.events()) {
    if (const auto* changed = std::get_if<SpeakersChanged>(&e))
      said.insert(said.end(), changed->changes.begin(), changed->changes.end());
  }
  ASSERT_GE(said.size(), 2U);
  EXPECT_TRUE(said.front().active);
  EXPECT_GT(said.front().level, 0.2F);
  EXPECT_FALSE(said.back().active);
  EXPECT_EQ(std::count_if(said.begin(), said.end(), [](const Speaker& s) { return !s.active; }), 1);
}

TEST(SfuSim, ReportsFlowBothWays) {
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {voice()}});
  pair.world.apply(subscribe(pair.bob, 1, kVoice));
  for (int i = 0; i < 250; ++i) {
    pair.sender.speak();
    pair.world.run_for(milliseconds(20));
  }
  EXPECT_GE(count_rtcp<rtc::rtcp::ReceiverReport>(pair.alice), 4U);
  EXPECT_GE(count_rtcp<rtc::rtcp::SenderReport>(pair.bob), 2U);
  EXPECT_GE(count_rtcp<rtc::rtcp::SourceDescription>(pair.bob), 2U);
}

TEST(SfuSim, AMutedTrackIsNotForwarded) {
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {voice()}});
  pair.world.apply(subscribe(pair.bob, 1, kVoice));
  pair.world.apply(SetTrackMuted{kRoom, kVoice, true});
  pair.sender.speak();
  pair.world.run_for(milliseconds(100));
  EXPECT_TRUE(pair.bob.rtp.empty());
  EXPECT_EQ(pair.world.drops()[DropReason::Muted], 1U);
}

TEST(SfuSim, WhoHeardAMutedVoiceGetsASecondOfSilenceAndThenTheVoiceAgain) {
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {voice()}});
  pair.world.apply(subscribe(pair.bob, 1, kVoice));
  const auto speak = [&pair](int packets) {
    for (int i = 0; i < packets; ++i) {
      pair.sender.speak();
      pair.world.run_for(milliseconds(20));
    }
  };
  speak(10);
  const ByteVector frame{0xF8, 0xFF, 0xFE};
  pair.world.apply(SetTrackMuted{kRoom, kVoice, true, frame});
  speak(100);  // what a muted microphone still sends
  pair.world.apply(SetTrackMuted{kRoom, kVoice, false});
  speak(10);
  // Muted and opened again within the second.
  pair.world.apply(SetTrackMuted{kRoom, kVoice, true, frame});
  speak(5);
  pair.world.apply(SetTrackMuted{kRoom, kVoice, false});
  speak(10);
  pair.world.run_for(seconds(2));

  const auto packets = packets_of(pair.bob, 0x1001);
  ASSERT_GE(packets.size(), 83U);
  ASSERT_LE(packets.size(), 86U);
  std::string heard;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    EXPECT_EQ(packets[i].sequence(), packets[0].sequence() + i) << "one stream without a gap";
    EXPECT_EQ(packets[i].payload_type(), 109);
    const bool silent = packets[i].payload().size() == frame.size();
    const char kind = silent ? 's' : 'v';
    if (heard.empty() || heard.back() != kind) heard.push_back(kind);
    if (i == 0) continue;
    const std::uint32_t step = packets[i].timestamp() - packets[i - 1].timestamp();
    EXPECT_GT(step, 0U);
    EXPECT_LT(step, 48'000U * 2) << "and its clock never leaps";
  }
  EXPECT_EQ(heard, "vsvsv");
  const auto silent_frames = std::count_if(packets.begin(), packets.end(), [&](const auto& packet) {
    return packet.payload().size() == frame.size();
  });
  EXPECT_GE(silent_frames, 53);
  EXPECT_LE(silent_frames, 56);

  // A lost frame of silence is not sent again: nothing keeps it, and no other packet passes for it.
  const std::size_t before = pair.bob.rtp.size();
  std::array<std::uint8_t, 64> bytes{};
  ByteWriter out{bytes};
  const std::array<rtc::rtp::SeqNo, 1> lost{rtc::rtp::SeqNo{packets[20].sequence()}};
  ASSERT_TRUE(rtc::rtcp::write_receiver_report(out, 9, {}));
  ASSERT_TRUE(rtc::rtcp::write_nack(out, 9, 0x1001, lost));
  pair.world.send_rtcp(pair.bob, out.written());
  pair.world.run_for(milliseconds(200));
  EXPECT_EQ(pair.bob.rtp.size(), before);
}

TEST(SfuSim, AnotherTrackMayTakeAStreamOver) {
  Pair pair;
  ReceiverConfig second = picture();
  second.track = TrackId{77};
  second.mid = "2";
  second.ssrcs = {{.ssrc = 900}};
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {picture(), second}});
  pair.world.apply(subscribe(pair.bob, 1, kPicture));
  pair.sender.show(true, 3);
  pair.world.run_for(milliseconds(50));
  const std::uint16_t old = packets_of(pair.bob, 0x1001).back().sequence();
  pair.world.apply(SetSource{kRoom, SubscriptionId{1}, second.track});
  pair.sender.show(false, 1);  // the first one's, for nobody
  for (std::uint16_t i = 1; i <= 3; ++i) {
    pair.world.send_rtp(pair.alice,
                        {.ssrc = 900, .timestamp = 1, .sequence = i, .payload_type = 96}, {},
                        testing::vp8_payload(true, i == 1, 7, 1, 0, 100));
  }
  pair.world.run_for(milliseconds(50));
  const auto packets = packets_of(pair.bob, 0x1001);
  ASSERT_EQ(packets.size(), 6U);
  for (std::size_t i = 0; i < packets.size(); ++i)
    EXPECT_EQ(packets[i].sequence(), packets[0].sequence() + i);

  // What the first one sent is in no history of the second's.
  std::array<std::uint8_t, 64> bytes{};
  ByteWriter out{bytes};
  const std::array<rtc::rtp::SeqNo, 1> lost{rtc::rtp::SeqNo{old}};
  ASSERT_TRUE(rtc::rtcp::write_receiver_report(out, 9, {}));
  ASSERT_TRUE(rtc::rtcp::write_nack(out, 9, 0x1001, lost));
  pair.world.send_rtcp(pair.bob, out.written());
  pair.world.run_for(milliseconds(50));
  EXPECT_TRUE(packets_of(pair.bob, 0x2001).empty());
}

TEST(SfuSim, NobodyWhoNeverHeardAVoiceGetsItsSilence) {
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {voice()}});
  pair.world.apply(subscribe(pair.bob, 1, kVoice));
  pair.world.apply(SetTrackMuted{kRoom, kVoice, true, ByteVector{0xF8, 0xFF, 0xFE}});
  pair.world.run_for(seconds(2));
  EXPECT_TRUE(pair.bob.rtp.empty());
}

TEST(SfuSim, AnSsrcThatNamesNoSectionIsDropped) {  // covers M11
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {voice(), picture({"q", "h"})}});
  const std::array<std::uint8_t, 1> mid{'9'};
  const std::array<rtc::rtp::ExtensionElement, 1> extensions{{{4, mid}}};
  pair.world.send_rtp(pair.alice, {.ssrc = 4711, .sequence = 1, .payload_type = kOpus}, extensions,
                      ByteVector(50, 1));
  pair.sender.show(true, 1, "x", 600);
  pair.world.run_for(milliseconds(50));
  EXPECT_EQ(pair.world.drops()[DropReason::UnknownSsrc], 2U);
}

TEST(SfuSim, LeavingEndsWhatOnePublishesAndTakes) {
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {voice()}});
  pair.world.apply(subscribe(pair.bob, 1, kVoice));
  pair.sender.speak();
  pair.world.run_for(milliseconds(50));
  pair.world.apply(RemoveParticipant{kRoom, pair.alice.participant});
  pair.world.run_for(milliseconds(100));
  EXPECT_TRUE(pair.alice.disconnected);
  EXPECT_EQ(pair.world.room().transport_count(), 1U);
  pair.world.apply(RemoveParticipant{kRoom, pair.bob.participant});
  EXPECT_EQ(pair.world.room().transport_count(), 0U);
}

TEST(SfuSim, OnceTheReceiverKnowsTheStreamItsHeadersSayNoMoreThanTheyMust) {
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {picture()}});
  Subscribe command = subscribe(pair.bob, 1, kPicture);
  command.sender.extensions.map(5, Extension::TransportSequence);
  pair.world.apply(command);
  pair.sender.show(true);
  pair.world.run_for(milliseconds(50));
  const auto read = [&command](const rtc::rtp::RtpView& packet) {
    return rtc::rtp::read_extensions(packet, command.sender.extensions);
  };
  const auto first = packets_of(pair.bob, 0x1001);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(read(first[0]).mid, "5");

  std::array<std::uint8_t, 64> report{};
  ByteWriter out{report};
  const std::array<rtc::rtcp::ReportBlock, 1> block{{{.ssrc = 0x1001}}};
  ASSERT_TRUE(rtc::rtcp::write_receiver_report(out, 9, block));
  pair.world.send_rtcp(pair.bob, out.written());
  pair.world.run_for(milliseconds(50));
  pair.sender.show(false);
  pair.world.run_for(milliseconds(50));
  const auto packets = packets_of(pair.bob, 0x1001);
  ASSERT_EQ(packets.size(), 4U);
  for (std::size_t i = 1; i < packets.size(); ++i) {
    EXPECT_EQ(packets[i].payload_type(), 100);
    EXPECT_EQ(packets[i].sequence(), static_cast<std::uint16_t>(packets[i - 1].sequence() + 1));
    EXPECT_EQ(packets[i].marker(), i % 2 == 1);
    EXPECT_EQ(*read(packets[i]).transport_sequence, *read(packets[i - 1]).transport_sequence + 1);
    EXPECT_TRUE(read(packets[i]).abs_send_time.has_value());
  }
  EXPECT_TRUE(read(packets[3]).mid.empty());
  EXPECT_EQ(packets[3].header_size(), 12U + 4U + 8U);
  EXPECT_EQ(packets[3].timestamp(), packets[2].timestamp());
  EXPECT_NE(packets[3].timestamp(), packets[0].timestamp());
}

TEST(SfuSim, ForwardingTakesNothingFromTheHeap) {
  Pair pair;
  std::vector<SfuWorld::Client*> audience;
  for (int i = 0; i < 20; ++i) audience.push_back(&pair.world.join());
  pair.world.run_for(seconds(1));
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {voice(), picture()}});
  std::uint32_t next = 1;
  for (const auto* client : audience) {
    pair.world.apply(subscribe(*client, next++, kVoice));
    pair.world.apply(subscribe(*client, next++, kPicture));
  }
  pair.sender.speak();
  pair.sender.show(true, 8);
  pair.world.run_for(seconds(1));

  std::vector<ByteVector> datagrams;
  const std::array<std::uint8_t, 1> level{0x90};
  const std::array<rtc::rtp::ExtensionElement, 1> extensions{{{1, level}}};
  for (std::uint16_t i = 1; i <= 100; ++i) {
    datagrams.push_back(pair.world.protect_rtp(pair.alice,
                                               {.ssrc = 500,
                                                .timestamp = i * 960U,
                                                .sequence = static_cast<std::uint16_t>(30'001 + i),
                                                .payload_type = kOpus},
                                               extensions, ByteVector(80, 1)));
    const std::uint16_t seq = static_cast<std::uint16_t>(600 * 7 + 8 + i);
    datagrams.push_back(pair.world.protect_rtp(pair.alice,
                                               {.ssrc = 600,
                                                .timestamp = 9'000'000U + i * 3000U,
                                                .sequence = seq,
                                                .payload_type = kVp8,
                                                .marker = true},
                                               {}, vp8_payload(false, true, i, 1, 0, 900)));
  }
  const rtc::Path path{pair.world.server(), pair.alice.address};
  const std::uint64_t before = pair.world.fanout().forwarded();

  const testing::AllocationGuard guard;
  for (ByteVector& datagram : datagrams) {
    pair.world.room().handle_datagram(pair.world.now(), pair.alice.transport, path, datagram);
    while (!pair.world.fanout().flush(pair.world.now(), pair.world.outbox()))
      pair.world.outbox().clear();
    pair.world.outbox().clear();
  }
  EXPECT_EQ(guard.allocations(), 0U);
  EXPECT_EQ(pair.world.fanout().forwarded() - before, 200U * 20U);
}

TEST(SfuSim, ABurstIsOneMessageToTheKernelForEachSubscriber) {
  constexpr std::size_t kSubscribers = 20;
  Pair pair;
  std::vector<SfuWorld::Client*> audience;
  for (std::size_t i = 0; i < kSubscribers; ++i) audience.push_back(&pair.world.join());
  pair.world.run_for(seconds(1));
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {picture()}});
  std::uint32_t next = 1;
  for (const auto* client : audience) pair.world.apply(subscribe(*client, next++, kPicture));
  pair.sender.show(true, 2);
  pair.world.run_for(seconds(1));

  const rtc::Path path{pair.world.server(), pair.alice.address};
  std::vector<ByteVector> burst;  // borrowed until the flush
  for (std::uint16_t i = 1; i <= 8; ++i) {
    burst.push_back(pair.world.protect_rtp(pair.alice,
                                           {.ssrc = 600,
                                            .timestamp = 9'000'000U,
                                            .sequence = static_cast<std::uint16_t>(600 * 7 + 2 + i),
                                            .payload_type = kVp8,
                                            .marker = i == 8},
                                           {}, vp8_payload(false, i == 1, 1, 1, 0, 900)));
  }
  for (ByteVector& datagram : burst) {
    pair.world.room().handle_datagram(pair.world.now(), pair.alice.transport, path, datagram);
  }
  ASSERT_TRUE(pair.world.fanout().flush(pair.world.now(), pair.world.outbox()));
  EXPECT_EQ(pair.world.outbox().datagrams().size(), 8 * kSubscribers);
  EXPECT_EQ(pair.world.outbox().runs().size(), kSubscribers);
  pair.world.outbox().clear();
}

TEST(SfuSim, APictureSaysHowLongToHoldItUntilItsReceiverKnows) {
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {picture()}});
  Subscribe command = subscribe(pair.bob, 1, kPicture);
  command.sender.extensions.map(5, Extension::PlayoutDelay);
  command.sender.playout = {.min_ms = 200, .max_ms = 2'000};
  pair.world.apply(command);
  const auto show = [&pair](std::size_t frames) {
    for (std::size_t i = 0; i < frames; ++i) {
      pair.sender.show(i == 0);
      pair.world.run_for(milliseconds(40));
    }
  };
  const auto said = [&](std::size_t from) {
    std::size_t count = 0;
    const auto packets = packets_of(pair.bob, 0x1001);
    for (std::size_t i = from; i < packets.size(); ++i) {
      const auto values = rtc::rtp::read_extensions(packets[i], command.sender.extensions);
      if (values.playout_delay.empty()) continue;
      EXPECT_EQ(load_be24(values.playout_delay.data()), 20U << 12 | 200U);
      ++count;
    }
    return count;
  };
  show(10);
  ASSERT_EQ(packets_of(pair.bob, 0x1001).size(), 20U);
  EXPECT_EQ(said(0), 20U);

  std::array<std::uint8_t, 64> report{};
  ByteWriter out{report};
  const auto newest = packets_of(pair.bob, 0x1001).back().sequence();
  const std::array<rtc::rtcp::ReportBlock, 1> block{{{.ssrc = 0x1001, .highest_sequence = newest}}};
  ASSERT_TRUE(rtc::rtcp::write_receiver_report(out, 9, block));
  pair.world.send_rtcp(pair.bob, out.written());
  pair.world.run_for(milliseconds(50));
  show(10);
  ASSERT_EQ(packets_of(pair.bob, 0x1001).size(), 40U);
  EXPECT_EQ(said(20), 0U);
}

TEST(SfuSim, PlainOpusStaysPlainForWhoTakesRedToo) {
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {voice()}});
  Subscribe command = subscribe(pair.bob, 1, kVoice);
  CodecConfig red = opus(63);
  red.name = "red";
  command.sender.codecs.insert(command.sender.codecs.begin(), red);
  pair.world.apply(command);
  for (int i = 0; i < 10; ++i) {
    pair.sender.speak();
    pair.world.run_for(milliseconds(20));
  }
  const auto packets = packets_of(pair.bob, 0x1001);
  ASSERT_EQ(packets.size(), 10U);
  for (const auto& packet : packets) {
    EXPECT_EQ(packet.payload_type(), 109);
    EXPECT_EQ(packet.payload().size(), 80U);
  }
}

TEST(SfuSim, ASilenceOfDtxIsNoLossAndTheVoiceGoesOnInItsTime) {
  Pair pair;
  pair.world.apply(SetReceivers{kRoom, pair.alice.transport, {voice()}});
  pair.world.apply(subscribe(pair.bob, 1, kVoice));
  const std::array<std::uint8_t, 1> mid{'0'};
  const std::array<rtc::rtp::ExtensionElement, 1> extensions{{{4, mid}}};
  std::uint32_t timestamp = 5'000;
  for (std::uint16_t n = 1; n <= 40; ++n) {
    // RFC 7587 §3.1.3: numbers go on, the clock jumps, a frame of comfort noise every 400 ms.
    const bool silent = n > 10 && n <= 30;
    const ByteVector payload(silent ? 2U : 80U, 0x11);
    pair.world.send_rtp(pair.alice,
                        {.ssrc = 500,
                         .timestamp = timestamp,
                         .sequence = n,
                         .payload_type = kOpus,
                         .marker = n == 31},
                        extensions, payload);
    pair.world.run_for(milliseconds(silent ? 400 : 20));
    timestamp += silent ? 19'200U : 960U;
  }
  const auto packets = packets_of(pair.bob, 0x1001);
  ASSERT_EQ(packets.size(), 40U);
  for (std::size_t i = 1; i < packets.size(); ++i) {
    EXPECT_EQ(packets[i].sequence(), static_cast<std::uint16_t>(packets[i - 1].sequence() + 1));
    const bool was_silent = i > 10 && i <= 30;
    EXPECT_EQ(packets[i].timestamp() - packets[i - 1].timestamp(), was_silent ? 19'200U : 960U);
  }
  EXPECT_TRUE(packets[30].marker());
  EXPECT_EQ(count_rtcp<rtc::rtcp::Nack>(pair.alice), 0U);
}

}  // namespace
}  // namespace vv::sfu
