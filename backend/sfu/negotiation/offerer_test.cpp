#include "sfu/negotiation/offerer.hpp"

#include <gmock/gmock.h>

namespace vv::sfu::negotiation {
namespace {

namespace sdp = rtc::sdp;
using testing::IsEmpty;

constexpr const char* kFingerprint =
    "CF:2F:49:28:71:F2:89:06:B5:0B:FB:19:45:13:16:63:E5:A0:16:10:DC:0F:95:7D:1C:06:04:BE:AB:69:53:"
    "9A";

/// Answers like a browser: everything that is sent is received.
std::string answer_to(const std::string& text, bool reject_media = false) {
  sdp::SessionDescription answer = *sdp::parse(text);
  answer.ice_lite = false;
  for (sdp::Section& section : answer.sections) {
    section.setup = sdp::Setup::Active;
    section.ice = sdp::IceParameters{.ufrag = "them", .pwd = "theirpasswordof24characte"};
    section.fingerprint = sdp::Fingerprint{.algorithm = "sha-256", .value = kFingerprint};
    section.candidates.clear();
    if (section.kind == sdp::MediaKind::Application) continue;
    if (reject_media) section.port = 0;
    section.direction = sdp::reversed(section.direction);
    section.msids.clear();
    section.ssrcs.clear();
    section.ssrc_groups.clear();
  }
  return sdp::serialise(answer);
}

SenderSpec sender(std::uint32_t number, MediaKind kind) {
  const std::string sid = "TR_" + std::to_string(number);
  return {.subscription = SubscriptionId{number},
          .kind = kind,
          .stream_id = "PA_x|" + sid,
          .track_sid = sid};
}

class OffererTest : public testing::Test {
 protected:
  SeededRandom random{7};
  Offerer offerer{{.ice = {.ufrag = "ours", .password = "apasswordof24charactersxx"},
                   .fingerprint = rtc::Fingerprint(rtc::HashFunction::Sha256, ByteVector(32, 9)),
                   .candidates = {}},
                  random};
};

TEST_F(OffererTest, FirstOfferHasADataSectionEvenWithoutTracks) {
  EXPECT_TRUE(offerer.wants_offer());
  const auto offer = sdp::parse(offerer.offer());
  ASSERT_TRUE(offer) << offer.error().message;
  ASSERT_EQ(offer->sections.size(), 1U);
  EXPECT_EQ(offer->sections[0].kind, sdp::MediaKind::Application);
  EXPECT_EQ(offer->sections[0].setup, sdp::Setup::ActPass);
  EXPECT_FALSE(offerer.wants_offer());
}

TEST_F(OffererTest, SenderIsBoundByTheAnswer) {
  offerer.add_sender(sender(1, MediaKind::Video));
  const std::string offer = offerer.offer();
  EXPECT_EQ(offerer.mid_to_track().at("1"), "TR_1");
  const auto outcome = offerer.set_answer(answer_to(offer));
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_TRUE(outcome->is_first);
  EXPECT_EQ(outcome->remote.role, rtc::DtlsRole::Server);
  ASSERT_EQ(outcome->bound.size(), 1U);
  EXPECT_EQ(outcome->bound[0].config.codecs.front().name, "vp8");
  EXPECT_NE(outcome->bound[0].config.rtx_ssrc, 0U);
}

TEST_F(OffererTest, ChangesWhileAnOfferIsOutWaitForItsAnswer) {
  const std::string first = offerer.offer();
  offerer.add_sender(sender(1, MediaKind::Audio));
  EXPECT_FALSE(offerer.wants_offer());
  const auto outcome = offerer.set_answer(answer_to(first));
  ASSERT_TRUE(outcome);
  EXPECT_THAT(outcome->bound, IsEmpty());
  EXPECT_TRUE(offerer.wants_offer());
}

TEST_F(OffererTest, SectionOfAGoneTrackIsUsedAgainForTheSameKind) {
  offerer.add_sender(sender(1, MediaKind::Video));
  ASSERT_TRUE(offerer.set_answer(answer_to(offerer.offer())));
  offerer.remove_sender(SubscriptionId{1});
  const std::string without = offerer.offer();
  EXPECT_EQ(sdp::parse(without)->sections[1].direction, sdp::Direction::Inactive);
  ASSERT_TRUE(offerer.set_answer(answer_to(without)));
  offerer.add_sender(sender(2, MediaKind::Audio));
  offerer.add_sender(sender(3, MediaKind::Video));
  const auto offer = sdp::parse(offerer.offer());
  ASSERT_EQ(offer->sections.size(), 3U);
  EXPECT_EQ(offer->sections[1].msids[0].track, "TR_3");
}

TEST_F(OffererTest, RejectedSectionsAreReported) {
  offerer.add_sender(sender(1, MediaKind::Video));
  const auto outcome = offerer.set_answer(answer_to(offerer.offer(), true));
  ASSERT_TRUE(outcome);
  EXPECT_THAT(outcome->refused, testing::ElementsAre(SubscriptionId{1}));
}

TEST_F(OffererTest, IceRestartVoidsTheOfferThatIsOut) {
  ASSERT_TRUE(offerer.set_answer(answer_to(offerer.offer())));
  offerer.add_sender(sender(1, MediaKind::Audio));
  (void)offerer.offer();
  offerer.restart_ice({.ufrag = "new1", .password = "anotherpasswordof24charac"});
  ASSERT_TRUE(offerer.wants_offer());
  EXPECT_EQ(sdp::parse(offerer.offer())->sections[0].ice->ufrag, "new1");
}

TEST_F(OffererTest, APlayoutDelayIsOfferedWhereOneIsAskedForAndNowhereElse) {
  constexpr const char* kUri = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";
  offerer.add_sender(sender(1, MediaKind::Video));
  SenderSpec slow = sender(2, MediaKind::Video);
  slow.playout = {.min_ms = 200, .max_ms = 2'000};
  offerer.add_sender(slow);
  const std::string text = offerer.offer();
  const auto offer = sdp::parse(text);
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->sections[1].extension_id(kUri), 0);
  EXPECT_NE(offer->sections[2].extension_id(kUri), 0);
  const auto outcome = offerer.set_answer(answer_to(text));
  ASSERT_TRUE(outcome);
  ASSERT_EQ(outcome->bound.size(), 2U);
  EXPECT_EQ(outcome->bound[0].config.extensions.id_of(rtc::rtp::Extension::PlayoutDelay), 0);
  EXPECT_NE(outcome->bound[1].config.extensions.id_of(rtc::rtp::Extension::PlayoutDelay), 0);
}

}  // namespace
}  // namespace vv::sfu::negotiation
