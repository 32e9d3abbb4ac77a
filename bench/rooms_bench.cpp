// Large rooms against the served product: 10, 100 and 1,000 people, one of whom speaks and shows a
// picture to all others. What a join takes there, and what those who are there cost.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "base/format.hpp"
#include "bench_threads.hpp"
#include "room_load.hpp"
#include "served_product.hpp"
#include "server/command_line.hpp"
#include "store/testing_store.hpp"

namespace vv::bench {
namespace {

constexpr std::size_t kAtOnce = 40;  // joins under way
constexpr std::size_t kJoins = 30;   // measured one by one
// A publisher is asked for a key frame at most every 500 ms (sfu/keyframe_gate.hpp); each of those
// who join apart by more has its own.
constexpr Duration kApart = milliseconds(600);
constexpr std::size_t kLive = 20;  // who really receives; for the others the kernel drops
constexpr Duration kSteady = seconds(5);

double millis(Duration d) { return static_cast<double>(d.as_micros()) / 1e3; }

void say(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

Duration percentile(std::vector<Duration> values, double share) {
  std::sort(values.begin(), values.end());
  const auto last = static_cast<double>(values.size() - 1);
  return values[static_cast<std::size_t>(last * share + 0.5)];
}

struct Crowd {
  std::vector<RoomClient*> people;
  std::size_t messages = 0;
  std::size_t bytes = 0;

  void count() {
    messages = bytes = 0;
    for (const RoomClient* person : people) {
      messages += person->messages();
      bytes += person->bytes();
    }
  }
};

bool is_in(const RoomClient& client) { return !client.times().active.is_never(); }

/// Fills the room, kAtOnce on their way at any time.
void fill(RoomLoad& load, Crowd& crowd, const std::string& room, std::size_t size) {
  while (crowd.people.size() < size) {
    const auto waiting = std::count_if(crowd.people.begin(), crowd.people.end(),
                                       [](const RoomClient* p) { return !is_in(*p); });
    if (static_cast<std::size_t>(waiting) >= kAtOnce) {
      load.run_for(milliseconds(1));
      continue;
    }
    crowd.people.push_back(&load.open({.room = room,
                                       .identity = format("p{}", crowd.people.size()),
                                       .publishes = crowd.people.empty()}));
    if (crowd.people.size() == 1) load.run_until([&] { return is_in(*crowd.people[0]); });
  }
  load.run_until([&] {
    return std::all_of(crowd.people.begin(), crowd.people.end(),
                       [](const RoomClient* p) { return is_in(*p); });
  });
}

/// Joins one after another, into a room that is full and talks.
void joins(RoomLoad& load, const std::string& room, std::size_t size) {
  std::vector<Duration> told;
  std::vector<Duration> active;
  std::vector<Duration> packet;
  std::vector<Duration> frame;
  for (std::size_t n = 0; n < kJoins; ++n) {
    RoomClient& late = load.open({.room = room, .identity = format("late{}", n)});
    load.run_until([&] { return is_in(late) && !late.times().first_frame.is_never(); });
    const RoomClient::Times& at = late.times();
    told.push_back(at.told - at.asked);
    active.push_back(at.active - at.asked);
    packet.push_back(at.first_packet - at.asked);
    frame.push_back(at.first_frame - at.asked);
    late.leave();
    load.run_for(milliseconds(50));
    load.close(late);
    load.run_for(kApart + milliseconds(7 * static_cast<std::int64_t>(n % 6)));
  }
  const auto row = [](const char* what, const std::vector<Duration>& values) {
    return format("{} {:.1f} / {:.1f}", what, millis(percentile(values, 0.5)),
                  millis(percentile(values, 0.99)));
  };
  say(format("  a join into a room of {}, ms p50 / p99: {}, {}, {}, {}", size, row("told", told),
             row("first packet", packet), row("first frame", frame), row("active", active)));
}

void room_of(RoomLoad& load, const ServedProduct& product, std::size_t size) {
  const std::string room = format("room{}", size);
  const std::size_t memory = product.resident_bytes();
  Crowd crowd;
  CpuShares filling(product);
  const Instant start = monotonic_now();
  fill(load, crowd, room, size);
  const Duration took = monotonic_now() - start;
  filling.stop();
  load.run_for(milliseconds(200));
  crowd.count();
  const double people = static_cast<double>(size);
  say(format(
      "room of {}: filled in {:.2f} s; of a join front loop {:.2f} ms, shard {:.2f} ms, "
      "{:.1f} messages and {:.1f} KiB each",
      size, took.as_seconds(), millis(filling.thread("front")) / people,
      millis(filling.thread("shard0")) / people, static_cast<double>(crowd.messages) / people,
      static_cast<double>(crowd.bytes) / people / 1024));
  say(format(
      "  memory a participant {:.1f} KiB, an answer {} bytes of SDP",
      (static_cast<double>(product.resident_bytes()) - static_cast<double>(memory)) / people / 1024,
      crowd.people.back()->answer_bytes()));
  for (std::size_t n = 1; n < crowd.people.size(); ++n) {
    if (crowd.people.size() > kLive && n % (crowd.people.size() / kLive) != 0)
      crowd.people[n]->stop_listening();
  }
  const auto forwarded = [&product] {
    return product.counter("visavis_sfu_forwarded_packets_total");
  };
  load.run_for(seconds(2));
  const std::uint64_t before = forwarded();
  crowd.count();
  const std::size_t said = crowd.messages;
  CpuShares steady(product);
  load.run_for(kSteady);
  steady.stop();
  const double sent = static_cast<double>(forwarded() - before);
  crowd.count();
  say(
      format("  while one speaks and shows: {:.0f} packets/s, shard {:.1f} %, front loop {:.1f} %, "
             "{:.2f} us a packet, {:.1f} messages/s each",
             sent / kSteady.as_seconds(), steady.thread("shard0").as_seconds() * 20,
             steady.thread("front").as_seconds() * 20,
             steady.thread("shard0").as_seconds() * 1e6 / std::max(sent, 1.0),
             static_cast<double>(crowd.messages - said) / people / kSteady.as_seconds()));
  joins(load, room, size);
  CpuShares leaving(product);
  for (RoomClient* person : crowd.people) person->leave();
  load.run_for(seconds(1));
  leaving.stop();
  say(format("  all leave: front loop {:.2f} ms each", millis(leaving.thread("front")) / people));
  for (RoomClient* person : crowd.people) load.close(*person);
}

int measure(int argc, char** argv) {
  raise_descriptor_limit();
  const store::TemporaryFolder folder;
  const ServedProduct product(folder.file(""));
  {
    ::usleep(2'000'000);  // starting is over
    CpuShares empty(product);
    ::usleep(5'000'000);
    empty.stop();
    say(format("empty server: {:.1f} MiB, {:.2f} % of a core (G12: <= 20 MiB, 0.0 %)",
               static_cast<double>(product.resident_bytes()) / 1024 / 1024,
               empty.server().as_seconds() * 20));
  }
  RoomLoad load(product.port());
  std::vector<std::size_t> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::stoul(argv[i]));
  if (sizes.empty()) sizes = {2, 10, 100, 1'000};
  for (const std::size_t size : sizes) room_of(load, product, size);
  return 0;
}

}  // namespace
}  // namespace vv::bench

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "serve") {
    return vv::server::run_command_line(argc, argv);
  }
  return vv::bench::measure(argc, argv);
}
