// What a large room costs, in messages and bytes rather than in time: n people who come, speak and
// go must not cost n times n messages.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "signaling/livekit/testing_room.hpp"

namespace vv::signaling {
namespace {

struct Count {
  std::size_t messages = 0;
  std::size_t updates = 0;  ///< of them, about participants
  std::size_t bytes = 0;
};

class RoomScaleTest : public RoomTest {
 protected:
  void enter_all(std::size_t count) {
    for (std::size_t n = clients.size(); n < count; ++n) {
      clients.push_back(std::make_unique<FakeClient>("p" + std::to_string(n)));
      join(*clients.back());
    }
  }
  void connect_all() {
    for (const auto& client : clients) connect(*client);
  }
  /// What everybody was sent since the last call.
  Count take() {
    Count count;
    for (const auto& client : clients) {
      count.messages += client->messages.size();
      for (const auto& message : client->messages) {
        count.updates += message.has_update() ? 1U : 0U;
        count.bytes += message.ByteSizeLong();
      }
      client->messages.clear();
    }
    return count;
  }
  void batch() {
    at.now += Rooms::kBatch;
    at.wall = at.wall + Rooms::kBatch;
    rooms.tick(at);
  }

  std::vector<std::unique_ptr<FakeClient>> clients;
};

TEST_F(RoomScaleTest, HoweverManyJoinAtOnceEachIsSentOneUpdate) {
  enter_all(300);
  const Count joining = take();
  batch();
  const Count told = take();
  // To each its JoinResponse, how it is itself, the answer and a token; others come together.
  EXPECT_LE(joining.messages, 300U * 4 + Room::kAtOnce * Room::kAtOnce);
  EXPECT_LE(joining.updates, 300U + Room::kAtOnce * Room::kAtOnce);
  EXPECT_LE(told.updates, 300U * 2);  // one, but that more than 128 KiB are sent in pieces
  EXPECT_EQ(told.messages, told.updates);

  connect_all();
  EXPECT_EQ(take().updates, 0U);  // all of it waits for the batch
  batch();
  const Count active = take();
  EXPECT_LE(active.updates, 300U * 2);
  for (const auto& client : clients) EXPECT_TRUE(person(*client).is_active());
}

TEST_F(RoomScaleTest, MessagesGrowWithThePeopleAndNotWithTheirSquare) {
  std::vector<Count> counts;
  std::vector<std::size_t> commands;
  for (const std::size_t size : {75U, 150U, 300U}) {
    rooms.close(at, "room", leave_of(pb::LeaveRequest::DISCONNECT, pb::ROOM_CLOSED));
    clients.clear();
    media.commands.clear();
    enter_all(size);
    batch();
    connect_all();
    batch();
    counts.push_back(take());
    commands.push_back(media.commands.size());
  }
  for (std::size_t i = 1; i < counts.size(); ++i) {
    EXPECT_LE(counts[i].messages, counts[i - 1].messages * 11 / 5);
    // Everybody is told of everybody, so bytes are what grows with the square.
    EXPECT_LE(counts[i].bytes, counts[i - 1].bytes * 22 / 5);
    EXPECT_LE(commands[i], commands[i - 1] * 11 / 5);
  }
}

TEST_F(RoomScaleTest, APublisherCostsEachOneUpdateOneRequestAndOneAnswer) {
  enter_all(300);
  connect_all();
  batch();
  take();
  publish(*clients[0], pb::AUDIO, "voice");
  publish(*clients[1], pb::AUDIO, "voice");
  publish(*clients[1], pb::VIDEO, "picture");
  batch();
  const Count told = take();
  // Two voices and a picture fit into the sections that a client offers from the start, so what is
  // asked for is a new offer.
  EXPECT_LE(told.updates, 300U + 2);
  EXPECT_LE(told.messages, 300U * 2 + 20);
  for (const auto& client : clients) offer(*client);
  EXPECT_EQ(media.all<sfu::Subscribe>().size(), 2U * 299 + 299);
}

TEST_F(RoomScaleTest, WhoLeaveTogetherAreToldOfTogether) {
  enter_all(300);
  connect_all();
  publish(*clients[0], pb::AUDIO, "voice");
  batch();
  take();
  pb::SignalRequest leave;
  leave.mutable_leave()->set_reason(pb::CLIENT_INITIATED);
  for (std::size_t n = 0; n < 100; ++n) say(*clients[n], leave);
  batch();
  const Count told = take();
  EXPECT_LE(told.updates, 200U);
  EXPECT_EQ(rooms.find("room")->participants().size(), 200U);
  // Whoever comes now hears of who is there, and not of who has left.
  FakeClient late{"late"};
  join(late);
  batch();
  EXPECT_EQ(late.of(pb::SignalResponse::kJoin).front().join().other_participants_size(), 200);
  for (const auto& message : late.of(pb::SignalResponse::kUpdate)) {
    for (const auto& info : message.update().participants())
      EXPECT_EQ(info.state(), pb::ParticipantInfo::JOINED);
  }
}

TEST_F(RoomScaleTest, WithMoreVoicesThanATransportTakesTheNextFollowsWhenOneEnds) {
  constexpr std::size_t kVoices = sfu::negotiation::Answerer::kMaxSenders + 3;
  enter_all(kVoices);
  FakeClient listener{"listener"};
  enter(listener);
  for (const auto& client : clients) publish(*client, pb::AUDIO, "voice");
  batch();
  EXPECT_EQ(person(listener).subscriptions.size(), sfu::negotiation::Answerer::kMaxSenders);
  pb::SignalRequest leave;
  leave.mutable_leave()->set_reason(pb::CLIENT_INITIATED);
  for (std::size_t n = 0; n < 2; ++n) say(*clients[n], leave);
  batch();
  EXPECT_EQ(person(listener).subscriptions.size(), sfu::negotiation::Answerer::kMaxSenders);
  say(*clients[2], leave);
  batch();
  say(*clients[3], leave);
  batch();
  EXPECT_EQ(person(listener).subscriptions.size(), kVoices - 4);
}

TEST_F(RoomScaleTest, AnUpdateIsKnownBeforeTheAnswerThatNeedsIt) {  // S-35
  enter_all(40);
  connect_all();
  batch();
  take();
  const std::string sid = publish(*clients[0], pb::AUDIO, "voice");
  FakeClient& eager = *clients[30];
  offer(eager);  // before the batch
  const std::size_t answer = eager.index_of(pb::SignalResponse::kAnswer);
  ASSERT_LT(answer, eager.messages.size());
  EXPECT_LT(eager.index_of(pb::SignalResponse::kUpdate), answer);
  batch();
  EXPECT_EQ(eager.of(pb::SignalResponse::kUpdate).size(), 1U);  // and not told twice
  EXPECT_EQ(clients[31]->of(pb::SignalResponse::kUpdate).size(), 1U);
  EXPECT_EQ(person(eager).subscriptions.size(), 1U);
}

TEST_F(RoomScaleTest, WhoIsHiddenIsKnownToNobodyElseInALargeRoomEither) {
  enter_all(20);
  FakeClient ghost{"ghost"};
  identity::RoomClaims unseen = claims(ghost);
  unseen.video.hidden = true;
  ghost.seat = *rooms.join(at, unseen, ghost.options(), ghost);
  connect(ghost);
  batch();
  EXPECT_FALSE(ghost.of(pb::SignalResponse::kUpdate).empty());
  for (const auto& client : clients) {
    for (const auto& message : client->of(pb::SignalResponse::kUpdate)) {
      for (const auto& info : message.update().participants()) EXPECT_NE(info.identity(), "ghost");
    }
  }
}

}  // namespace
}  // namespace vv::signaling
