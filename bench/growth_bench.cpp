// How the cost of forwarding grows (performance.md section 3): with the subscribers of a track,
// with rooms, with shards. Ratios, each taken in one run through the real shard and real sockets;
// those who receive drop in a socket filter. What is compared is CPU time a forwarded packet.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "base/format.hpp"
#include "base/metrics.hpp"
#include "bench_threads.hpp"
#include "media_limits.hpp"
#include "rtc/dtls/dtls_identity.hpp"
#include "shard/shards.hpp"
#include "testing/sfu_world.hpp"
#include "testing/socket_browser.hpp"

namespace vv::bench {
namespace {

constexpr int kRounds = 5;
constexpr std::size_t kPayload = 1'150;
constexpr std::size_t kBurst = 8;
constexpr Duration kPublish = seconds(2);  // the shard adds its counters once a second

std::size_t entries(const char* folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

double counted(const char* name) {
  return static_cast<double>(metrics().counter(name, "").value());
}

void sleep_for(Duration d) { usleep(static_cast<useconds_t>(d.as_micros())); }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void say(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

sfu::CodecConfig vp8() {
  return {.payload_type = 96, .name = "vp8", .clock_rate = 90'000, .feedback = {}, .format = ""};
}

/// Rooms of one publisher and some subscribers each, on shards of their own.
class Town {
 public:
  explicit Town(unsigned shard_count) : identity_(std::move(*rtc::DtlsIdentity::create())) {
    const std::vector<pid_t> before = shard_threads();
    auto started = shard::Shards::start({.udp_port = 0,
                                         .tcp_port = 0,
                                         .only_address = "127.0.0.1",
                                         .advertise = {},
                                         .count = shard_count},
                                        [](sfu::Event) {});
    VV_CHECK(started.has_value(), "loopback has free ports");
    shards_ = std::move(*started);
    for (const pid_t thread : shard_threads()) {
      if (std::find(before.begin(), before.end(), thread) == before.end())
        threads_.push_back(thread);
    }
    for (std::size_t n = 0; n < threads_.size(); ++n)
      pin_first(threads_[n], threads_.size() == 1 ? 1 : static_cast<int>(n));
  }

  void add_room(std::size_t subscribers) {
    const sfu::RoomId room{static_cast<std::uint32_t>(rooms_.size() + 1)};
    post(sfu::OpenRoom{room});
    Publisher& publisher = rooms_.emplace_back();
    publisher.browser = add(room);
    for (std::size_t n = 0; n < subscribers; ++n) others_.push_back(add(room));
    connect(room, subscribers);
  }

  /// What the shards ran and what they did, when every publisher sends `bursts` bursts.
  struct Work {
    double nanos = 0;
    double received = 0;
    double forwarded = 0;
    [[nodiscard]] double a_forwarded() const { return nanos / std::max(forwarded, 1.0); }
    [[nodiscard]] double a_received() const { return nanos / std::max(received, 1.0); }
  };
  Work work(std::size_t burst, std::size_t bursts) {
    Work work;
    const double forwarded_before = counted("visavis_sfu_forwarded_packets_total");
    const double received_before = counted("visavis_shard_received_datagrams_total");
    Duration cpu;
    for (const pid_t thread : threads_) cpu -= cpu_time_of(thread);
    const ByteVector payload = testing::vp8_payload(true, true, 1, 1, 0, kPayload);
    const Duration period = between(burst);
    const Instant start = monotonic_now();
    std::vector<testing::SocketBrowser::Outgoing> packets(burst);
    for (std::size_t n = 0; n < bursts; ++n) {
      for (Publisher& room : rooms_) {
        for (auto& packet : packets) {
          ++room.seq;
          packet = {{.ssrc = 600,
                     .timestamp = room.seq * 3000U,
                     .sequence = room.seq,
                     .payload_type = 96,
                     .marker = true},
                    payload};
        }
        VV_CHECK(room.browser->send_burst(packets), "the publisher is connected");
      }
      const Instant next = start + period * static_cast<std::int64_t>(n + 1);
      while (monotonic_now() < next) sleep_for(microseconds(200));
    }
    for (const pid_t thread : threads_) cpu += cpu_time_of(thread);
    for (auto& room : rooms_) room.browser->step();  // checks keep consent fresh
    for (auto& other : others_) other->step();
    sleep_for(kPublish + milliseconds(200));
    work.nanos = static_cast<double>(cpu.as_nanos());
    work.received = counted("visavis_shard_received_datagrams_total") - received_before;
    work.forwarded = counted("visavis_sfu_forwarded_packets_total") - forwarded_before;
    const auto offered = static_cast<double>(bursts * burst * others_.size());
    if (work.forwarded < offered * 0.95)
      say(format("  (only {:.0f} of {:.0f} forwarded)", work.forwarded, offered));
    return work;
  }
  [[nodiscard]] std::size_t sockets() const { return rooms_.size() + others_.size(); }
  [[nodiscard]] std::size_t packets_of_a_burst() const {
    return std::max(rooms_.size(), others_.size());
  }

 private:
  struct Publisher {
    std::unique_ptr<testing::SocketBrowser> browser;
    std::uint16_t seq = 0;
  };

  void post(sfu::Command command) {
    VV_CHECK(shards_->post(std::move(command)), "the mailbox has room");
  }
  /// Between bursts of a publisher: within its budget of 8 Mbit/s, and a shard has some 80,000
  /// packets a second to handle at most.
  [[nodiscard]] Duration between(std::size_t burst) const {
    const auto packets = static_cast<std::int64_t>(burst * packets_of_a_burst());
    return std::max(microseconds(1'250) * static_cast<std::int64_t>(burst),
                    nanoseconds(12'500) * packets);
  }

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
    return std::make_unique<testing::SocketBrowser>(testing::SocketBrowser::Options{
        .mine = theirs,
        .theirs = ours,
        .server = shards_->candidates(room).front().address,
        .fingerprint = shards_->identity(monotonic_now())->fingerprint(),
        .identity = identity_.get(),
        .keep_rtp = false});
  }

  void connect(sfu::RoomId room, std::size_t subscribers) {
    const std::size_t first = others_.size() - subscribers;
    const Instant deadline = monotonic_now() + seconds(60);
    for (bool all = false; !all;) {
      VV_CHECK(monotonic_now() < deadline, "everyone connects");
      rooms_.back().browser->step();
      all = rooms_.back().browser->connected();
      for (std::size_t n = first; n < others_.size(); ++n) {
        others_[n]->step();
        all = all && others_[n]->connected();
      }
    }
    const auto publisher = sfu::TransportId{last_ - static_cast<std::uint32_t>(subscribers)};
    const auto track = sfu::TrackId{publisher.raw()};
    post(sfu::SetReceivers{room,
                           publisher,
                           {{.track = track,
                             .mid = "0",
                             .kind = sfu::MediaKind::Video,
                             .codecs = {vp8()},
                             .rids = {},
                             .ssrcs = {{600, 0}},
                             .extensions = {}}}});
    rtc::rtp::ExtensionIds extensions;
    extensions.map(2, rtc::rtp::Extension::AbsSendTime);
    extensions.map(3, rtc::rtp::Extension::TransportSequence);
    for (std::size_t n = first; n < others_.size(); ++n) {
      drop_everything(others_[n]->fd());
      const auto number = publisher.raw() + static_cast<std::uint32_t>(n - first) + 1;
      post(sfu::Subscribe{room,
                          sfu::SubscriptionId{number},
                          sfu::TransportId{number},
                          track,
                          {.mid = "3",
                           .kind = sfu::MediaKind::Video,
                           .ssrc = 0x1000 + number,
                           .codecs = {vp8()},
                           .extensions = extensions,
                           .cname = "c",
                           .limit = {}}});
    }
  }

  SystemRandom random_;
  std::unique_ptr<rtc::DtlsIdentity> identity_;
  std::unique_ptr<shard::Shards> shards_;
  std::vector<pid_t> threads_;
  std::uint32_t last_ = 0;
  std::vector<Publisher> rooms_;
  std::vector<std::unique_ptr<testing::SocketBrowser>> others_;
};

constexpr std::size_t kPackets = 120'000;  // handled in a round

struct Column {
  const char* what;
  Town* town;
  std::vector<double> forwarded{};
  std::vector<double> received{};
};

/// Rounds turn about; towns that do not send are quiet.
void measure(std::vector<Column>& columns, std::size_t burst) {
  const auto bursts = [burst](const Town& town) {
    return std::max<std::size_t>(kPackets / (burst * town.packets_of_a_burst()), 4);
  };
  for (Column& column : columns) static_cast<void>(column.town->work(burst, 4));
  for (int round = 0; round < kRounds; ++round) {
    for (Column& column : columns) {
      const Town::Work work =
          column.town->work(burst, std::min<std::size_t>(bursts(*column.town), 400));
      column.forwarded.push_back(work.a_forwarded());
      column.received.push_back(work.a_received());
    }
  }
}

void growth(std::size_t burst) {
  Town ten(1);
  Town hundred(1);
  Town thousand(1);
  ten.add_room(10);
  hundred.add_room(100);
  thousand.add_room(1'000);
  const std::size_t threads_before = entries("/proc/self/task");
  const std::size_t files_before = entries("/proc/self/fd");
  Town rooms(1);
  const std::size_t threads_of_a_town = entries("/proc/self/task") - threads_before;
  const std::size_t files_of_a_town = entries("/proc/self/fd") - files_before;
  for (int n = 0; n < 1'000; ++n) rooms.add_room(1);
  const std::size_t threads_more = entries("/proc/self/task") - threads_before - threads_of_a_town;
  const std::size_t files_more = entries("/proc/self/fd") - files_before - files_of_a_town;
  std::vector<Column> columns{{"1 -> 10", &ten},
                              {"1 -> 100", &hundred},
                              {"1 -> 1,000", &thousand},
                              {"1,000 rooms of 1 -> 1", &rooms}};
  measure(columns, burst);
  say(format("CPU a forwarded packet, bursts of {}:", burst));
  const double base = median(columns[2].forwarded);
  for (const Column& column : columns) {
    say(format("  {:24} {:7.0f} ns, {:.2f} x one room of 1 -> 1,000", column.what,
               median(column.forwarded), median(column.forwarded) / base));
  }
  say(
      format("  for 1,000 rooms, 2,000 transports, 1,000 tracks and subscriptions: {} threads, {} "
             "descriptors more, of which {} are the clients'",
             threads_more, files_more, rooms.sockets()));
}

/// What the limit loop takes for a packet on that core.
double limit_nanos(int cpu) {
  pin_first(0, cpu);
  MediaLimits limits(100);
  return static_cast<double>(limits.bursts_of_8(8'000).as_nanos());
}

double limit_in_a_thread(int cpu) {
  double nanos = 0;
  std::thread([&] { nanos = limit_nanos(cpu); }).join();
  return nanos;
}

/// Two shards at once, each on a core of its own, against one alone: how many packets both could
/// send. Beside it the limit loop, alone and on both cores: what the machine's cores are when both
/// work.
void two_shards() {
  std::vector<double> alone;
  std::vector<double> both;
  for (int round = 0; round < kRounds; ++round) {
    alone.push_back((limit_in_a_thread(0) + limit_in_a_thread(1)) / 2);
    double first = 0;
    std::thread other([&] { first = limit_nanos(0); });
    const double second = limit_in_a_thread(1);
    other.join();
    both.push_back((first + second) / 2);
  }
  say(
      format("two cores at once, the limit loop: {:.0f} ns a packet, one alone {:.0f} ns: {:.2f} x "
             "the packets",
             median(both), median(alone), 2 * median(alone) / median(both)));
  Town one(1);
  one.add_room(100);
  Town two(2);
  two.add_room(100);
  two.add_room(100);
  std::vector<Column> columns{{"one shard", &one}, {"two shards at once", &two}};
  measure(columns, kBurst);
  const double single = median(columns[0].forwarded);
  const double pair = median(columns[1].forwarded);
  say(format("two shards at once: {:.0f} ns a packet, one alone {:.0f} ns: {:.2f} x the packets",
             pair, single, 2 * single / pair));
}

/// The dearest case by itself, to be looked at with a profiler.
void thousand_rooms() {
  Town rooms(1);
  for (int n = 0; n < 1'000; ++n) rooms.add_room(1);
  std::vector<Column> columns{{"1,000 rooms of 1 -> 1", &rooms}};
  measure(columns, kBurst);
  say(format("1,000 rooms of 1 -> 1, bursts of {}: {:.0f} ns a forwarded packet", kBurst,
             median(columns[0].forwarded)));
}

void nobody_listens() {
  Town town(1);
  for (int n = 0; n < 100; ++n) town.add_room(0);
  for (const std::size_t burst : {std::size_t{1}, kBurst}) {
    std::vector<Column> columns{{"nobody", &town}};
    measure(columns, burst);
    say(format("a packet that nobody takes, bursts of {}: {:.0f} ns (G8: <= 500)", burst,
               median(columns[0].received)));
  }
}

}  // namespace
}  // namespace vv::bench

int main(int argc, char** argv) {
  using namespace vv::bench;
  raise_descriptor_limit();
  const std::string only = argc > 1 ? argv[1] : "";
  pin_first(0, 0);
  if (only.empty() || only == "nobody") nobody_listens();
  if (only.empty() || only == "shards") two_shards();
  if (only.empty() || only == "growth") growth(kBurst);
  if (only.empty() || only == "one_by_one") growth(1);
  if (only == "rooms") thousand_rooms();
  return 0;
}
