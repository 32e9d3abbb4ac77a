#include "signaling/livekit/testing_room.hpp"

namespace vv::signaling {
namespace {

using testing::ElementsAre;

class ReachTest : public RoomTest {
 protected:
  static constexpr std::uint32_t kUdp = 2'130'706'431;
  static constexpr std::uint32_t kTcp = 1'671'430'143;

  void SetUp() override {
    sdp::Candidate host;
    host.foundation = "1";
    host.priority = kUdp;
    host.address = "192.0.2.1";
    host.port = 7'882;
    media.addresses = {host};
    host.foundation = "2";
    host.priority = kTcp;
    host.protocol = sdp::CandidateProtocol::Tcp;
    host.tcp_type = sdp::TcpType::Passive;
    media.addresses.push_back(host);
  }
  /// `udp 1` and the like: what the newest answer names in its first section.
  static std::vector<std::string> told(const FakeClient& client) {
    const auto answers = client.of(pb::SignalResponse::kAnswer);
    std::vector<std::string> found;
    if (answers.empty()) return found;
    const auto parsed = sdp::parse(answers.back().answer().sdp());
    EXPECT_TRUE(parsed);
    for (const sdp::Candidate& candidate : parsed->sections.front().candidates) {
      const bool is_udp = candidate.protocol == sdp::CandidateProtocol::Udp;
      found.push_back((is_udp ? "udp " : "tcp ") + std::to_string(candidate.priority));
    }
    return found;
  }
  void restart_ice(FakeClient& client) {
    for (sdp::Section& section : client.description.sections) section.ice->ufrag += "x";
    offer(client);
  }
  void simulate(FakeClient& client, pb::CandidateProtocol protocol) {
    pb::SignalRequest request;
    request.mutable_simulate()->set_switch_candidate_protocol(protocol);
    say(client, request);
  }
  void resume(FakeClient& client, pb::ReconnectReason reason) {
    JoinOptions options = client.options();
    options.request.set_reconnect(true);
    options.request.set_participant_sid(person(client).info.sid());
    options.request.set_reconnect_reason(reason);
    static_cast<void>(rooms.join(at, claims(client), options, client));
  }
  const std::string udp = "udp " + std::to_string(kUdp);
  const std::string tcp = "tcp " + std::to_string(kTcp);
};

TEST_F(ReachTest, BothWaysAreToldSoThatANetworkWithoutUdpNeedsNoSetting) {
  enter(amina);
  EXPECT_THAT(told(amina), ElementsAre(udp, tcp));
}

TEST_F(ReachTest, AClientThatAsksForTcpIsToldOfNothingElseThenAndWhenItComesBack) {
  enter(amina);
  simulate(amina, pb::TCP);
  EXPECT_EQ(amina.of(pb::SignalResponse::kLeave).back().leave().action(), pb::LeaveRequest::RESUME);
  restart_ice(amina);
  EXPECT_THAT(told(amina), ElementsAre(tcp));
  join(amina);
  EXPECT_THAT(told(amina), ElementsAre(tcp));
  enter(bruno);
  EXPECT_THAT(told(bruno), ElementsAre(udp, tcp));

  simulate(amina, pb::UDP);
  restart_ice(amina);
  EXPECT_THAT(told(amina), ElementsAre(udp, tcp));
}

TEST_F(ReachTest, TlsIsTheTurnServersAndWithoutOneItIsTcp) {
  enter(amina);
  simulate(amina, pb::TLS);
  restart_ice(amina);
  EXPECT_THAT(told(amina), ElementsAre(tcp));

  rooms.set_ice_servers({.urls = {"turns:turn.example.org:443?transport=tcp"}, .turn_secret = {}});
  simulate(amina, pb::TLS);
  join(amina);
  const pb::JoinResponse again = amina.of(pb::SignalResponse::kJoin).back().join();
  EXPECT_EQ(again.client_configuration().force_relay(), pb::ENABLED);
}

TEST_F(ReachTest, AfterAConnectionThatBrokeSoonTcpComesFirst) {
  enter(amina);
  advance(seconds(80));
  resume(amina, pb::RR_PUBLISHER_FAILED);
  restart_ice(amina);
  EXPECT_THAT(told(amina), ElementsAre("udp 1", tcp));
}

TEST_F(ReachTest, AConnectionThatHeldForLongOrASocketThatDroppedChangesNothing) {
  enter(amina);
  resume(amina, pb::RR_SIGNAL_DISCONNECTED);
  restart_ice(amina);
  EXPECT_THAT(told(amina), ElementsAre(udp, tcp));
  advance(seconds(91));
  resume(amina, pb::RR_SUBSCRIBER_FAILED);
  restart_ice(amina);
  EXPECT_THAT(told(amina), ElementsAre(udp, tcp));
}

TEST_F(ReachTest, WhoseTransportDiedSoonComesBackOverTcpAndIsTrustedAgainLater) {
  enter(amina);
  enter(bruno);
  advance(seconds(30));
  rooms.on_event(at, sfu::TransportDisconnected{amina.seat.room, person(amina).publisher,
                                                rtc::DisconnectReason::ConsentLost});
  join(amina);
  EXPECT_THAT(told(amina), ElementsAre("udp 1", tcp));
  advance(minutes(6));
  join(amina);
  EXPECT_THAT(told(amina), ElementsAre(udp, tcp));
}

// What clients ask for in their own tests (livekit-wire.md 3.21).
class SimulateTest : public RoomTest {
 protected:
  void SetUp() override {
    enter(amina);
    enter(bruno);
  }
  bool is_there() { return rooms.find("room")->find("amina") != nullptr; }
  pb::SimulateScenario& ask() { return *request.mutable_simulate(); }
  pb::SignalRequest request;
};

TEST_F(SimulateTest, AFailedNodeAndAMigrationDropTheClientWithoutAWord) {
  for (const bool failure : {true, false}) {
    if (failure) {
      ask().set_node_failure(true);
    } else {
      amina.closed = false;
      enter(amina);
      ask().set_migration(true);
    }
    say(amina, request);
    EXPECT_FALSE(is_there());
    EXPECT_TRUE(amina.closed);
    EXPECT_TRUE(amina.of(pb::SignalResponse::kLeave).empty());
  }
}

TEST_F(SimulateTest, TheServersLeavingEndsTheCall) {
  ask().set_server_leave(true);
  say(amina, request);
  EXPECT_FALSE(is_there());
  const auto leaves = amina.of(pb::SignalResponse::kLeave);
  ASSERT_EQ(leaves.size(), 1U);
  EXPECT_EQ(leaves[0].leave().action(), pb::LeaveRequest::DISCONNECT);
  EXPECT_EQ(leaves[0].leave().reason(), pb::SERVER_SHUTDOWN);
}

TEST_F(SimulateTest, AnOrderToStartOverEndsThePlace) {
  ask().set_leave_request_full_reconnect(true);
  say(amina, request);
  EXPECT_FALSE(is_there());
  EXPECT_EQ(amina.of(pb::SignalResponse::kLeave).back().leave().action(),
            pb::LeaveRequest::RECONNECT);
}

TEST_F(SimulateTest, TheNextResumeIsCutOffAfterItsMessagesOrThreeBeforeAny) {
  std::vector<std::unique_ptr<FakeClient>> sockets;
  const auto resume = [&]() -> FakeClient& {
    FakeClient& socket = *sockets.emplace_back(std::make_unique<FakeClient>("amina"));
    JoinOptions options = socket.options();
    options.request.set_reconnect(true);
    options.request.set_participant_sid(person(amina).info.sid());
    static_cast<void>(rooms.join(at, claims(amina), options, socket));
    return socket;
  };
  ask().set_disconnect_signal_on_resume(true);
  say(amina, request);
  const FakeClient& first = resume();
  EXPECT_TRUE(first.closed);
  EXPECT_EQ(first.of(pb::SignalResponse::kReconnect).size(), 1U);
  EXPECT_FALSE(resume().closed);

  ask().set_disconnect_signal_on_resume_no_messages(true);
  say(amina, request);
  for (int i = 0; i < 3; ++i) {
    const FakeClient& next = resume();
    EXPECT_TRUE(next.closed);
    EXPECT_TRUE(next.messages.empty());
  }
  EXPECT_FALSE(resume().closed);
  EXPECT_TRUE(is_there());
}

TEST_F(SimulateTest, ALimitedBandwidthIsTheMediaPlanesBusiness) {
  ask().set_subscriber_bandwidth(300'000);
  say(amina, request);
  ask().set_subscriber_bandwidth(0);
  say(amina, request);
  const auto limits = media.all<sfu::LimitDownlink>();
  ASSERT_EQ(limits.size(), 2U);
  EXPECT_EQ(limits[0].transport, person(amina).publisher);
  EXPECT_EQ(limits[0].bits_per_second, 300'000U);
  EXPECT_EQ(limits[1].bits_per_second, 0U);
}

}  // namespace
}  // namespace vv::signaling
