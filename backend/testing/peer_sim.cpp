// Two ends of a call made of our own cores, over a lossy network on virtual time. Every scenario
// runs twice and must tell the same story.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/format.hpp"
#include "rtc/peer.hpp"
#include "rtc/stun/stun_message.hpp"
#include "testing/allocation_guard.hpp"
#include "testing/test_client.hpp"
#include "testing/virtual_network.hpp"

namespace vv::testing {
namespace {

using rtc::TransportAddress;

const rtc::DtlsIdentity& identity(int which) {
  static const std::unique_ptr<rtc::DtlsIdentity> kIdentities[] = {
      rtc::DtlsIdentity::create().value(), rtc::DtlsIdentity::create().value()};
  return *kIdentities[which];
}

constexpr Duration kPacketEvery = milliseconds(20);
constexpr std::uint64_t kFirstIndex = 65'500;  // so that a second of talk crosses the wrap

struct Scenario {
  std::uint64_t seed = 7;
  LinkConditions link{};
  rtc::DtlsRole server_role = rtc::DtlsRole::Client;
  Nomination nomination = Nomination::Regular;
  bool data = true;
};

/// One direction of numbered RTP packets.
struct Stream {
  std::uint64_t next = kFirstIndex;
  std::set<std::uint64_t> received;

  static ByteVector payload(std::uint64_t index) {
    return ByteVector(120 + index % 50, static_cast<std::uint8_t>(index));
  }
  void send(rtc::Peer& peer, const rtc::Path& path, Instant now, VirtualNetwork& network) {
    const std::uint64_t index = next++;
    std::array<std::uint8_t, 12> header{0x80, 111};
    store_be16(&header[2], static_cast<std::uint16_t>(index));
    store_be32(&header[8], 0x1234);
    std::array<std::uint8_t, 400> out{};
    const auto size =
        peer.protect_rtp(out, header, payload(index), static_cast<std::uint32_t>(index >> 16));
    ASSERT_TRUE(size);
    network.send(now, path.local, path.remote, Bytes{out}.first(*size));
  }
  void take(Bytes rtp) {
    ASSERT_GE(rtp.size(), 12U);
    const std::uint64_t low = load_be16(&rtp[2]);
    const std::uint64_t index = low >= kFirstIndex ? low : low + 65'536;
    EXPECT_TRUE(std::ranges::equal(rtp.subspan(12), payload(index)));
    EXPECT_TRUE(received.insert(index).second) << "delivered twice: " << index;
  }
};

class World {
 public:
  explicit World(const Scenario& scenario)
      : network_(scenario.seed), random_(scenario.seed), scenario_(scenario) {
    network_.set_default(scenario.link);
    server_credentials_ = rtc::IceCredentials::create(random_);
    server_ = std::make_unique<rtc::Peer>(
        now_, rtc::PeerOptions{server_credentials_, scenario.server_role, &identity(0), &random_});
    server_->set_remote(now_, identity(1).fingerprint());
    client_ = std::make_unique<TestClient>(
        now_, TestClientOptions{.ice = {.local = rtc::IceCredentials::create(random_),
                                        .remote = server_credentials_,
                                        .paths = {{client_address_, server_address_}},
                                        .nomination = scenario.nomination,
                                        .seed = scenario.seed},
                                .dtls_role = scenario.server_role == rtc::DtlsRole::Client
                                                 ? rtc::DtlsRole::Server
                                                 : rtc::DtlsRole::Client,
                                .identity = &identity(1),
                                .remote = identity(0).fingerprint(),
                                .random = &random_});
    if (scenario.data) static_cast<void>(client_->peer().open_channel(now_, "_reliable", {}));
  }

  void run_for(Duration duration) {
    const Instant end = now_ + duration;
    drain();
    while (step(end)) {
    }
    now_ = end;
  }
  template <class Condition>
  bool run_until(Condition condition, Duration within) {
    const Instant end = now_ + within;
    drain();
    while (!condition()) {
      if (!step(end)) return false;
    }
    return true;
  }

  bool is_up() const { return server_->is_connected() && client_->peer().is_connected(); }
  rtc::Peer& server() { return *server_; }
  TestClient& client() { return *client_; }
  VirtualNetwork& network() { return network_; }
  Instant now() const { return now_; }
  const std::string& story() const { return story_; }
  const Stream& to_server() const { return to_server_; }
  const Stream& to_client() const { return to_client_; }
  const std::vector<std::string>& echoes() const { return echoes_; }
  std::optional<rtc::DisconnectReason> server_end() const { return server_end_; }
  TransportAddress client_address() const { return client_address_; }

  /// The client's network changes under it.
  void move_client(const TransportAddress& to) {
    network_.set_unplugged(client_address_, true);
    client_address_ = to;
    client_->agent().move(now_, {{to, server_address_}});
  }
  void restart_ice() {
    server_credentials_ = rtc::IceCredentials::create(random_);
    const rtc::IceCredentials local = rtc::IceCredentials::create(random_);
    server_->restart_ice(now_, server_credentials_);
    client_->peer().restart_ice(now_, local);
    client_->agent().restart(now_, local, server_credentials_);
  }
  void say(std::string_view text) {
    ASSERT_TRUE(channel_.has_value());
    EXPECT_TRUE(client_->peer().send(*channel_, as_bytes(text), false));
  }

 private:
  /// Moves to the next thing that happens before `end`; false when there is none.
  bool step(Instant end) {
    Instant next = std::min(
        {network_.next_arrival(), server_->next_timeout(), client_->next_timeout(), next_packet_});
    if (next > end) return false;
    now_ = std::max(now_, next);
    while (auto delivery = network_.poll(now_)) {
      const rtc::Path path{delivery->to, delivery->from};
      if (delivery->to == server_address_) {
        server_->handle_datagram(now_, path, delivery->bytes);
        drain();
      } else if (delivery->to == client_address_) {
        client_->handle_datagram(now_, path, delivery->bytes);
        drain();
      }
    }
    if (now_ >= server_->next_timeout()) server_->handle_timeout(now_);
    drain();
    if (now_ >= client_->next_timeout()) client_->handle_timeout(now_);
    drain();
    if (now_ >= next_packet_) talk();
    return true;
  }

  void talk() {
    next_packet_ = now_ + kPacketEvery;
    rtc::Peer& client = client_->peer();
    if (server_->is_connected() && server_->selected_path() != nullptr) {
      to_client_.send(*server_, *server_->selected_path(), now_, network_);
    }
    if (client.is_connected() && client.selected_path() != nullptr) {
      to_server_.send(client, {client_address_, server_address_}, now_, network_);
    }
  }

  void drain() {
    while (auto event = server_->poll_event()) on_server(*event);
    std::array<std::uint8_t, rtc::kMaxSentDatagram> out{};
    while (const auto transmit = server_->poll_transmit(now_, out)) {
      network_.send(now_, transmit->path.local, transmit->path.remote,
                    Bytes{out}.first(transmit->size));
    }
    while (auto event = client_->peer().poll_event()) on_client(*event);
    client_->flush(now_, network_);
  }

  void tell(std::string_view what) { story_ += format("{} {}\n", now_.as_nanos(), what); }

  void on_server(rtc::Event& event) {
    if (auto* rtp = std::get_if<rtc::RtpPacket>(&event)) {
      to_server_.take(rtp->bytes);
      tell(format("server rtp {}", to_server_.received.size()));
    } else if (auto* selected = std::get_if<rtc::PathSelected>(&event)) {
      tell("server selected " + selected->path.remote.to_string());
    } else if (std::holds_alternative<rtc::Connected>(event)) {
      tell("server connected");
    } else if (auto* ended = std::get_if<rtc::Disconnected>(&event)) {
      server_end_ = ended->reason;
      tell(format("server ended: {}", to_string(ended->reason)));
    } else if (auto* opened = std::get_if<rtc::ChannelOpened>(&event)) {
      tell("server sees channel " + opened->label);
    } else if (auto* message = std::get_if<rtc::ChannelMessage>(&event)) {
      EXPECT_TRUE(server_->send(message->channel, message->bytes, message->binary));
    }
  }
  void on_client(rtc::Event& event) {
    if (auto* rtp = std::get_if<rtc::RtpPacket>(&event)) {
      to_client_.take(rtp->bytes);
    } else if (std::holds_alternative<rtc::Connected>(event)) {
      tell("client connected");
    } else if (auto* opened = std::get_if<rtc::ChannelOpened>(&event)) {
      channel_ = opened->channel;
    } else if (auto* message = std::get_if<rtc::ChannelMessage>(&event)) {
      echoes_.emplace_back(as_text(message->bytes));
      tell("client hears " + echoes_.back());
    }
  }

  Instant now_ = Instant::from_nanos(1'000'000'000);
  VirtualNetwork network_;
  SeededRandom random_;
  Scenario scenario_;
  TransportAddress server_address_ = *TransportAddress::parse("192.0.2.1", 7882);
  TransportAddress client_address_ = *TransportAddress::parse("198.51.100.7", 50'000);
  rtc::IceCredentials server_credentials_;
  std::unique_ptr<rtc::Peer> server_;
  std::unique_ptr<TestClient> client_;
  Instant next_packet_ = now_;
  Stream to_server_;
  Stream to_client_;
  std::optional<rtc::ChannelId> channel_;
  std::vector<std::string> echoes_;
  std::optional<rtc::DisconnectReason> server_end_;
  std::string story_;
};

/// Plays a scenario twice; both times must give the same story.
template <class Play>
void twice(const Scenario& scenario, Play play) {
  std::string first;
  for (int run = 0; run < 2; ++run) {
    SCOPED_TRACE(format("seed {} loss {} run {}", scenario.seed, scenario.link.loss_permille, run));
    World world{scenario};
    play(world);
    if (run == 0) {
      first = world.story();
    } else {
      EXPECT_EQ(first, world.story());
    }
  }
}

TEST(PeerSim, ConnectsInFourRoundTripsWhicheverSideOpensTheHandshake) {
  for (const rtc::DtlsRole role : {rtc::DtlsRole::Client, rtc::DtlsRole::Server}) {
    for (const Nomination nomination : {Nomination::Regular, Nomination::Aggressive}) {
      twice({.link = {.delay = milliseconds(20)}, .server_role = role, .nomination = nomination},
            [](World& world) {
              const Instant start = world.now();
              ASSERT_TRUE(world.run_until([&] { return world.is_up(); }, seconds(5)));
              EXPECT_LE(world.now() - start, milliseconds(4 * 40))
                  << "something waited for a timer";
            });
    }
  }
}

TEST(PeerSim, EveryPacketOfACleanCallArrivesOnceAcrossTheSequenceWrap) {
  twice({}, [](World& world) {
    world.run_for(seconds(20));
    EXPECT_GE(world.to_server().received.size(), 950U);
    EXPECT_EQ(world.to_server().received.size() + 1, world.to_server().next - kFirstIndex)
        << "one in flight";
    EXPECT_EQ(*world.to_server().received.rbegin() >> 16, 1U) << "the wrap was crossed";
    EXPECT_GE(world.to_client().received.size(), 950U);
  });
}

TEST(PeerSim, ConnectsAndTalksThroughLossReorderingAndDuplicates) {
  for (const int loss : {50, 100, 200, 300}) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      twice({.seed = seed,
             .link = {.delay = milliseconds(30),
                      .jitter = milliseconds(40),
                      .loss_permille = loss,
                      .duplicate_permille = 20}},
            [&](World& world) {
              ASSERT_TRUE(world.run_until([&] { return world.is_up(); }, seconds(20)));
              world.run_for(seconds(10));
              const double share = static_cast<double>(world.to_server().received.size()) /
                                   static_cast<double>(world.to_server().next - kFirstIndex);
              EXPECT_GE(share, 1.0 - loss / 1000.0 - 0.08);
              EXPECT_TRUE(world.is_up());
            });
    }
  }
}

TEST(PeerSim, DataComesBackInOrderThroughLoss) {
  for (const int loss : {0, 100, 200}) {
    twice({.seed = 3,
           .link = {.delay = milliseconds(15), .jitter = milliseconds(20), .loss_permille = loss}},
          [](World& world) {
            world.run_for(seconds(5));
            std::vector<std::string> said;
            for (int i = 0; i < 40; ++i) {
              said.push_back(
                  format("message {} {}", i, std::string(static_cast<std::size_t>(i) * 97, 'x')));
              world.say(said.back());
              world.run_for(milliseconds(100));
            }
            EXPECT_TRUE(
                world.run_until([&] { return world.echoes().size() == said.size(); }, seconds(60)));
            EXPECT_TRUE(world.echoes() == said);
          });
  }
}

// covers F8
TEST(PeerSim, FollowsACallerToAnotherNetworkWithoutANewHandshake) {
  twice({.link = {.delay = milliseconds(25), .loss_permille = 20}}, [](World& world) {
    world.run_for(seconds(3));
    ASSERT_TRUE(world.is_up());
    const TransportAddress mobile = *TransportAddress::parse("2001:db8::77", 40'000);
    world.move_client(mobile);
    const Instant moved = world.now();
    ASSERT_TRUE(world.run_until([&] { return world.server().selected_path()->remote == mobile; },
                                seconds(3)));
    EXPECT_LE(world.now() - moved, milliseconds(500));
    const std::size_t heard = world.to_client().received.size();
    world.run_for(seconds(2));
    EXPECT_GE(world.to_client().received.size(), heard + 80);
    EXPECT_EQ(world.story().find("connected", world.story().find("2001:db8")), std::string::npos);
  });
}

TEST(PeerSim, AnIceRestartInterruptsNothing) {
  twice({}, [](World& world) {
    world.run_for(seconds(3));
    const std::size_t before = world.to_server().received.size();
    world.restart_ice();
    world.run_for(seconds(60));
    EXPECT_TRUE(world.is_up());
    EXPECT_GE(world.to_server().received.size(), before + 2950);
  });
}

TEST(PeerSim, MediaAllocatesNothingOnceACallRuns) {
  World world{Scenario{}};
  ASSERT_TRUE(world.run_until([&] { return world.is_up(); }, seconds(5)));
  rtc::Peer& client = world.client().peer();
  const rtc::Path from_client{*TransportAddress::parse("192.0.2.1", 7882), world.client_address()};
  std::array<std::uint8_t, 1300> datagram{};
  std::array<std::uint8_t, 12> header{0x80, 96};
  const ByteVector payload(1100, 7);
  const auto send_one = [&](std::uint16_t sequence) {
    store_be16(&header[2], sequence);
    const auto size = client.protect_rtp(datagram, header, payload, 0);
    world.server().handle_datagram(world.now(), from_client, MutableBytes{datagram}.first(*size));
    int packets = 0;
    while (auto event = world.server().poll_event())
      packets += std::holds_alternative<rtc::RtpPacket>(*event);
    std::array<std::uint8_t, rtc::kMaxSentDatagram> out;
    while (world.server().poll_transmit(world.now(), out)) {
    }
    return packets;
  };
  send_one(1);  // the first of a stream makes its replay window
  const AllocationGuard guard;
  int packets = 0;
  for (std::uint16_t sequence = 2; sequence < 1002; ++sequence) packets += send_one(sequence);
  EXPECT_EQ(guard.allocations(), 0U);
  EXPECT_EQ(packets, 1000);
}

// covers M20
TEST(PeerSim, StopsSendingThirtySecondsAfterTheLastCheck) {
  twice({}, [](World& world) {
    world.run_for(seconds(5));
    world.network().set_unplugged(world.client_address(), true);
    world.run_for(seconds(26));
    EXPECT_FALSE(world.server_end().has_value()) << "25 s of silence are no end";
    world.run_for(seconds(7));
    EXPECT_EQ(world.server_end(), rtc::DisconnectReason::ConsentLost);
    EXPECT_EQ(world.server().selected_path(), nullptr);
    EXPECT_TRUE(world.server().next_timeout().is_never());
  });
}

}  // namespace
}  // namespace vv::testing
