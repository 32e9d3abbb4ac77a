// What a backup of a server that people write to costs them (threat-model F5): the time from a
// mutation to its durable commit, alone and while `visavis backup` copies 500 MB beside it.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/config.hpp"
#include "base/format.hpp"
#include "identity/user.hpp"
#include "market/documents.hpp"
#include "server/backup.hpp"
#include "server/functions.hpp"
#include "store/store.hpp"
#include "store/testing_store.hpp"

namespace vv {
namespace {

constexpr std::uintmax_t kWanted = 500'000'000;  // bytes of the database file
constexpr std::size_t kRowsAtOnce = 200;
constexpr std::size_t kInFlight = 16;  // mutations, each of another client; the next follows
constexpr Duration kAlone = seconds(10);
constexpr int kBackups = 3;

void say(const std::string& text) {
  std::fputs((text + "\n").c_str(), stdout);
  std::fflush(stdout);
}

/// Clients that write one demande after another, for as long as it lives.
class Writers {
 public:
  Writers(store::Store& store, market::UserId user) : store_(store), user_(std::move(user)) {
    for (std::size_t i = 0; i < kInFlight; ++i) next();
  }
  ~Writers() {
    ending_ = true;
    for (std::size_t left = running_; left > 0; left = running_) running_.wait(left);
  }
  Writers(const Writers&) = delete;
  Writers& operator=(const Writers&) = delete;

  /// Sorted, of the mutations since the last call.
  std::vector<Duration> take() {
    std::vector<Duration> taken;
    const auto swapped = store_.write_and_wait([&](store::Writer&) -> Status {
      if (!times_.empty()) taken.swap(times_);  // on the thread that fills it; may run twice
      return {};
    });
    VV_CHECK(swapped.has_value(), "the writer runs");
    std::ranges::sort(taken);
    return taken;
  }

 private:
  void next() {
    ++running_;
    const Instant asked = monotonic_now();
    store_.write(
        [this](store::Writer& db) -> Status {
          market::Demande demande;
          demande.demandeur_id = user_;
          demande.titre = "Demande";
          demande.description = std::string(400, 'x');
          VV_TRY(db.insert(demande));
          return {};
        },
        [this, asked](const Result<store::Commit>& done) {
          VV_CHECK(done.has_value(), "nothing refuses these");
          times_.push_back(monotonic_now() - asked);
          if (!ending_) next();
          --running_;
          running_.notify_all();
        });
  }

  store::Store& store_;
  market::UserId user_;
  std::vector<Duration> times_;
  std::atomic<bool> ending_{false};
  std::atomic<std::size_t> running_{0};
};

market::UserId fill(store::Store& store, const std::string& path) {
  market::UserId user;
  for (bool first = true; first || std::filesystem::file_size(path) < kWanted; first = false) {
    const auto made = store.write_and_wait([&](store::Writer& db) -> Status {
      if (first) {
        identity::User someone;
        someone.email = "person@example.org";
        VV_ASSIGN_OR_RETURN(user, db.insert(someone));
      }
      for (std::size_t i = 0; i < kRowsAtOnce; ++i) {
        market::Demande demande;
        demande.demandeur_id = user;
        demande.titre = format("Demande {}", i);
        demande.description = std::string(3'500, static_cast<char>('a' + i % 26));
        VV_TRY(db.insert(demande));
      }
      return {};
    });
    VV_CHECK(made.has_value(), "nothing refuses these");
  }
  return user;
}

void tell(const char* when, const std::vector<Duration>& times, Duration during) {
  const auto at = [&](std::size_t thousandth) {
    return static_cast<double>(times[(times.size() - 1) * thousandth / 1'000].as_micros()) / 1'000;
  };
  say(format("backup: {:24} {:6.0f} mutations/s, p50 {:.2f} ms, p99 {:.2f} ms, worst {:.1f} ms",
             when, static_cast<double>(times.size()) / during.as_seconds(), at(500), at(990),
             at(1'000)));
}

int measure() {
  const store::TemporaryFolder folder(store::TemporaryFolder::Where::Disk);
  Config config;
  config.data = folder.file("data");
  std::filesystem::create_directories(config.data);
  auto opened = store::Store::open({.path = config.database_path()}, server::make_schema());
  VV_CHECK(opened.has_value(), "the database opens");
  store::Store& store = **opened;
  const market::UserId user = fill(store, config.database_path());
  say(format("backup: {} MB, {} clients", std::filesystem::file_size(config.database_path()) >> 20,
             kInFlight));
  Writers writers(store, user);
  static_cast<void>(writers.take());
  const Instant began = monotonic_now();
  while (monotonic_now() - began < kAlone) {
    VV_CHECK(store.write_and_wait([](store::Writer&) { return Status(); }), "the writer runs");
  }
  tell("without a backup", writers.take(), monotonic_now() - began);
  for (int i = 0; i < kBackups; ++i) {
    const Instant start = monotonic_now();
    const Status made = server::back_up(config, folder.file(format("backup-{}", i)));
    const Duration took = monotonic_now() - start;
    VV_CHECK(made.has_value(), "a backup is made");
    tell(format("during one of {:.1f} s", took.as_seconds()).c_str(), writers.take(), took);
  }
  return 0;
}

}  // namespace
}  // namespace vv

int main() { return vv::measure(); }
