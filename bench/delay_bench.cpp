// How long a packet is inside (performance.md G10): from a publisher's send to a subscriber's
// receive on loopback, through the real shard at half load, and through a perfect sender of the
// same run. Every twentieth subscriber of a hundred receives, the others drop in a socket filter.
#include <sys/socket.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "bench_threads.hpp"
#include "media_limits.hpp"
#include "perfect_sender.hpp"
#include "rtc/dtls/dtls_identity.hpp"
#include "rtc/rtp/rtp_view.hpp"
#include "shard/shards.hpp"
#include "testing/socket_browser.hpp"

namespace vv::bench {
namespace {

constexpr int kRounds = 5;
constexpr Duration kRound = seconds(2);
constexpr Duration kWarm = milliseconds(300);  // of a round, which does not count
constexpr std::size_t kPayload = 1'000;
constexpr std::size_t kLiveEvery = 20;
// A publisher's budget is 8 Mbit/s and 3,000 packets/s (sfu/ingress_budget.hpp).
constexpr double kRateOfOne = 700;

ByteVector stamped(Instant now) {
  ByteVector payload(kPayload, 0x42);
  const std::int64_t nanos = now.as_nanos();
  std::memcpy(payload.data(), &nanos, sizeof nanos);
  return payload;
}

Duration since(Bytes stamp) {
  std::int64_t nanos = 0;
  std::memcpy(&nanos, stamp.data(), sizeof nanos);
  return monotonic_now() - Instant::from_nanos(nanos);
}

double micros(std::vector<Duration> values, double share) {
  std::sort(values.begin(), values.end());
  const auto last = static_cast<double>(values.size() - 1);
  return static_cast<double>(values[static_cast<std::size_t>(last * share)].as_nanos()) / 1e3;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Sends at that rate, a little uneven, and looks at whoever receives as often as it can.
template <class Send, class Look>
void drive(double packets_a_second, Send send, Look look) {
  SeededRandom random{7};
  const double gap = 1e9 / packets_a_second;
  const Instant end = monotonic_now() + kRound;
  Instant next = monotonic_now();
  while (next < end) {
    while (monotonic_now() < next) look();
    send();
    const double share = 0.5 + static_cast<double>(random.below(1'000)) / 1'000;
    next += nanoseconds(static_cast<std::int64_t>(gap * share));
  }
  for (const Instant rest = monotonic_now() + milliseconds(20); monotonic_now() < rest;) look();
}

/// Rooms of one publisher and `subscribers`, on one shard.
class Town {
 public:
  Town(std::size_t rooms, std::size_t subscribers, std::size_t live_rooms)
      : identity_(std::move(*rtc::DtlsIdentity::create())) {
    auto started = shard::Shards::start({.udp_port = 0, .tcp_port = 0, .only_address = "127.0.0.1"},
                                        [](sfu::Event) {});
    VV_CHECK(started.has_value(), "loopback has free ports");
    shards_ = std::move(*started);
    thread_ = shard_threads().front();
    pin_first(thread_, 1);
    for (std::size_t n = 0; n < rooms; ++n) add_room(n, subscribers, n < live_rooms);
  }

  struct Result {
    std::vector<Duration> delays;
    double load = 0;  ///< share of a core that the shard ran
  };
  Result run(double packets_a_second) {
    Result result;
    delays_ = &result.delays;
    const Instant counts = monotonic_now() + kWarm;
    counts_from_ = counts;
    const Duration before = cpu_time_of(thread_);
    const Instant start = monotonic_now();
    std::size_t turn = 0;
    std::size_t looked = 0;
    Instant next_step = monotonic_now() + seconds(1);
    drive(
        packets_a_second,
        [&] {
          Publisher& room = publishers_[turn++ % publishers_.size()];
          ++room.seq;
          VV_CHECK(room.browser->send_rtp({.ssrc = 600,
                                           .timestamp = room.seq * 960U,
                                           .sequence = room.seq,
                                           .payload_type = 111},
                                          stamped(monotonic_now())),
                   "the publisher is connected");
        },
        [&] {
          live_[looked++ % live_.size()]->step();
          if (monotonic_now() < next_step) return;
          next_step += seconds(1);  // checks keep consent fresh
          for (auto& room : publishers_) room.browser->step();
          for (auto& other : quiet_) other->step();
        });
    result.load =
        (cpu_time_of(thread_) - before).as_seconds() / (monotonic_now() - start).as_seconds();
    delays_ = nullptr;
    return result;
  }

 private:
  struct Publisher {
    std::unique_ptr<testing::SocketBrowser> browser;
    std::uint16_t seq = 0;
  };

  std::unique_ptr<testing::SocketBrowser> add(sfu::RoomId room) {
    const std::uint32_t number = ++last_;
    const auto ours = rtc::IceCredentials::create(random_);
    const auto theirs = rtc::IceCredentials::create(random_);
    post(sfu::AddTransport{.room = room,
                           .participant = sfu::ParticipantId{number},
                           .transport = sfu::TransportId{number},
                           .local = ours,
                           .identity = shards_->identity(monotonic_now()),
                           .remote = sfu::RemoteTransport{theirs, identity_->fingerprint()}});
    auto browser = std::make_unique<testing::SocketBrowser>(testing::SocketBrowser::Options{
        .mine = theirs,
        .theirs = ours,
        .server = shards_->candidates(room).front().address,
        .fingerprint = shards_->identity(monotonic_now())->fingerprint(),
        .identity = identity_.get(),
        .keep_rtp = false,
        .on_rtp = [this](Bytes packet) { on_rtp(packet); }});
    const Instant deadline = monotonic_now() + seconds(20);
    while (!browser->connected()) {
      VV_CHECK(monotonic_now() < deadline, "everyone connects");
      browser->step();
    }
    return browser;
  }

  void add_room(std::size_t n, std::size_t subscribers, bool live) {
    const sfu::RoomId room{static_cast<std::uint32_t>(n + 1)};
    post(sfu::OpenRoom{room});
    publishers_.emplace_back().browser = add(room);
    const auto publisher = sfu::TransportId{last_};
    const auto track = sfu::TrackId{last_};
    const sfu::CodecConfig opus{
        .payload_type = 111, .name = "opus", .clock_rate = 48'000, .feedback = {}, .format = ""};
    post(sfu::SetReceivers{room,
                           publisher,
                           {{.track = track,
                             .mid = "0",
                             .kind = sfu::MediaKind::Audio,
                             .codecs = {opus},
                             .rids = {},
                             .ssrcs = {{600, 0}},
                             .extensions = {}}}});
    rtc::rtp::ExtensionIds extensions;
    extensions.map(2, rtc::rtp::Extension::AbsSendTime);
    extensions.map(3, rtc::rtp::Extension::TransportSequence);
    for (std::size_t i = 0; i < subscribers; ++i) {
      auto browser = add(room);
      post(sfu::Subscribe{room,
                          sfu::SubscriptionId{last_},
                          sfu::TransportId{last_},
                          track,
                          {.mid = "3",
                           .kind = sfu::MediaKind::Audio,
                           .ssrc = 0x1000 + last_,
                           .codecs = {opus},
                           .extensions = extensions,
                           .cname = "c",
                           .limit = {}}});
      const bool receives = live && i % kLiveEvery == 0;
      if (!receives) drop_everything(browser->fd());
      (receives ? live_ : quiet_).push_back(std::move(browser));
    }
  }

  void on_rtp(Bytes packet) {
    if (delays_ == nullptr || monotonic_now() < counts_from_) return;
    const auto view = rtc::rtp::parse_rtp(packet);
    if (view && view->payload().size() >= 8) delays_->push_back(since(view->payload()));
  }

  void post(sfu::Command command) {
    VV_CHECK(shards_->post(std::move(command)), "the mailbox has room");
  }

  SystemRandom random_;
  std::unique_ptr<rtc::DtlsIdentity> identity_;
  std::unique_ptr<shard::Shards> shards_;
  pid_t thread_ = 0;
  std::uint32_t last_ = 0;
  std::vector<Publisher> publishers_;
  std::vector<std::unique_ptr<testing::SocketBrowser>> live_;
  std::vector<std::unique_ptr<testing::SocketBrowser>> quiet_;
  std::vector<Duration>* delays_ = nullptr;
  Instant counts_from_;
};

/// The same packets to as many sockets, of which as many receive.
std::vector<Duration> through_perfect(std::size_t subscribers, double packets_a_second) {
  std::vector<net::UdpSocket> sockets;
  std::vector<net::Endpoint> addresses;
  std::vector<std::size_t> live;
  for (std::size_t i = 0; i < subscribers; ++i) {
    sockets.push_back(*net::UdpSocket::bind(*net::parse_address("127.0.0.1")));
    addresses.push_back(sockets.back().local());
    if (i % kLiveEvery == 0)
      live.push_back(i);
    else
      drop_everything(sockets.back().fd());
  }
  PerfectSender perfect(addresses, 1);
  net::UdpSocket from = *net::UdpSocket::bind(*net::parse_address("127.0.0.1"));
  net::UdpSender sender;
  std::vector<Duration> delays;
  const Instant counts_from = monotonic_now() + kWarm;
  std::size_t looked = 0;
  ByteVector in(2'000);
  drive(
      packets_a_second,
      [&] {
        const ByteVector payload = stamped(monotonic_now());
        const net::UdpRun run{perfect.address(), payload, payload.size()};
        sender.send(from, {&run, 1});
      },
      [&] {
        const int file = sockets[live[looked++ % live.size()]].fd();
        const ssize_t got = ::recv(file, in.data(), in.size(), MSG_DONTWAIT);
        if (got < static_cast<ssize_t>(PerfectSender::kHeader)) return;
        if (monotonic_now() >= counts_from)
          delays.push_back(since(Bytes{in}.subspan(PerfectSender::kStamp)));
      });
  return delays;
}

void measure(const char* what, Town& town, std::size_t subscribers, double rate, const char* goal) {
  std::vector<double> ours50;
  std::vector<double> ours99;
  std::vector<double> limit50;
  std::vector<double> limit99;
  double load = 0;
  for (int i = 0; i < kRounds; ++i) {
    const std::vector<Duration> limit = through_perfect(subscribers, rate);
    const Town::Result ours = town.run(rate);
    VV_CHECK(!limit.empty() && !ours.delays.empty(), "packets arrive");
    ours50.push_back(micros(ours.delays, 0.5));
    ours99.push_back(micros(ours.delays, 0.99));
    limit50.push_back(micros(limit, 0.5));
    limit99.push_back(micros(limit, 0.99));
    load += ours.load / kRounds;
  }
  std::printf(
      "%-24s %6.0f packets/s in, shard %2.0f %%: p50 %4.0f us, p99 %4.0f us; perfect sender p50 "
      "%4.0f, p99 %4.0f us: %.2f x %s\n",
      what, rate, load * 100, median(ours50), median(ours99), median(limit50), median(limit99),
      median(ours99) / median(limit99), goal);
  std::fflush(stdout);
}

}  // namespace
}  // namespace vv::bench

int main() {
  using namespace vv::bench;
  pin_first(0, 0);
  {
    Town pairs(60, 1, 1);
    measure("60 rooms of 1 -> 1", pairs, 1, 60 * kRateOfOne, "(G10: p99 <= 150 us)");
  }
  {
    Town calm(1, 1, 1);
    measure("one room of 1 -> 1", calm, 1, 100, "");
  }
  {
    Town hundreds(5, 100, 5);
    measure("5 rooms of 1 -> 100", hundreds, 100, 5 * kRateOfOne, "(G10: <= 1.3 x)");
  }
  return 0;
}
