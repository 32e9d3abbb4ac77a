#include "signaling/livekit/testing_room.hpp"

namespace vv::signaling {
namespace {

using testing::IsEmpty;

class EchoTest : public RoomTest {
 protected:
  void enter_echo(FakeClient& client) {
    JoinOptions options = client.options();
    options.echo = true;
    client.seat = *rooms.join(at, claims(client), options, client);
    connect(client);
  }
};

TEST_F(EchoTest, OnesOwnTracksComeBackAsThoseOfASecondParticipant) {
  enter_echo(amina);
  const auto opened = media.all<sfu::OpenRoom>();
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_EQ(opened[0].delay, Room::kEchoDelay);
  const pb::JoinResponse& join = amina.messages.front().join();
  ASSERT_EQ(join.other_participants_size(), 1);
  EXPECT_EQ(join.other_participants(0).identity(), "echo");
  EXPECT_EQ(join.other_participants(0).state(), pb::ParticipantInfo::ACTIVE);

  const std::string sid = publish(amina, pb::AUDIO, "mic");
  offer(amina);
  const auto receivers = media.all<sfu::SetReceivers>();
  const auto subscribed = media.all<sfu::Subscribe>();
  ASSERT_EQ(subscribed.size(), 1U);
  EXPECT_EQ(subscribed[0].transport, person(amina).publisher);
  EXPECT_EQ(subscribed[0].track, receivers.back().receivers.back().track);
  const auto answers = amina.of(pb::SignalResponse::kAnswer);
  const auto& mids = answers.back().answer().mid_to_track_id();
  ASSERT_EQ(mids.size(), 1U);
  EXPECT_NE(mids.begin()->second, sid) << "the copy has its own name";
}

TEST_F(EchoTest, WhatWasSaidBeforeMutingIsStillPlayed) {
  enter_echo(amina);
  const std::string sid = publish(amina, pb::AUDIO, "mic");
  pb::SignalRequest mute;
  mute.mutable_mute()->set_sid(sid);
  mute.mutable_mute()->set_muted(true);
  say(amina, mute);
  rooms.tick(at);
  for (const auto& message : amina.of(pb::SignalResponse::kUpdate)) {
    for (const pb::ParticipantInfo& info : message.update().participants()) {
      if (info.identity() != "echo") continue;
      for (const pb::TrackInfo& track : info.tracks()) EXPECT_FALSE(track.muted());
    }
  }
}

TEST_F(EchoTest, AnUnpublishedTrackHasNoEchoAnyMore) {
  enter_echo(amina);
  publish(amina, pb::AUDIO, "mic");
  offer(amina);
  amina.description.sections.back().direction = sdp::Direction::Inactive;
  offer(amina);
  EXPECT_EQ(media.all<sfu::Unsubscribe>().size(), 1U);
  const auto updates = amina.of(pb::SignalResponse::kUpdate);
  bool told = false;
  for (const auto& message : updates) {
    for (const pb::ParticipantInfo& info : message.update().participants())
      told = info.identity() == "echo" ? info.tracks().empty() : told;
  }
  EXPECT_TRUE(told);
}

TEST_F(EchoTest, TheRoomEndsByItselfAndGivesNoTokenThatWouldOutliveIt) {
  enter_echo(amina);
  EXPECT_THAT(amina.of(pb::SignalResponse::kRefreshToken), IsEmpty());
  advance(Room::kEchoLifetime - seconds(2));
  EXPECT_TRUE(amina.of(pb::SignalResponse::kLeave).empty());
  advance(seconds(2));
  EXPECT_EQ(amina.of(pb::SignalResponse::kLeave).size(), 1U);
  EXPECT_TRUE(amina.closed);
  EXPECT_TRUE(rooms.is_empty());
}

TEST_F(EchoTest, ItIsLeftEmptyWhenItsPersonGoes) {
  enter_echo(amina);
  pb::SignalRequest leave;
  leave.mutable_leave()->set_action(pb::LeaveRequest::DISCONNECT);
  say(amina, leave);
  for (int i = 0; i < 30; ++i) advance(seconds(1));
  EXPECT_TRUE(rooms.is_empty());
}

TEST_F(EchoTest, APersonMayTryItSoManyTimesAndNoMore) {
  for (std::size_t i = 0; i < Rooms::kMaxEchoJoins; ++i)
    EXPECT_TRUE(rooms.may_echo(at.now, "amina"));
  EXPECT_FALSE(rooms.may_echo(at.now, "amina"));
  EXPECT_TRUE(rooms.may_echo(at.now, "bruno"));
  EXPECT_TRUE(rooms.may_echo(at.now + Rooms::kEchoWindow + seconds(1), "amina"));
}

}  // namespace
}  // namespace vv::signaling
