// What forwarding costs: one publisher to a hundred subscribers through the real shard and real
// sockets, beside the limit loops of the same run (performance.md sections 1 to 3). Offered load is
// fixed; what is compared is CPU time a forwarded packet.
#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "base/heap.hpp"
#include "base/metrics.hpp"
#include "media_limits.hpp"
#include "rtc/dtls/dtls_identity.hpp"
#include "shard/shards.hpp"
#include "testing/sfu_world.hpp"
#include "testing/socket_browser.hpp"

namespace vv::bench {
namespace {

constexpr std::size_t kSubscribers = 100;
constexpr int kRounds = 5;
constexpr std::size_t kPacketsPerRound = 800;  // a second at the publisher's budget of 8 Mbit/s
constexpr std::size_t kPayload = 1'150;
constexpr std::size_t kBurst = 8;
constexpr sfu::RoomId kRoom{1};

void pin(pid_t thread, int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(cpu), &set);
  sched_setaffinity(thread, sizeof set, &set);
}

/// The shard's thread, by the name its runner gave it.
pid_t shard_thread() {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::getline(std::ifstream(entry.path() / "comm") >> std::ws, name);
    if (name == "shard0") return std::stoi(entry.path().filename());
  }
  return 0;
}

Duration cpu_time_of(pid_t thread) {
  std::int64_t nanos = 0;
  std::ifstream("/proc/self/task/" + std::to_string(thread) + "/schedstat") >> nanos;
  return nanoseconds(nanos);
}

std::uint64_t forwarded() {
  return metrics()
      .counter("visavis_sfu_forwarded_packets_total", "RTP packets sent to subscribers")
      .value();
}

std::int64_t resident_bytes(pid_t process) {
  std::int64_t pages = 0;
  std::int64_t resident = 0;
  std::ifstream("/proc/" + std::to_string(process) + "/statm") >> pages >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

void sleep_for(Duration d) { usleep(static_cast<useconds_t>(d.as_micros())); }

class Call {
 public:
  Call() : identity_(std::move(*rtc::DtlsIdentity::create())) {
    auto started = shard::Shards::start({.udp_port = 0, .tcp_port = 0, .only_address = "127.0.0.1"},
                                        [](sfu::Event) {});
    VV_CHECK(started.has_value(), "loopback has free ports");
    shards_ = std::move(*started);
    shards_->post(sfu::OpenRoom{kRoom});
  }

  testing::SocketBrowser::Options add(std::uint32_t n) {
    const auto ours = rtc::IceCredentials::create(random_);
    const auto theirs = rtc::IceCredentials::create(random_);
    shards_->post(
        sfu::AddTransport{.room = kRoom,
                          .participant = sfu::ParticipantId{n},
                          .transport = sfu::TransportId{n},
                          .local = ours,
                          .identity = shards_->identity(monotonic_now()),
                          .remote = sfu::RemoteTransport{theirs, identity_->fingerprint()}});
    return {.mine = theirs,
            .theirs = ours,
            .server = shards_->candidates(kRoom).front().address,
            .fingerprint = shards_->identity(monotonic_now())->fingerprint(),
            .identity = identity_.get(),
            .keep_rtp = false};
  }
  void post(sfu::Command command) {
    VV_CHECK(shards_->post(std::move(command)), "the mailbox has room");
  }

 private:
  std::unique_ptr<rtc::DtlsIdentity> identity_;
  std::unique_ptr<shard::Shards> shards_;
  SystemRandom random_;
};

bool connect_all(std::vector<std::unique_ptr<testing::SocketBrowser>>& browsers) {
  const Instant deadline = monotonic_now() + seconds(60);
  while (!std::all_of(browsers.begin(), browsers.end(),
                      [](const auto& b) { return b->connected(); })) {
    if (monotonic_now() > deadline) return false;
    for (auto& browser : browsers) browser->step();
    sleep_for(milliseconds(1));
  }
  return true;
}

sfu::CodecConfig vp8() {
  return {.payload_type = 96, .name = "vp8", .clock_rate = 90'000, .feedback = {}, .format = ""};
}

/// CPU time a forwarded packet of one round.
Duration round(Call&, std::vector<std::unique_ptr<testing::SocketBrowser>>& browsers, pid_t thread,
               std::size_t burst, std::uint16_t& seq) {
  const ByteVector payload = testing::vp8_payload(true, true, 1, 1, 0, kPayload);
  const std::uint64_t sent_before = forwarded();
  const Duration cpu_before = cpu_time_of(thread);
  const Instant start = monotonic_now();
  std::vector<testing::SocketBrowser::Outgoing> packets(burst);
  for (std::size_t n = 0; n < kPacketsPerRound; n += burst) {
    for (auto& packet : packets) {
      ++seq;
      packet = {{.ssrc = 600,
                 .timestamp = seq * 3000U,
                 .sequence = seq,
                 .payload_type = 96,
                 .marker = true},
                payload};
    }
    VV_CHECK(browsers.front()->send_burst(packets), "the publisher is connected");
    const Instant next = start + microseconds(1'250) * static_cast<std::int64_t>(n + burst);
    while (monotonic_now() < next) sleep_for(microseconds(200));
  }
  const Duration cpu = cpu_time_of(thread) - cpu_before;
  for (auto& browser : browsers) browser->step();  // checks keep consent fresh
  sleep_for(milliseconds(2'200));                  // the shard adds its counters once a second
  const std::uint64_t sent = forwarded() - sent_before;
  if (sent < kPacketsPerRound * kSubscribers * 95 / 100)
    std::printf("  (only %llu forwarded)\n", static_cast<unsigned long long>(sent));
  return cpu / static_cast<std::int64_t>(std::max<std::uint64_t>(sent, 1));
}

Duration median(std::vector<Duration> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void forwarding() {
  Call call;
  std::vector<std::unique_ptr<testing::SocketBrowser>> browsers;
  for (std::uint32_t n = 1; n <= kSubscribers + 1; ++n)
    browsers.push_back(std::make_unique<testing::SocketBrowser>(call.add(n)));
  VV_CHECK(connect_all(browsers), "everyone connects");
  call.post(sfu::SetReceivers{kRoom,
                              sfu::TransportId{1},
                              {{.track = sfu::TrackId{1},
                                .mid = "0",
                                .kind = sfu::MediaKind::Video,
                                .codecs = {vp8()},
                                .rids = {},
                                .ssrcs = {{600, 0}},
                                .extensions = {}}}});
  rtc::rtp::ExtensionIds extensions;
  extensions.map(2, rtc::rtp::Extension::AbsSendTime);
  extensions.map(3, rtc::rtp::Extension::TransportSequence);
  for (std::uint32_t n = 2; n <= kSubscribers + 1; ++n) {
    drop_everything(browsers[n - 1]->fd());
    call.post(sfu::Subscribe{kRoom,
                             sfu::SubscriptionId{n},
                             sfu::TransportId{n},
                             sfu::TrackId{1},
                             {.mid = "3",
                              .kind = sfu::MediaKind::Video,
                              .ssrc = 0x1000 + n,
                              .codecs = {vp8()},
                              .extensions = extensions,
                              .cname = "c",
                              .limit = {}}});
  }
  const pid_t thread = shard_thread();
  pin(thread, 1);
  pin(0, 0);
  MediaLimits limits(kSubscribers);
  std::uint16_t seq = 0;
  struct Row {
    const char* what;
    std::size_t burst;
    bool split;
    std::vector<Duration> limit{};
    std::vector<Duration> ours{};
  };
  std::array<Row, 3> rows{{{"one by one (L1; G1)", 1, true},
                           {"bursts of 8, split (L8s; G2)", kBurst, true},
                           {"bursts of 8, whole (L8; G3)", kBurst, false}}};
  static_cast<void>(round(call, browsers, thread, 1, seq));  // warm
  for (int i = 0; i < kRounds; ++i) {
    for (Row& row : rows) {
      limits.split(row.split);
      for (std::size_t n = 1; n < browsers.size(); ++n) take_whole(browsers[n]->fd(), !row.split);
      pin(0, 1);  // the limit runs on the shard's own core
      row.limit.push_back(row.burst == 1 ? limits.one_by_one(kPacketsPerRound)
                                         : limits.bursts_of_8(kPacketsPerRound));
      pin(0, 0);
      row.ours.push_back(round(call, browsers, thread, row.burst, seq));
    }
  }
  std::printf("%-28s %11s %11s %8s\n", "CPU a forwarded packet", "limit", "ours", "ratio");
  for (const Row& row : rows) {
    const auto limit = static_cast<double>(median(row.limit).as_nanos());
    const auto ours = static_cast<double>(median(row.ours).as_nanos());
    std::printf("%-28s %8.0f ns %8.0f ns %8.2f\n", row.what, limit, ours, ours / limit);
  }
}

/// Resident memory of connected participants; their browsers live in a child process.
void memory() {
  constexpr std::uint32_t kParticipants = 300;
  Call call;
  std::vector<testing::SocketBrowser::Options> options;
  for (std::uint32_t n = 1; n <= 20; ++n)
    options.push_back(call.add(n));  // shared buffers are touched by these
  const auto connect = [](const std::vector<testing::SocketBrowser::Options>& group) {
    const pid_t child = fork();
    if (child == 0) {
      std::vector<std::unique_ptr<testing::SocketBrowser>> browsers;
      for (const auto& o : group) browsers.push_back(std::make_unique<testing::SocketBrowser>(o));
      _exit(connect_all(browsers) ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    VV_CHECK(status == 0, "everyone connects");
  };
  connect(options);
  sleep_for(milliseconds(200));
  const std::int64_t before = resident_bytes(getpid());
  const Duration cpu_before = cpu_time_of(shard_thread());
  options.clear();
  for (std::uint32_t n = 101; n <= 100 + kParticipants; ++n) options.push_back(call.add(n));
  connect(options);
  const Duration join = (cpu_time_of(shard_thread()) - cpu_before) / kParticipants;
  std::printf("%-28s %8.0f us of the shard: %.0f joins/s/core (G15)\n", "a join, all at once",
              static_cast<double>(join.as_nanos()) / 1e3, 1.0 / join.as_seconds());
  sleep_for(milliseconds(200));
  const auto row = [before](const char* what) {
    std::printf("%-28s %8.1f KiB\n", what,
                static_cast<double>(resident_bytes(getpid()) - before) / kParticipants / 1024);
  };
  row("memory a participant");  // with what the handshakes left behind, all of them at once
  release_free_memory();        // as the server does once a minute
  row("  within a minute (G11)");
}

/// A handshake from the first check to the keys, with nobody else about.
void connecting() {
  constexpr std::uint32_t kJoins = 200;
  Call call;
  std::vector<Duration> took;
  for (std::uint32_t n = 1; n <= kJoins; ++n) {
    const auto options = call.add(n);
    sleep_for(milliseconds(2));  // signalling's own way there takes longer
    const Instant start = monotonic_now();
    testing::SocketBrowser browser(options);
    while (!browser.connected()) browser.step();
    took.push_back(monotonic_now() - start);
    call.post(sfu::RemoveTransport{kRoom, sfu::TransportId{n}});
  }
  std::sort(took.begin(), took.end());
  const auto ms = [](Duration d) { return static_cast<double>(d.as_micros()) / 1e3; };
  std::printf("%-28s p50 %.2f ms, p99 %.2f ms (G13)\n", "ICE and DTLS, one by one",
              ms(took[kJoins / 2]), ms(took[kJoins * 99 / 100]));
}

/// What those cost who are there and say nothing; browsers check their path every 2.5 s.
void idle() {
  constexpr std::uint32_t kParticipants = 1'000;
  Call call;
  std::vector<std::unique_ptr<testing::SocketBrowser>> browsers;
  for (std::uint32_t n = 1; n <= kParticipants; ++n)
    browsers.push_back(std::make_unique<testing::SocketBrowser>(call.add(n)));
  VV_CHECK(connect_all(browsers), "everyone connects");
  const auto rest = [&browsers](Duration time) {
    for (const Instant end = monotonic_now() + time; monotonic_now() < end;) {
      for (auto& browser : browsers) browser->step();
      sleep_for(milliseconds(10));
    }
  };
  rest(seconds(3));
  const Duration before = cpu_time_of(shard_thread());
  rest(seconds(10));
  const Duration used = cpu_time_of(shard_thread()) - before;
  std::printf("%-28s %8.2f %% of a core (G12)\n", "1,000 idle participants",
              used.as_seconds() * 10);
}

}  // namespace
}  // namespace vv::bench

int main() {
  vv::bench::memory();
  vv::bench::connecting();
  vv::bench::idle();
  vv::bench::forwarding();
  return 0;
}
