#include "rtc/sdp/session_description.hpp"

#include <gtest/gtest.h>

#include "base/format.hpp"
#include "rtc/sdp/captures.hpp"

namespace vv::rtc::sdp {
namespace {

constexpr std::string_view kMid = "urn:ietf:params:rtp-hdrext:sdes:mid";

SessionDescription must_parse(std::string_view text) {
  auto parsed = parse(text);
  EXPECT_TRUE(parsed.has_value()) << (parsed.has_value() ? "" : parsed.error().message);
  return parsed.has_value() ? std::move(parsed).value() : SessionDescription{};
}

std::string with_lines(std::string_view lines) {
  return format(
      "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
      "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n{}\r\n",
      lines);
}

TEST(Sdp, ReadsTheSimulcastOfferOfChrome) {
  const SessionDescription offer = must_parse(kChromePublish);

  EXPECT_EQ(offer.bundle, (std::vector<std::string>{"0", "1", "2"}));
  EXPECT_TRUE(offer.extmap_allow_mixed);
  EXPECT_FALSE(offer.ice_lite);
  ASSERT_EQ(offer.sections.size(), 3U);

  const Section& audio = offer.sections[0];
  EXPECT_EQ(audio.kind, MediaKind::Audio);
  EXPECT_EQ(audio.mid, "0");
  EXPECT_EQ(audio.direction, Direction::SendOnly);
  EXPECT_EQ(audio.setup, Setup::ActPass);
  ASSERT_TRUE(audio.ice && audio.fingerprint);
  EXPECT_EQ(audio.ice->ufrag, "/DRI");
  EXPECT_EQ(audio.fingerprint->algorithm, "sha-256");
  EXPECT_TRUE(audio.rtcp_mux);
  ASSERT_EQ(audio.codecs.size(), 8U);
  EXPECT_TRUE(audio.codecs[0].is("OPUS"));
  EXPECT_EQ(audio.codecs[0].channels, 2);
  EXPECT_EQ(audio.codecs[0].parameter("useinbandfec"), "1");
  EXPECT_EQ(audio.codecs[1].fmtp, "111/111");
  ASSERT_EQ(audio.msids.size(), 1U);
  EXPECT_EQ(audio.msids[0].track, "396ef1b8-ce2d-4de7-89cf-205178857bd3");
  ASSERT_EQ(audio.ssrcs.size(), 1U);
  EXPECT_EQ(audio.ssrcs[0].cname, "TZLXPf5Rha8FsNPd");

  const Section& video = offer.sections[1];
  EXPECT_EQ(video.extension_id(kMid), 4);
  ASSERT_NE(video.codec(96), nullptr);
  EXPECT_TRUE(video.codec(96)->has_feedback("nack pli"));
  ASSERT_NE(video.rtx_of(96), nullptr);
  EXPECT_EQ(video.rtx_of(96)->payload_type, 97);
  ASSERT_EQ(video.rids.size(), 3U);
  EXPECT_EQ(video.rids[2].id, "f");
  ASSERT_TRUE(video.simulcast);
  ASSERT_EQ(video.simulcast->send.size(), 3U);
  EXPECT_EQ(video.simulcast->send[0][0].id, "q");
  EXPECT_TRUE(video.candidates[0].is_mdns());

  const Section& data = offer.sections[2];
  EXPECT_EQ(data.kind, MediaKind::Application);
  EXPECT_EQ(data.sctp_port, 5000);
  EXPECT_EQ(data.max_message_size, 262'144U);
  EXPECT_EQ(data.formats, std::vector<std::string>{"webrtc-datachannel"});
}

TEST(Sdp, ReadsThePoolThatLivekitClientOffers) {
  const SessionDescription offer = must_parse(kChromePool);

  ASSERT_EQ(offer.sections.size(), 7U);
  for (const Section& section : offer.sections) {
    if (section.kind == MediaKind::Application) continue;
    EXPECT_EQ(section.direction, Direction::RecvOnly);
    EXPECT_FALSE(section.is_rejected());
  }
}

TEST(Sdp, ReadsTheOfferOfFirefoxWhoseFingerprintStandsForTheSession) {
  const SessionDescription offer = must_parse(kFirefoxPublish);

  ASSERT_EQ(offer.sections.size(), 3U);
  for (const Section& section : offer.sections) {
    ASSERT_TRUE(section.fingerprint);
    EXPECT_TRUE(section.fingerprint->value.starts_with("85:81:D1"));
    EXPECT_TRUE(section.end_of_candidates);
  }
  const Section& video = offer.sections[1];
  EXPECT_EQ(video.direction, Direction::SendOnly);
  EXPECT_EQ(video.rtx_ssrc_of(329'621'750), 4'199'952'978U);
  EXPECT_EQ(video.extensions[6].direction, Direction::SendOnly);
  EXPECT_EQ(video.candidates[2].tcp_type, TcpType::Active);
}

TEST(Sdp, ReadsAnswersOfPionWithSessionLevelValuesAndWildcards) {
  const SessionDescription answer = must_parse(kPionAnswer);

  EXPECT_TRUE(answer.ice_lite);
  const Section& video = answer.sections[0];
  EXPECT_EQ(video.fingerprint->value.substr(0, 5), "0F:74");
  EXPECT_EQ(video.direction, Direction::RecvOnly);
  EXPECT_EQ(video.setup, Setup::Active);
  EXPECT_TRUE(video.codec(96)->has_feedback("transport-cc"));
  EXPECT_TRUE(video.codec(97)->has_feedback("transport-cc"));
  ASSERT_EQ(video.simulcast->recv.size(), 2U);
  EXPECT_TRUE(video.simulcast->recv[1][0].paused);
  ASSERT_EQ(video.candidates.size(), 3U);
  EXPECT_EQ(video.candidates[1].tcp_type, TcpType::Passive);
}

TEST(Sdp, WhatParsesSurvivesWritingAndParsingAgain) {
  for (const std::string_view text :
       {std::string_view{kChromePublish}, std::string_view{kChromePool},
        std::string_view{kFirefoxPublish}, std::string_view{kPionAnswer}}) {
    const SessionDescription once = must_parse(text);
    const SessionDescription twice = must_parse(serialise(once));
    EXPECT_EQ(once, twice);
    EXPECT_EQ(serialise(once), serialise(twice));
  }
}

TEST(Sdp, ReadsAlternativesAndPausedLayersOfASimulcastList) {
  const SessionDescription d =
      must_parse(with_lines("a=rid:a send pt=96;max-width=320\r\na=simulcast:send a,~b;~c recv d"));
  const Section& section = d.sections[0];
  EXPECT_EQ(section.rids[0].restrictions, "pt=96;max-width=320");
  ASSERT_TRUE(section.simulcast);
  ASSERT_EQ(section.simulcast->send.size(), 2U);
  EXPECT_EQ(section.simulcast->send[0], (SimulcastStream{{"a", false}, {"b", true}}));
  EXPECT_EQ(section.simulcast->send[1], (SimulcastStream{{"c", true}}));
  EXPECT_EQ(section.simulcast->recv[0], (SimulcastStream{{"d", false}}));
}

TEST(Sdp, IgnoresWhatItDoesNotKnow) {
  const SessionDescription d = must_parse(with_lines(
      "b=AS:500\r\na=rtcp-xr:rcvr-rtt=all\r\na=candidate:1 1 quic 1 192.0.2.1 9 typ host\r\n"
      "a=rtpmap:99 H266/90000\r\na=ssrc:5 mslabel:x"));
  EXPECT_TRUE(d.sections[0].candidates.empty());
  EXPECT_EQ(d.sections[0].codecs.size(), 2U);
}

// covers M11
TEST(Sdp, RefusesWhatBreaksTheGrammarWhereItMatters) {
  for (const std::string_view bad : {"a=mid:seventeen-letters",
                                     "a=mid:",
                                     "a=rid:q sideways",
                                     "a=rid:a-rid-that-is-longer-than-thirty-two send",
                                     "a=setup:perhaps",
                                     "a=extmap:0 urn:x",
                                     "a=extmap:256 urn:x",
                                     "a=fingerprint:sha-256 12:3",
                                     "a=fingerprint:sha-256 12:GG",
                                     "a=ice-ufrag:abc",
                                     "a=ice-pwd:too-short",
                                     "a=ssrc:x cname:y",
                                     "a=rtpmap:96 VP8",
                                     "m=audio 9 UDP/TLS/RTP/SAVPF 128",
                                     "m=audio 9 UDP/TLS/RTP/SAVPF",
                                     "m=audio 65536 RTP/AVP 0",
                                     "a=mid:x\r\nm=audio 9 RTP/AVP 0\r\na=mid:x",
                                     "a=sctp-port:65536",
                                     "nonsense",
                                     "a=tool:\x01"}) {
    EXPECT_FALSE(parse(with_lines(bad)).has_value()) << bad;
  }
  EXPECT_FALSE(parse("").has_value());
  EXPECT_FALSE(parse("o=- 1 1 IN IP4 0.0.0.0\r\n").has_value());
}

TEST(Sdp, HoldsItsLimitsAndRefusesOnePastThem) {
  std::string sections;
  for (std::size_t i = 1; i < kMaxSections; ++i) sections += "m=audio 9 RTP/AVP 0\r\n";
  EXPECT_TRUE(parse(with_lines(sections)).has_value());
  EXPECT_FALSE(parse(with_lines(sections + "m=audio 9 RTP/AVP 0")).has_value());

  std::string lines;
  for (std::size_t i = 5; i < kMaxLines; ++i) lines += "a=x\r\n";
  EXPECT_TRUE(parse(with_lines(lines)).has_value());
  EXPECT_FALSE(parse(with_lines(lines + "a=x")).has_value());

  const std::string base = with_lines("");
  EXPECT_TRUE(parse(base + "a=" + std::string(kMaxBytes - base.size() - 2, 'x')).has_value());
  EXPECT_FALSE(parse(base + "a=" + std::string(kMaxBytes - base.size() - 1, 'x')).has_value());

  std::string candidates;
  for (std::size_t i = 0; i <= kMaxCandidates; ++i) {
    candidates += "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n";
  }
  EXPECT_EQ(must_parse(with_lines(candidates)).sections[0].candidates.size(), kMaxCandidates);
}

}  // namespace
}  // namespace vv::rtc::sdp
