#include "sfu/negotiation/answerer.hpp"

#include <gmock/gmock.h>

#include "sfu/negotiation/media_policy.hpp"

namespace vv::sfu::negotiation {
namespace {

namespace sdp = rtc::sdp;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kFingerprint =
    "CF:2F:49:28:71:F2:89:06:B5:0B:FB:19:45:13:16:63:E5:A0:16:10:DC:0F:95:7D:1C:06:04:BE:AB:69:53:"
    "9A";
constexpr const char* kMidUri = "urn:ietf:params:rtp-hdrext:sdes:mid";
constexpr const char* kOrientationUri = "urn:3gpp:video-orientation";

sdp::Codec codec(std::uint8_t pt, std::string name, std::uint32_t clock, std::string fmtp,
                 std::vector<std::string> feedback = {}) {
  sdp::Codec codec;
  codec.payload_type = pt;
  codec.name = std::move(name);
  codec.clock_rate = clock;
  codec.channels = codec.name == "opus" || codec.name == "red" ? 2 : 1;
  codec.fmtp = std::move(fmtp);
  codec.feedback = std::move(feedback);
  return codec;
}

/// A client in the manner of rtc-node: a pool of receive-only sections, data last.
struct Client {
  sdp::SessionDescription offer;

  Client() {
    for (int i = 0; i < 3; ++i) add(sdp::MediaKind::Audio, sdp::Direction::RecvOnly);
    for (int i = 0; i < 3; ++i) add(sdp::MediaKind::Video, sdp::Direction::RecvOnly);
    sdp::Section& data = add(sdp::MediaKind::Application, sdp::Direction::SendRecv);
    data.protocol = "UDP/DTLS/SCTP";
    data.formats = {"webrtc-datachannel"};
    data.codecs.clear();
    data.sctp_port = 5000;
    data.max_message_size = 262'144;
  }

  sdp::Section& add(sdp::MediaKind kind, sdp::Direction direction) {
    sdp::Section& section = offer.sections.emplace_back();
    section.kind = kind;
    section.media = kind == sdp::MediaKind::Audio   ? "audio"
                    : kind == sdp::MediaKind::Video ? "video"
                                                    : "application";
    section.mid = std::to_string(offer.sections.size() - 1);
    section.direction = direction;
    section.rtcp_mux = true;
    section.setup = sdp::Setup::ActPass;
    section.ice = sdp::IceParameters{.ufrag = "D0R7", .pwd = "ypNLjv5vgxYRm9IqDZHkXPue"};
    section.fingerprint = sdp::Fingerprint{.algorithm = "sha-256", .value = kFingerprint};
    if (kind == sdp::MediaKind::Audio) {
      section.codecs = {codec(111, "opus", 48'000, "minptime=10;useinbandfec=1", {"transport-cc"}),
                        codec(63, "red", 48'000, "111/111"), codec(9, "G722", 8'000, "")};
    } else {
      section.codecs = {
          codec(96, "VP8", 90'000, "", {"goog-remb", "nack", "nack pli", "nack rpsi"}),
          codec(97, "rtx", 90'000, "apt=96"),
          codec(103, "H264", 90'000, "packetization-mode=1;profile-level-id=42001f"),
          codec(119, "red", 90'000, ""),
          codec(120, "rtx", 90'000, "apt=119"),
          codec(121, "ulpfec", 90'000, "")};
    }
    section.extensions = {{.id = 4, .direction = std::nullopt, .uri = kMidUri},
                          {.id = 13, .direction = std::nullopt, .uri = kOrientationUri}};
    return section;
  }
  sdp::Section& publish(sdp::MediaKind kind, std::string cid) {
    sdp::Section& section = add(kind, sdp::Direction::SendOnly);
    section.msids = {{.stream = "stream", .track = std::move(cid)}};
    return section;
  }
  std::string text() {
    offer.bundle.clear();
    for (const sdp::Section& section : offer.sections) offer.bundle.push_back(section.mid);
    return sdp::serialise(offer);
  }
};

class AnswererTest : public testing::Test {
 protected:
  sdp::SessionDescription negotiate() {
    const auto outcome = answerer.set_offer(client.text());
    EXPECT_TRUE(outcome) << outcome.error().message;
    last = answerer.answer();
    const auto parsed = sdp::parse(last.sdp);
    EXPECT_TRUE(parsed) << parsed.error().message;
    return *parsed;
  }
  static SenderSpec sender(std::uint32_t number, MediaKind kind) {
    const std::string sid = "TR_" + std::to_string(number);
    return {.subscription = SubscriptionId{number},
            .kind = kind,
            .stream_id = "PA_x|" + sid,
            .track_sid = sid};
  }

  SeededRandom random{7};
  Client client;
  Answerer answerer{{.ice = {.ufrag = "ours", .password = "apasswordof24charactersxx"},
                     .fingerprint = rtc::Fingerprint(rtc::HashFunction::Sha256, ByteVector(32, 9)),
                     .candidates = {}},
                    random};
  Answer last;
};

TEST_F(AnswererTest, PoolIsAnsweredInactiveAndDataIsTaken) {
  const auto answer = negotiate();
  ASSERT_EQ(answer.sections.size(), 7U);
  EXPECT_TRUE(answer.ice_lite);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(answer.sections[i].direction, sdp::Direction::Inactive);
    EXPECT_EQ(answer.sections[i].mid, std::to_string(i));
    EXPECT_FALSE(answer.sections[i].is_rejected());
  }
  EXPECT_EQ(answer.sections[6].kind, sdp::MediaKind::Application);
  EXPECT_EQ(answer.sections[6].sctp_port, 5000);
  EXPECT_EQ(answer.sections[0].setup, sdp::Setup::Passive);
  EXPECT_THAT(last.mid_to_track, IsEmpty());
}

TEST_F(AnswererTest, OfferedPayloadTypesAreKeptAndUnknownCodecsLeft) {
  const auto answer = negotiate();
  ASSERT_EQ(answer.sections[0].codecs.size(), 2U);
  EXPECT_EQ(answer.sections[0].codecs[0].payload_type, 111);
  EXPECT_EQ(answer.sections[0].codecs[1].payload_type, 63);        // RED, of Opus
  EXPECT_TRUE(answer.sections[0].codecs[0].has_feedback("nack"));  // D-30: though not offered
  EXPECT_FALSE(answer.sections[0].codecs[0].has_feedback("transport-cc"));
  std::vector<int> video;
  for (const sdp::Codec& taken : answer.sections[3].codecs) video.push_back(taken.payload_type);
  EXPECT_THAT(video, ElementsAre(96, 97, 103));
  EXPECT_FALSE(answer.sections[3].codecs[0].has_feedback("nack rpsi"));
  EXPECT_TRUE(answer.sections[3].codecs[0].has_feedback("nack pli"));
  EXPECT_EQ(answer.sections[3].extension_id(kOrientationUri), 0);
  EXPECT_EQ(answer.sections[3].extension_id(kMidUri), 4);
}

TEST_F(AnswererTest, PoolAgreesOnWhatPublishingWillNeed) {
  constexpr const char* kRidUri = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
  for (sdp::Section& section : client.offer.sections) {
    section.extensions.push_back({.id = 10, .direction = std::nullopt, .uri = kRidUri});
  }
  EXPECT_EQ(negotiate().sections[3].extension_id(kRidUri), 10);
}

TEST_F(AnswererTest, SenderWantedBeforeTheFirstOfferIsInItsAnswer) {
  answerer.add_sender(sender(1, MediaKind::Video));
  EXPECT_EQ(answerer.take_requirement(), std::nullopt);
  const auto answer = negotiate();
  EXPECT_EQ(answer.sections[3].direction, sdp::Direction::SendOnly);
  ASSERT_EQ(answer.sections[3].msids.size(), 1U);
  EXPECT_EQ(answer.sections[3].msids[0].stream, "PA_x|TR_1");
  EXPECT_EQ(last.mid_to_track.at("3"), "TR_1");
  ASSERT_EQ(last.bound.size(), 1U);
  const SenderConfig& config = last.bound[0].config;
  EXPECT_EQ(config.mid, "3");
  EXPECT_EQ(config.cname, "PA_x|TR_1");
  ASSERT_FALSE(config.codecs.empty());
  EXPECT_EQ(config.codecs[0].rtx_payload_type, 97);
  EXPECT_EQ(answer.sections[3].rtx_ssrc_of(config.ssrc), config.rtx_ssrc);
  EXPECT_EQ(answerer.take_requirement(), std::nullopt);
}

TEST_F(AnswererTest, SenderOnAFreeSectionAsksForAnOfferWithoutNewSections) {
  negotiate();
  answerer.add_sender(sender(1, MediaKind::Audio));
  EXPECT_EQ(answerer.take_requirement(), (Requirement{0, 0}));
  EXPECT_EQ(answerer.take_requirement(), std::nullopt);
  negotiate();
  EXPECT_EQ(last.mid_to_track.at("0"), "TR_1");
}

TEST_F(AnswererTest, MissingSectionsAreAskedForOnceAndAgainWhenStillMissing) {
  negotiate();
  for (std::uint32_t i = 1; i <= 5; ++i) answerer.add_sender(sender(i, MediaKind::Video));
  EXPECT_EQ(answerer.take_requirement(), (Requirement{0, 2}));
  EXPECT_EQ(answerer.take_requirement(), std::nullopt);
  client.add(sdp::MediaKind::Video, sdp::Direction::RecvOnly);  // one fewer than asked (S-37b)
  negotiate();
  EXPECT_EQ(last.mid_to_track.size(), 4U);
  EXPECT_EQ(answerer.take_requirement(), (Requirement{0, 1}));
}

TEST_F(AnswererTest, SectionOfAGoneTrackTurnsInactiveAndIsUsedAgain) {
  answerer.add_sender(sender(1, MediaKind::Video));
  negotiate();
  answerer.remove_sender(SubscriptionId{1});
  EXPECT_EQ(answerer.take_requirement(), (Requirement{0, 0}));
  EXPECT_EQ(negotiate().sections[3].direction, sdp::Direction::Inactive);
  answerer.add_sender(sender(2, MediaKind::Video));
  const auto answer = negotiate();
  EXPECT_EQ(answer.sections[3].msids[0].track, "TR_2");
  EXPECT_EQ(last.mid_to_track.at("3"), "TR_2");
}

TEST_F(AnswererTest, SenderWhoseSectionWasClosedComesBackUnderOtherNumbers) {
  answerer.add_sender(sender(1, MediaKind::Video));
  const auto ssrc_in = [](const sdp::SessionDescription& answer) {
    for (const sdp::Section& section : answer.sections)
      if (!section.ssrcs.empty()) return section.ssrcs.front().ssrc;
    return 0U;
  };
  const std::uint32_t first = ssrc_in(negotiate());
  EXPECT_NE(first, 0U);
  client.offer.sections[3].direction = sdp::Direction::Inactive;
  const std::uint32_t again = ssrc_in(negotiate());  // on another section
  EXPECT_NE(again, 0U);
  EXPECT_NE(again, first);
}

TEST_F(AnswererTest, BoundSendersAreToldOnce) {
  answerer.add_sender(sender(1, MediaKind::Audio));
  negotiate();
  EXPECT_EQ(last.bound.size(), 1U);
  negotiate();
  EXPECT_THAT(last.bound, IsEmpty());
  EXPECT_EQ(last.mid_to_track.size(), 1U);
}

TEST_F(AnswererTest, PublishedSimulcastIsReceivedRidByRid) {
  sdp::Section& section = client.publish(sdp::MediaKind::Video, "cid-1");
  section.rids = {{.id = "f", .direction = sdp::RidDirection::Send, .restrictions = {}},
                  {.id = "h", .direction = sdp::RidDirection::Send, .restrictions = {}},
                  {.id = "q", .direction = sdp::RidDirection::Send, .restrictions = {}}};
  section.simulcast =
      sdp::Simulcast{.send = {{{"f", false}}, {{"h", true}}, {{"q", false}}}, .recv = {}};
  const std::string mid = section.mid;
  ASSERT_TRUE(answerer.set_offer(client.text()));
  const auto unmatched = answerer.unmatched();
  ASSERT_EQ(unmatched.size(), 1U);
  EXPECT_EQ(unmatched[0].cid, "cid-1");
  answerer.bind_track(mid, TrackId{5}, {});
  EXPECT_THAT(answerer.unmatched(), IsEmpty());

  const auto answer = sdp::parse(answerer.answer().sdp);
  const sdp::Section* ours = answer->section(mid);
  EXPECT_EQ(ours->direction, sdp::Direction::RecvOnly);
  ASSERT_TRUE(ours->simulcast);
  EXPECT_EQ(ours->simulcast->recv.size(), 3U);
  EXPECT_FALSE(ours->simulcast->recv[1][0].paused);

  const auto receivers = answerer.receivers();
  ASSERT_EQ(receivers.size(), 1U);
  EXPECT_EQ(receivers[0].track, TrackId{5});
  EXPECT_THAT(receivers[0].rids, ElementsAre("q", "h", "f"));
}

TEST_F(AnswererTest, SectionThatStopsSendingEndsItsTrackAndIsNoFreeOne) {
  const std::string mid = client.publish(sdp::MediaKind::Audio, "cid").mid;
  ASSERT_TRUE(answerer.set_offer(client.text()));
  answerer.bind_track(mid, TrackId{5}, {});
  (void)answerer.answer();
  client.offer.sections.back().direction = sdp::Direction::RecvOnly;
  const auto outcome = answerer.set_offer(client.text());
  ASSERT_TRUE(outcome);
  EXPECT_THAT(outcome->ended, ElementsAre(TrackId{5}));
  EXPECT_THAT(answerer.receivers(), IsEmpty());
  for (std::uint32_t i = 1; i <= 4; ++i) answerer.add_sender(sender(i, MediaKind::Audio));
  EXPECT_EQ(answerer.take_requirement(), (Requirement{1, 0}));
}

TEST_F(AnswererTest, ChosenCodecLeads) {
  const std::string mid = client.publish(sdp::MediaKind::Video, "cid").mid;
  ASSERT_TRUE(answerer.set_offer(client.text()));
  answerer.bind_track(mid, TrackId{5}, {.codec = "h264", .dtx = true, .stereo = false});
  const auto answer = sdp::parse(answerer.answer().sdp);
  EXPECT_EQ(answer->section(mid)->codecs.front().payload_type, 103);
}

TEST_F(AnswererTest, AReceiverIsToldOfTwoChannels) {  // D-33
  SenderSpec spec = sender(1, MediaKind::Audio);
  spec.stereo = true;
  answerer.add_sender(spec);
  answerer.add_sender(sender(2, MediaKind::Audio));
  std::vector<std::string> told;
  for (const sdp::Section& section : negotiate().sections) {
    if (!section.msids.empty()) told.emplace_back(section.codecs.front().parameter("sprop-stereo"));
  }
  EXPECT_THAT(told, testing::ElementsAre("1", ""));
}

TEST_F(AnswererTest, ChangedCredentialsAreAnIceRestart) {
  negotiate();
  for (sdp::Section& section : client.offer.sections) section.ice->ufrag = "NEWU";
  const auto outcome = answerer.set_offer(client.text());
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->ice_restarted);
  EXPECT_EQ(outcome->remote.ice.ufrag, "NEWU");
}

// covers M7
TEST_F(AnswererTest, FingerprintNeverChanges) {
  negotiate();
  std::string other = kFingerprint;
  other[0] = 'A';
  for (sdp::Section& section : client.offer.sections) section.fingerprint->value = other;
  EXPECT_FALSE(answerer.set_offer(client.text()));
}

TEST_F(AnswererTest, SectionsKeepTheirPlaces) {
  negotiate();
  std::swap(client.offer.sections[0], client.offer.sections[3]);
  EXPECT_FALSE(answerer.set_offer(client.text()));
  std::swap(client.offer.sections[0], client.offer.sections[3]);
  client.offer.sections.pop_back();
  EXPECT_FALSE(answerer.set_offer(client.text()));
}

TEST_F(AnswererTest, DisagreeingTransportsAreRefused) {
  client.offer.sections[2].ice->ufrag = "other";
  EXPECT_FALSE(answerer.set_offer(client.text()));
}

TEST(MediaPolicy, H264ProfilesAreSpelledOneWay) {
  sdp::Codec baseline = codec(1, "H264", 90'000, "packetization-mode=1;profile-level-id=42e01f");
  sdp::Codec other = codec(2, "H264", 90'000, "profile-level-id=42C016;packetization-mode=1");
  const auto configs = codec_configs({baseline, other});
  EXPECT_EQ(configs[0].format, configs[1].format);
}

constexpr const char* kPlayoutUri = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";

TEST_F(AnswererTest, APlayoutDelayIsAgreedOnWhereOneIsAskedForAndNowhereElse) {
  for (sdp::Section& section : client.offer.sections) {
    section.extensions.push_back({.id = 5, .direction = std::nullopt, .uri = kPlayoutUri});
  }
  client.publish(sdp::MediaKind::Video, "camera");
  answerer.add_sender(sender(1, MediaKind::Video));
  SenderSpec slow = sender(2, MediaKind::Video);
  slow.playout = {.min_ms = 200, .max_ms = 2'000};
  answerer.add_sender(slow);
  const auto answer = negotiate();
  for (const sdp::Section& section : answer.sections) {
    if (section.mid == "4") continue;
    EXPECT_EQ(section.extension_id(kPlayoutUri), 0) << section.mid;
  }
  EXPECT_EQ(answer.sections[4].extension_id(kPlayoutUri), 5);
  ASSERT_EQ(last.bound.size(), 2U);
  using rtc::rtp::Extension;
  EXPECT_EQ(last.bound[0].config.extensions.id_of(Extension::PlayoutDelay), 0);
  EXPECT_EQ(last.bound[1].config.extensions.id_of(Extension::PlayoutDelay), 5);
  EXPECT_EQ(last.bound[1].config.playout, slow.playout);
}

TEST_F(AnswererTest, HowOpusIsSpokenTravels) {
  // The publisher is told what the track asks for, beside what it offered itself; who listens takes
  // what it offered: our server opens no Opus, so stereo, DTX and FEC need nothing but these words.
  client.publish(sdp::MediaKind::Audio, "music");
  sdp::Section& speech = client.publish(sdp::MediaKind::Audio, "speech");
  speech.codecs[0].fmtp = "minptime=10;stereo=0;useinbandfec=1;usedtx=0";
  static_cast<void>(answerer.set_offer(client.text()));
  answerer.bind_track("7", TrackId{1}, {.codec = {}, .dtx = false, .stereo = true});
  answerer.bind_track("8", TrackId{2}, {.codec = {}, .dtx = true, .stereo = false});
  answerer.add_sender(sender(1, MediaKind::Audio));
  const auto answer = sdp::parse(answerer.answer().sdp);
  ASSERT_TRUE(answer);
  const sdp::Codec& music = answer->sections[7].codecs[0];
  EXPECT_EQ(music.parameter("stereo"), "1");
  EXPECT_EQ(music.parameter("usedtx"), "");
  EXPECT_EQ(music.parameter("useinbandfec"), "1");
  EXPECT_EQ(music.parameter("maxaveragebitrate"), "510000");
  const sdp::Codec& spoken = answer->sections[8].codecs[0];
  EXPECT_EQ(spoken.fmtp, "minptime=10;stereo=0;useinbandfec=1;usedtx=0");  // it said so itself
  const sdp::Codec& heard = answer->sections[0].codecs[0];
  EXPECT_EQ(heard.parameter("useinbandfec"), "1");
  EXPECT_EQ(heard.channels, 2);
}

}  // namespace
}  // namespace vv::sfu::negotiation
