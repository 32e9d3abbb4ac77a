// Which certificate a transport has (threat-model M8).
#include "signaling/livekit/testing_room.hpp"

namespace vv::signaling {
namespace {

/// The fingerprint of the newest answer that a client was given.
std::string told(const FakeClient& client) {
  const auto answers = client.of(pb::SignalResponse::kAnswer);
  if (answers.empty()) return "no answer";
  const auto description = sdp::parse(answers.back().answer().sdp());
  if (!description) return "no description";
  const sdp::Fingerprint& fingerprint = *description->sections.at(0).fingerprint;
  return fingerprint.algorithm + " " + fingerprint.value;
}

// covers M8
TEST_F(RoomTest, OnesCertificateStaysOnesOwnWhileNewcomersGetTheNextDays) {
  enter(amina);
  const std::string hers = told(amina);
  at.now += hours(25);
  enter(bruno);
  const std::string his = told(bruno);
  EXPECT_NE(his, hers);

  // She goes on: another track, then new credentials.
  publish(amina, pb::AUDIO, "voice");
  EXPECT_EQ(told(amina), hers);
  for (sdp::Section& section : amina.description.sections) section.ice->ufrag = "anew";
  offer(amina);
  ASSERT_EQ(media.all<sfu::RestartIce>().size(), 1U);
  EXPECT_EQ(told(amina), hers);
  EXPECT_EQ(told(bruno), his);

  // The media plane has for each what the description said.
  const auto added = media.all<sfu::AddTransport>();
  ASSERT_EQ(added.size(), 2U);
  EXPECT_EQ(added[0].identity->fingerprint().to_string(), hers);
  EXPECT_EQ(added[1].identity->fingerprint().to_string(), his);
}

// covers M8
TEST_F(RoomTest, WhoOffersADayAfterJoiningHasTheCertificateOfTheAnswer) {
  JoinOptions options = amina.options();
  options.request.clear_publisher_offer();
  amina.seat = *rooms.join(at, claims(amina), options, amina);
  at.now += hours(23);
  static_cast<void>(media.identity(at.now));
  at.now += hours(2);
  enter(bruno);  // with whom a new day begins
  offer(amina);
  const auto added = media.all<sfu::AddTransport>();
  ASSERT_EQ(added.size(), 2U);
  EXPECT_EQ(added[1].identity->fingerprint().to_string(), told(amina));
  EXPECT_EQ(added[0].identity->fingerprint().to_string(), told(bruno));
  EXPECT_NE(told(amina), told(bruno));
}

}  // namespace
}  // namespace vv::signaling
