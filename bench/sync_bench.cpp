// The reactive backend as it is served: this program again as `serve --dev` on loopback, sync
// sockets, a real disk. The load generator is one thread, and its CPU is counted apart.
//
//   acknowledged   256 people with one mutation in flight each, or 64 with 8: counted at their
//                  MutationResponse, which leaves after the commit is synced to the disk
//   alone          one person, one in flight; against the fsync time, taken turn about
//   to subscriber  from the send of a mutation to the Transition that shows it on another socket
//                  (G17), also with the database in memory, where nothing waits for a disk
//   fan-out        one mutation, N sockets that watch the one query it changes: until the last is
//                  served (G18), and the front loop's CPU an update (G19); the limit beside it is a
//                  loop of nothing but `send` of such a frame to as many sockets
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "base/format.hpp"
#include "fan_out_limit.hpp"
#include "fsync_limit.hpp"
#include "served_product.hpp"
#include "server/command_line.hpp"
#include "store/testing_store.hpp"
#include "sync_load.hpp"

namespace vv::bench {
namespace {

using store::TemporaryFolder;

constexpr std::size_t kPeople = 256;
constexpr Duration kWarm = milliseconds(500);
constexpr Duration kRun = seconds(5);
constexpr int kTurns = 5;  // of what is measured and its limit
constexpr Duration kTurn = milliseconds(600);
constexpr int kFanOuts = 30;
constexpr std::size_t kManySockets = 9'900;  // the limit holds both ends; 20,000 descriptors
constexpr std::size_t kMutationsInMemory = 2'000;

void say(const std::string& text) {
  std::fputs((text + "\n").c_str(), stdout);
  std::fflush(stdout);
}

double millis(Duration time) { return time.as_seconds() * 1e3; }

/// People in a closed loop: each sends its next mutation when the last is answered.
class Writers {
 public:
  Writers(SyncLoad& load, const std::vector<std::string>& tokens, std::size_t people,
          std::size_t in_flight) {
    people_.resize(people);
    for (std::size_t i = 0; i < people; ++i) {
      Person& person = people_[i];
      person.number = i;
      person.client = &load.open(tokens[i]);
      person.client->on_text = [this, &person](std::string_view text) { take(person, text); };
    }
    for (std::size_t turn = 0; turn < in_flight; ++turn) {
      for (Person& person : people_) send(person);
    }
  }

  void start() {
    times_.clear();
    measuring_ = true;
  }
  void stop() { measuring_ = false; }
  /// Sends nothing more, and waits for what is under way.
  void finish(SyncLoad& load) {
    ending_ = true;
    load.run_until([this] {
      return std::ranges::all_of(people_, [](const Person& p) { return p.sent.empty(); });
    });
    for (Person& person : people_) person.client->on_text = nullptr;
  }
  [[nodiscard]] std::vector<Duration>& times() { return times_; }

 private:
  struct Person {
    std::size_t number = 0;
    SyncClient* client = nullptr;
    std::uint64_t turn = 0;
    std::vector<Instant> sent;  // in order; answers come in order
  };

  void send(Person& person) {
    person.sent.push_back(monotonic_now());
    person.client->mutate("users:update",
                          format(R"({{"name":"p {} {}"}})", person.number, person.turn++));
  }

  void take(Person& person, std::string_view text) {
    if (!text.starts_with(R"({"type":"MutationResponse")")) return;
    VV_CHECK(text.find(R"("success":true)") != std::string_view::npos, "nothing refuses these");
    if (measuring_) times_.push_back(monotonic_now() - person.sent.front());
    person.sent.erase(person.sent.begin());
    if (!ending_) send(person);
  }

  std::vector<Person> people_;
  std::vector<Duration> times_;
  bool measuring_ = false;
  bool ending_ = false;
};

void acknowledged(const ServedProduct& product, const std::vector<std::string>& tokens,
                  std::size_t people, std::size_t in_flight, const std::string& goal) {
  SyncLoad load(product.port());
  Writers writers(load, tokens, people, in_flight);
  load.run_for(kWarm);
  const std::uint64_t commits = product.counter("visavis_store_commits_total");
  CpuShares cpu(product);
  writers.start();
  const Instant start = monotonic_now();
  load.run_for(kRun);
  const Duration took = monotonic_now() - start;
  writers.stop();
  cpu.stop();
  const std::uint64_t shared = product.counter("visavis_store_commits_total") - commits;
  writers.finish(load);
  std::vector<Duration>& times = writers.times();
  const auto count = static_cast<double>(times.size());
  say(format(
      "sync: {:3} people x {} in flight   {:6.0f}/s acknowledged, p50 {:5.2f} ms, p99 {:5.2f} "
      "ms, {:.1f} a commit   {}",
      people, in_flight, count / took.as_seconds(), millis(percentile(times, 0.5)),
      millis(percentile(times, 0.99)), count / static_cast<double>(shared), goal));
  const auto micros = [&](const std::string& thread) {
    return cpu.thread(thread).as_seconds() * 1e6 / count;
  };
  say(format("      {}; a mutation: writer {:.1f} us, front loop {:.1f} us", cpu.text(),
             micros("store-writer"), micros("front")));
}

void alone(const ServedProduct& product, const std::vector<std::string>& tokens,
           FsyncLimit* limit) {
  SyncLoad load(product.port());
  std::vector<Duration> times;
  Duration front;
  Duration writer;
  for (int turn = 0; turn < kTurns; ++turn) {
    if (limit != nullptr) limit->run_for(kTurn);
    Writers writers(load, tokens, 1, 1);
    load.run_for(milliseconds(50));
    CpuShares cpu(product);
    writers.start();
    load.run_for(kTurn);
    writers.stop();
    cpu.stop();
    front += cpu.thread("front");
    writer += cpu.thread("store-writer");
    writers.finish(load);
    times.insert(times.end(), writers.times().begin(), writers.times().end());
  }
  const auto each = [&](Duration cpu) {
    return cpu.as_seconds() * 1e6 / static_cast<double>(times.size());
  };
  const Duration ours = percentile(times, 0.5);
  const std::string against =
      limit == nullptr ? "in memory"
                       : format("fsync p50 {:.3f} ms, p99 {:.2f} ms: {:.2f} x   (goal < 1.5 x)",
                                millis(limit->at(0.5)), millis(limit->at(0.99)),
                                millis(ours) / millis(limit->at(0.5)));
  say(format("sync: one person alone          p50 {:.3f} ms, p99 {:.2f} ms; {}", millis(ours),
             millis(percentile(times, 0.99)), against));
  say(format("      CPU a mutation: front loop {:.1f} us, writer {:.1f} us", each(front),
             each(writer)));
}

/// One mutation at a time, until another socket of the same person shows it.
std::vector<Duration> to_subscriber(SyncLoad& load, const std::string& token,
                                    const std::function<bool(std::size_t)>& more) {
  SyncClient& writer = load.open(token);
  SyncClient& watcher = load.open(token);
  std::string wanted = R"({"type":"Transition")";
  bool seen = false;
  watcher.on_text = [&](std::string_view text) {
    seen = seen || text.find(wanted) != std::string_view::npos;
  };
  watcher.watch("users:me", {"{}"});
  load.run_until([&] { return seen; });
  std::vector<Duration> times;
  while (more(times.size())) {
    const std::string name = format("seen {} {}", load.clients().size(), times.size());
    wanted = '"' + name + '"';
    seen = false;
    const Instant sent = monotonic_now();
    writer.mutate("users:update", format(R"({{"name":"{}"}})", name));
    load.run_until([&] { return seen; });
    times.push_back(monotonic_now() - sent);
  }
  watcher.on_text = nullptr;
  return times;
}

void to_subscriber_on_disk(const ServedProduct& product, const std::string& token,
                           FsyncLimit& limit) {
  SyncLoad load(product.port());
  std::vector<Duration> times;
  for (int turn = 0; turn < kTurns; ++turn) {
    limit.run_for(kTurn);
    const Instant end = monotonic_now() + kTurn;
    const auto got = to_subscriber(load, token, [&](std::size_t) { return monotonic_now() < end; });
    times.insert(times.end(), got.begin(), got.end());
  }
  const Duration ours = percentile(times, 0.5);
  say(
      format("sync: mutation to subscriber    p50 {:.3f} ms, p99 {:.2f} ms; fsync p50 {:.3f} ms: "
             "{:.3f} ms over it   (G17: <= 0.5 ms)",
             millis(ours), millis(percentile(times, 0.99)), millis(limit.at(0.5)),
             millis(ours - limit.at(0.5))));
}

void to_subscriber_in_memory() {
  const TemporaryFolder folder;
  const ServedProduct product(folder.file(""));
  const std::vector<std::string> tokens = sign_up(product.port(), 1);
  alone(product, tokens, nullptr);
  SyncLoad load(product.port());
  std::vector<Duration> times =
      to_subscriber(load, tokens[0], [](std::size_t done) { return done < kMutationsInMemory; });
  say(format("sync: the same, in memory       p50 {:.3f} ms, p99 {:.2f} ms   (G17: <= 0.150 ms)",
             millis(percentile(times, 0.5)), millis(percentile(times, 0.99))));
}

/// Makes a demande of the person's. @return its id
std::string make_demande(SyncClient& person, SyncLoad& load) {
  std::string id;
  person.on_text = [&](std::string_view text) {
    const std::string_view mark = R"("result":")";
    const auto at = text.find(mark);
    if (!text.starts_with(R"({"type":"MutationResponse")") || at == std::string_view::npos) return;
    id = text.substr(at + mark.size());
    id.resize(id.find('"'));
  };
  person.mutate("demandes:create",
                R"({"titre":"Une demande","description":"Ce que l'on demande, en une phrase.",)"
                R"("prix":10000,"devise":"EUR"})");
  load.run_until([&] { return !id.empty(); });
  person.on_text = nullptr;
  return id;
}

/// @param each  how many of the changed queries one socket watches: one Transition brings them all
/// @param each  how many of the changed queries one socket watches: one Transition brings them all
void fan_out(const ServedProduct& product, const std::string& token, std::size_t sockets,
             std::size_t each, const std::string& goal) {
  SyncLoad load(product.port());
  SyncClient& owner = load.open(token);
  std::vector<std::string> demandes;
  for (std::size_t i = 0; i < each; ++i) {
    demandes.push_back(format(R"({{"demandeId":"{}"}})", make_demande(owner, load)));
  }
  std::size_t shown = 0;
  std::size_t bytes = 0;
  std::string wanted = R"("QueryUpdated")";
  for (std::size_t i = 0; i < sockets; ++i) {
    SyncClient& watcher = load.open();
    watcher.on_text = [&](std::string_view text) {
      if (text.find(wanted) == std::string_view::npos) return;
      ++shown;
      bytes = text.size();
    };
    watcher.watch("demandes:get", demandes);
  }
  load.run_until([&] { return shown >= sockets; });
  load.run_for(kWarm);

  std::vector<Duration> times;
  CpuShares cpu(product);
  for (int turn = 0; turn < kFanOuts; ++turn) {
    const std::string name = format("fan {} {} {}", sockets, each, turn);
    wanted = name;
    shown = 0;
    const Instant sent = monotonic_now();
    owner.mutate("users:update", format(R"({{"name":"{}"}})", name));
    load.run_until([&] { return shown >= sockets; });
    times.push_back(monotonic_now() - sent);
  }
  cpu.stop();
  for (const auto& client : load.clients()) client->close();  // the limit needs the descriptors
  const double frames = static_cast<double>(sockets) * kFanOuts;
  const double micros = cpu.thread("front").as_seconds() * 1e6 / frames;
  const double limit = fan_out_limit(sockets, bytes, kFanOuts).as_seconds() * 1e6 / frames;
  say(format(
      "sync: one mutation, {:5} sockets x {} queries   last served p50 {:6.2f} ms, max {:6.2f} "
      "ms   {}",
      sockets, each, millis(percentile(times, 0.5)), millis(percentile(times, 1)), goal));
  say(
      format("      front loop {:.2f} us a frame of {} bytes, {:.0f} updates/s/core; nothing but "
             "send: {:.2f} us, ratio {:.2f}",
             micros, bytes, 1e6 / micros * static_cast<double>(each), limit, micros / limit));
}

void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

int measure(std::string_view only) {
  raise_descriptor_limit();
  const auto wanted = [only](std::string_view part) { return only.empty() || only == part; };
  const TemporaryFolder folder(TemporaryFolder::Where::Disk);
  const ServedProduct product(folder.file(""));
  const std::vector<std::string> tokens =
      sign_up(product.port(), wanted("acknowledged") ? kPeople : 1);
  FsyncLimit limit(folder.file(""));
  if (wanted("alone")) {
    alone(product, tokens, &limit);
    to_subscriber_on_disk(product, tokens[0], limit);
    to_subscriber_in_memory();
  }
  if (wanted("acknowledged")) {
    acknowledged(product, tokens, kPeople, 1, "(goal >= 20,000/s, p99 < 40 ms)");
    acknowledged(product, tokens, 64, 1, "");
    acknowledged(product, tokens, 64, 8, "");
  }
  if (wanted("fan_out")) {
    fan_out(product, tokens[0], 1'000, 1, "(G18: <= 5 ms)");
    fan_out(product, tokens[0], kManySockets, 1, "(G18: <= 60 ms at 10,000)");
    fan_out(product, tokens[0], 1'000, 8, "(G19: >= 1.4 M/s/core when a write carries several)");
  }
  return 0;
}

}  // namespace
}  // namespace vv::bench

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "serve") {
    return vv::server::run_command_line(argc, argv);
  }
  return vv::bench::measure(argc > 1 ? argv[1] : "");
}
