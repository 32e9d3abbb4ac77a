#include "signaling/livekit/testing_room.hpp"

namespace vv::signaling {
namespace {

using Outcome = Result<std::string, RpcFailure>;

class RpcTest : public RoomTest {
 protected:
  void SetUp() override {
    enter(amina);
    enter(bruno);
    media.commands.clear();
  }
  void call(std::string payload = "how are you", Duration timeout = seconds(10)) {
    Room& room = *rooms.find("room");
    room.call(at, person(amina),
              {.method = "greet", .payload = std::move(payload), .timeout = timeout},
              [this](Outcome outcome) { outcomes.push_back(std::move(outcome)); });
  }
  /// What went out on somebody's reliable channel, in order.
  std::vector<pb::DataPacket> sent_to(const FakeClient& client) {
    std::vector<pb::DataPacket> packets;
    for (const sfu::SendData& sent : media.all<sfu::SendData>()) {
      if (sent.transport != person(client).publisher) continue;
      EXPECT_EQ(sent.label, "_reliable");
      EXPECT_TRUE(packets.emplace_back().ParseFromArray(sent.bytes.data(),
                                                        static_cast<int>(sent.bytes.size())));
    }
    return packets;
  }
  void say_data(const FakeClient& client, const pb::DataPacket& packet) {
    const std::string bytes = packet.SerializeAsString();
    rooms.on_event(at, sfu::DataReceived{client.seat.room, person(client).publisher, "_reliable",
                                         ByteVector(bytes.begin(), bytes.end()), true});
  }
  void acknowledge(const std::string& id) {
    pb::DataPacket packet;
    packet.mutable_rpc_ack()->set_request_id(id);
    say_data(amina, packet);
  }
  static pb::DataPacket answer_to(const std::string& id, const std::string& payload) {
    pb::DataPacket packet;
    packet.add_destination_identities(id);
    packet.mutable_rpc_response()->set_request_id(id);
    packet.mutable_rpc_response()->set_payload(payload);
    return packet;
  }
  std::string last_id() { return sent_to(amina).back().rpc_request().id(); }

  std::vector<Outcome> outcomes;
};

TEST_F(RpcTest, TheRequestGoesToTheCalleeAloneAndItsAnswerToTheCaller) {
  call();
  ASSERT_EQ(media.all<sfu::SendData>().size(), 1U);
  const pb::DataPacket packet = sent_to(amina).at(0);
  EXPECT_EQ(packet.rpc_request().method(), "greet");
  EXPECT_EQ(packet.rpc_request().payload(), "how are you");
  EXPECT_EQ(packet.rpc_request().response_timeout_ms(), 10'000U);
  EXPECT_EQ(packet.rpc_request().version(), 1U);
  EXPECT_EQ(packet.participant_identity(), packet.rpc_request().id());
  EXPECT_EQ(packet.sequence(), 0U);

  acknowledge(packet.rpc_request().id());
  EXPECT_TRUE(outcomes.empty());
  say_data(amina, answer_to(packet.rpc_request().id(), "well"));
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(*outcomes[0], "well");
  EXPECT_EQ(media.all<sfu::SendData>().size(), 1U) << "the answer is nobody else's";
}

TEST_F(RpcTest, NobodyButTheCalleeAnswers) {
  call();
  const pb::DataPacket forged = answer_to(last_id(), "from bruno");
  say_data(bruno, forged);
  EXPECT_TRUE(outcomes.empty());
  say_data(amina, answer_to(last_id(), "mine"));
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(*outcomes[0], "mine");
  say_data(amina, answer_to(last_id(), "again"));
  EXPECT_EQ(outcomes.size(), 1U);
}

TEST_F(RpcTest, TheMethodsOwnErrorsArePassedOn) {
  call();
  pb::DataPacket packet;
  packet.mutable_rpc_response()->set_request_id(last_id());
  packet.mutable_rpc_response()->mutable_error()->set_code(101);
  packet.mutable_rpc_response()->mutable_error()->set_message("not today");
  packet.mutable_rpc_response()->mutable_error()->set_data("tomorrow");
  say_data(amina, packet);
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(static_cast<int>(outcomes[0].error().code), 101);
  EXPECT_EQ(outcomes[0].error().message, "not today");
  EXPECT_EQ(outcomes[0].error().data, "tomorrow");
}

TEST_F(RpcTest, WhoNeverSaysThatItHasTheRequestIsGivenUpSoonerThanWhoWorks) {
  call("", seconds(30));
  advance(seconds(6));
  EXPECT_TRUE(outcomes.empty());
  advance(seconds(1));
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].error().code, RpcCode::ConnectionTimeout);

  call("", seconds(30));
  acknowledge(last_id());
  advance(seconds(29));
  EXPECT_EQ(outcomes.size(), 1U);
  advance(seconds(1));
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[1].error().code, RpcCode::ResponseTimeout);
}

TEST_F(RpcTest, WhoLeavesAnswersNothing) {
  call();
  acknowledge(last_id());
  const Participant& callee = person(amina);
  rooms.find("room")->remove(at, callee.id, pb::CLIENT_INITIATED, nullptr);
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].error().code, RpcCode::RecipientDisconnected);
}

TEST_F(RpcTest, PayloadsAndCallsAreBounded) {
  call(std::string(15'361, 'x'));
  ASSERT_EQ(outcomes.size(), 1U);
  EXPECT_EQ(outcomes[0].error().code, RpcCode::RequestPayloadTooLarge);
  call(std::string(15'360, 'x'));
  EXPECT_EQ(outcomes.size(), 1U);
  say_data(amina, answer_to(last_id(), std::string(15'361, 'x')));
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[1].error().code, RpcCode::ResponsePayloadTooLarge);

  for (int i = 0; i < 64; ++i) call();
  EXPECT_EQ(outcomes.size(), 2U);
  call();
  ASSERT_EQ(outcomes.size(), 3U);
  EXPECT_EQ(outcomes[2].error().code, RpcCode::SendFailed);
}

}  // namespace
}  // namespace vv::signaling
