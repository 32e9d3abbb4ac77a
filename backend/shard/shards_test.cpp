// Two browsers' ends and the real thing between them, on real loopback sockets.
#include "shard/shards.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <mutex>

#include "base/clock.hpp"
#include "net/tcp/tcp_socket.hpp"
#include "rtc/dtls/dtls_identity.hpp"
#include "rtc/rtp/header_writer.hpp"
#include "testing/sfu_world.hpp"
#include "testing/socket_browser.hpp"

namespace vv::shard {
namespace {

using testing::SocketBrowser;

constexpr sfu::RoomId kRoom{3};
constexpr Duration kPatience = seconds(20);

/// Events come on the shard's thread; tests look at them from their own.
class Seen {
 public:
  void add(sfu::Event event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  template <class E>
  [[nodiscard]] std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::count_if(events_.begin(), events_.end(),
                      [](const auto& e) { return std::holds_alternative<E>(e); }));
  }

 private:
  mutable std::mutex mutex_;
  std::vector<sfu::Event> events_;
};

template <class Condition>
bool wait_for(std::initializer_list<SocketBrowser*> browsers, Condition condition) {
  const Instant deadline = monotonic_now() + kPatience;
  while (!condition()) {
    if (monotonic_now() > deadline) return false;
    for (SocketBrowser* browser : browsers) browser->step();
    poll(nullptr, 0, 1);
  }
  return true;
}

sfu::CodecConfig codec(std::string name, std::uint8_t pt) {
  return {.payload_type = pt,
          .name = std::move(name),
          .clock_rate = pt == 111 ? 48'000U : 90'000U,
          .feedback = {},
          .format = ""};
}

TEST(Shards, SoundAndPictureGoFromOneBrowserToTheOther) {
  Seen seen;
  auto shards = Shards::start({.udp_port = 0, .tcp_port = 0, .only_address = "127.0.0.1"},
                              [&](sfu::Event e) { seen.add(std::move(e)); });
  ASSERT_TRUE(shards.has_value()) << shards.error().message;
  const auto identity = std::move(*rtc::DtlsIdentity::create());
  SystemRandom random;
  (*shards)->post(sfu::OpenRoom{kRoom});
  // covers M8: the second joins on another day than the first, whose connection stands.
  const auto join = [&](std::uint32_t n) {
    const auto certificate = (*shards)->identity(monotonic_now() + days(n));
    const auto ours = rtc::IceCredentials::create(random);
    const auto theirs = rtc::IceCredentials::create(random);
    (*shards)->post(
        sfu::AddTransport{.room = kRoom,
                          .participant = sfu::ParticipantId{n},
                          .transport = sfu::TransportId{n},
                          .local = ours,
                          .identity = certificate,
                          .remote = sfu::RemoteTransport{theirs, identity->fingerprint()}});
    return std::make_unique<SocketBrowser>(
        SocketBrowser::Options{.mine = theirs,
                               .theirs = ours,
                               .server = (*shards)->candidates(kRoom).front().address,
                               .fingerprint = certificate->fingerprint(),
                               .identity = identity.get()});
  };
  const auto alice = join(1);
  ASSERT_TRUE(wait_for({alice.get()}, [&] { return alice->connected(); }));
  const auto bob = join(2);
  ASSERT_TRUE(wait_for({alice.get(), bob.get()}, [&] {
    return alice->connected() && bob->connected() && seen.count<sfu::TransportConnected>() == 2;
  }));

  (*shards)->post(sfu::SetReceivers{kRoom,
                                    sfu::TransportId{1},
                                    {{.track = sfu::TrackId{1},
                                      .mid = "0",
                                      .kind = sfu::MediaKind::Audio,
                                      .codecs = {codec("opus", 111)},
                                      .rids = {},
                                      .ssrcs = {{500, 0}},
                                      .extensions = {}},
                                     {.track = sfu::TrackId{2},
                                      .mid = "1",
                                      .kind = sfu::MediaKind::Video,
                                      .codecs = {codec("vp8", 96)},
                                      .rids = {},
                                      .ssrcs = {{600, 0}},
                                      .extensions = {}}}});
  for (std::uint32_t n = 1; n <= 2; ++n) {
    (*shards)->post(sfu::Subscribe{kRoom,
                                   sfu::SubscriptionId{n},
                                   sfu::TransportId{2},
                                   sfu::TrackId{n},
                                   {.mid = "3",
                                    .kind = n == 1 ? sfu::MediaKind::Audio : sfu::MediaKind::Video,
                                    .ssrc = 0x1000 + n,
                                    .codecs = {n == 1 ? codec("opus", 111) : codec("vp8", 96)},
                                    .extensions = {},
                                    .cname = "c",
                                    .limit = {}}});
  }
  std::uint16_t n = 0;
  const auto heard = [&](std::uint32_t ssrc) {
    return std::count_if(bob->rtp().begin(), bob->rtp().end(),
                         [&](const ByteVector& p) { return load_be32(&p[8]) == ssrc; });
  };
  EXPECT_TRUE(wait_for({alice.get(), bob.get()}, [&] {
    ++n;
    static_cast<void>(
        alice->send_rtp({.ssrc = 500, .timestamp = n * 960U, .sequence = n, .payload_type = 111},
                        ByteVector(60, 1)));
    static_cast<void>(alice->send_rtp(
        {.ssrc = 600, .timestamp = n * 3000U, .sequence = n, .payload_type = 96, .marker = true},
        testing::vp8_payload(true, true, n, 1, 0, 900)));
    return heard(0x1001) >= 20 && heard(0x1002) >= 20;
  }));
  EXPECT_EQ(seen.count<sfu::TrackStarted>(), 2U);
}

TEST(Shards, ATakenPortIsAnErrorAtTheStart) {
  auto first =
      Shards::start({.udp_port = 0, .tcp_port = 0, .only_address = "127.0.0.1"}, [](sfu::Event) {});
  ASSERT_TRUE(first.has_value());
  const std::uint16_t port = (*first)->candidates(kRoom).front().address.port();
  auto second = Shards::start({.udp_port = port, .tcp_port = 0, .only_address = "127.0.0.1"},
                              [](sfu::Event) {});
  EXPECT_FALSE(second.has_value());
}

TEST(Shards, CandidatesSayWhatIsAdvertised) {
  auto shards = Shards::start({.udp_port = 0,
                               .tcp_port = 0,
                               .only_address = "127.0.0.1",
                               .advertise = Advertised{"192.0.2.9", 4000, 0}},
                              [](sfu::Event) {});
  ASSERT_TRUE(shards.has_value());
  const auto& candidates = (*shards)->candidates(kRoom);
  ASSERT_EQ(candidates.size(), 2U);
  EXPECT_EQ(candidates[0].address.to_string(), "192.0.2.9:4000/udp");
  EXPECT_EQ(candidates[1].address.ip_text(), "192.0.2.9");
  EXPECT_GT(candidates[0].priority, candidates[1].priority);
}

TEST(Shards, EachIsToldAtItsOwnAdvertisedPort) {
  auto shards = Shards::start({.udp_port = 0,
                               .tcp_port = 0,
                               .only_address = "127.0.0.1",
                               .advertise = Advertised{"192.0.2.9", 4000, 5000},
                               .count = 2},
                              [](sfu::Event) {});
  ASSERT_TRUE(shards.has_value());
  const auto told = [&shards](std::uint32_t room, std::size_t n) {
    return (*shards)->candidates(sfu::RoomId{room})[n].address.to_string();
  };
  EXPECT_EQ(told(2, 0), "192.0.2.9:4000/udp");
  EXPECT_EQ(told(2, 1), "192.0.2.9:5000/tcp");
  EXPECT_EQ(told(3, 0), "192.0.2.9:4001/udp");
  EXPECT_EQ(told(3, 1), "192.0.2.9:5001/tcp");
}

std::vector<std::string> texts(const std::vector<Candidate>& candidates) {
  std::vector<std::string> all;
  for (const Candidate& candidate : candidates) all.push_back(candidate.address.to_string());
  return all;
}

TEST(Shards, APortOfSomebodyElsesIsNamedLastWhereItCanBeReached) {
  const auto named = [](const ShardOptions& options, std::string_view bound, std::uint16_t told) {
    auto shards = Shards::start(options, [](sfu::Event) {});
    (*shards)->add_tcp_port(*net::parse_endpoint(bound), told);
    const std::vector<Candidate>& all = (*shards)->candidates(kRoom);
    for (std::size_t i = 1; i < all.size(); ++i) {
      EXPECT_GT(all[i - 1].priority, all[i].priority);
      EXPECT_NE(all[i - 1].foundation, all[i].foundation);
    }
    return texts(all);
  };
  ShardOptions options{.udp_port = 0, .tcp_port = 0, .only_address = "127.0.0.1"};
  const auto both = named(options, "127.0.0.1:8080", 0);
  ASSERT_EQ(both.size(), 3U);
  EXPECT_TRUE(both[1].ends_with("/tcp"));
  EXPECT_EQ(both[2], "127.0.0.1:8080/tcp");

  options.listens_on_tcp = false;
  EXPECT_EQ(named(options, "0.0.0.0:8080", 443).at(1), "127.0.0.1:443/tcp");
  EXPECT_EQ(named(options, "[::]:8080", 0).at(1), "127.0.0.1:8080/tcp");
  EXPECT_EQ(named(options, "192.0.2.1:8080", 0).at(1), "192.0.2.1:8080/tcp");

  options.advertise = Advertised{"192.0.2.9", 4000, 0};
  EXPECT_EQ(named(options, "0.0.0.0:8080", 443),
            (std::vector<std::string>{"192.0.2.9:4000/udp", "192.0.2.9:443/tcp"}));
  // Who is behind something else on this machine is not what the world reaches.
  EXPECT_EQ(named(options, "127.0.0.1:8080", 443),
            (std::vector<std::string>{"192.0.2.9:4000/udp"}));
}

/// A listener that is none of the shards', whose connections it gives them as the HTTP port does.
class OtherPort {
 public:
  explicit OtherPort(Shards& shards)
      : shards_(shards),
        listener_(std::move(*net::TcpListener::bind(*net::parse_address("127.0.0.1")))) {
    shards_.add_tcp_port(listener_.local(), 0);
  }
  /// Accepts, and gives away those whose first frame has come.
  void step() {
    while (auto stream = listener_.accept()) waiting_.push_back(std::move(*stream));
    for (std::size_t i = 0; i < waiting_.size();) {
      std::array<std::uint8_t, 1502> first{};
      const auto size = recv(waiting_[i].fd(), first.data(), first.size(), MSG_PEEK);
      if (size < 2 || size < 2 + load_be16(first.data())) {
        ++i;
        continue;
      }
      shards_.take(std::move(waiting_[i]), Bytes{first}.subspan(2, load_be16(first.data())));
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

 private:
  Shards& shards_;
  net::TcpListener listener_;
  std::vector<net::TcpStream> waiting_;
};

// covers F11
TEST(Shards, WhoComesOverAnotherPortIsAtTheShardOfTheirRoom) {
  Seen seen;
  auto shards = Shards::start({.udp_port = 0,
                               .tcp_port = 0,
                               .listens_on_tcp = false,
                               .only_address = "127.0.0.1",
                               .count = 3},
                              [&](sfu::Event e) { seen.add(std::move(e)); });
  ASSERT_TRUE(shards.has_value()) << shards.error().message;
  OtherPort port(**shards);
  const auto identity = std::move(*rtc::DtlsIdentity::create());
  SystemRandom random;
  std::vector<std::unique_ptr<SocketBrowser>> browsers;
  for (std::uint32_t n = 1; n <= 9; ++n) {
    const sfu::RoomId room{n};
    const auto ours = rtc::IceCredentials::create(random);
    const auto theirs = rtc::IceCredentials::create(random);
    (*shards)->post(sfu::OpenRoom{room});
    (*shards)->post(
        sfu::AddTransport{.room = room,
                          .participant = sfu::ParticipantId{n},
                          .transport = sfu::TransportId{n},
                          .local = ours,
                          .identity = (*shards)->identity(monotonic_now()),
                          .remote = sfu::RemoteTransport{theirs, identity->fingerprint()}});
    browsers.push_back(std::make_unique<SocketBrowser>(
        SocketBrowser::Options{.mine = theirs,
                               .theirs = ours,
                               .server = (*shards)->candidates(room).back().address,
                               .fingerprint = (*shards)->identity(monotonic_now())->fingerprint(),
                               .identity = identity.get()}));
  }
  // Nobody's check: it goes round and ends.
  SocketBrowser stranger({.mine = rtc::IceCredentials::create(random),
                          .theirs = rtc::IceCredentials::create(random),
                          .server = (*shards)->candidates(kRoom).back().address,
                          .fingerprint = (*shards)->identity(monotonic_now())->fingerprint(),
                          .identity = identity.get()});
  EXPECT_TRUE(wait_for({&stranger}, [&] {
    port.step();
    for (const auto& browser : browsers) browser->step();
    const auto closed = [&] {
      std::uint8_t byte = 0;
      return recv(stranger.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    };
    return closed() && seen.count<sfu::TransportConnected>() == browsers.size() &&
           std::all_of(browsers.begin(), browsers.end(),
                       [](const auto& browser) { return browser->connected(); });
  }));
  EXPECT_FALSE(stranger.connected());
}

// covers F11
TEST(Shards, OfAHundredWhoHaveTcpAloneNinetyNineAreConnectedWithinFiveSeconds) {
  auto shards =
      Shards::start({.udp_port = 0, .tcp_port = 0, .only_address = "127.0.0.1"}, [](sfu::Event) {});
  ASSERT_TRUE(shards.has_value()) << shards.error().message;
  OtherPort port(**shards);
  const auto identity = std::move(*rtc::DtlsIdentity::create());
  const auto certificate = (*shards)->identity(monotonic_now());
  SystemRandom random;
  (*shards)->post(sfu::OpenRoom{kRoom});
  int soon = 0;
  for (std::uint32_t n = 1; n <= 100; ++n) {
    const auto ours = rtc::IceCredentials::create(random);
    const auto theirs = rtc::IceCredentials::create(random);
    (*shards)->post(
        sfu::AddTransport{.room = kRoom,
                          .participant = sfu::ParticipantId{n},
                          .transport = sfu::TransportId{n},
                          .local = ours,
                          .identity = certificate,
                          .remote = sfu::RemoteTransport{theirs, identity->fingerprint()}});
    const Instant start = monotonic_now();
    // UDP, TCP of their own, TCP of the other port.
    SocketBrowser browser({.mine = theirs,
                           .theirs = ours,
                           .server = (*shards)->candidates(kRoom).at(1 + n % 2).address,
                           .fingerprint = certificate->fingerprint(),
                           .identity = identity.get()});
    const bool connected = wait_for({&browser}, [&] {
      port.step();
      return browser.connected();
    });
    if (connected && monotonic_now() - start <= seconds(5)) ++soon;
  }
  EXPECT_GE(soon, 99);
}

}  // namespace
}  // namespace vv::shard
