#pragma once

#include <charconv>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/check.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "reactive/convex/sync_server.hpp"
#include "reactive/engine.hpp"
#include "reactive/testing_domain.hpp"
#include "store/testing_memory_disk.hpp"

namespace vv::reactive {

/// A real store and a real engine on a virtual clock and a disk in memory, with every thread played
/// by the test: what is posted to the front loop runs in order when the test says so, what goes to
/// the pool runs when and in which order the test says, the writer at once unless it is held. The
/// same seed gives the same run.
class TestWorld {
 public:
  struct Options {
    std::uint64_t seed = 1;
    bool limit_rates = false;
    bool reveal_errors = false;
    std::size_t checkpoint_pages = 4'000;
    int misses_before_refresh = 3;
  };
  TestWorld() : TestWorld(Options{}) {}
  explicit TestWorld(const Options& options) : random(options.seed), options_(options) {
    disk.load(new_database());
    start();
  }
  ~TestWorld() { end_engine(); }

  /// As after an orderly restart of the process: no live query, no session, the same data.
  void restart() {
    end_engine();
    store.reset();
    start();
  }

  /// The process dies. What it had queued never runs, what it had not sent is lost, and the next
  /// one finds `files`. Its sessions must be gone.
  void crash(const store::MemoryDisk::Image& files) {
    held_.clear();
    server.reset();
    engine.reset();
    clear_queues();
    store.reset();
    disk.load(files);
    start();
  }

  void start() {
    store::Schema schema;
    testing_domain::declare(schema);
    store::Options with;
    with.path = disk.path(kFile);
    with.readers = 2;
    with.checkpoint_pages = options_.checkpoint_pages;
    with.wall_nanos = [this] { return wall_nanos(); };
    with.random = &random;
    // The test may be stopped for seconds by others; what takes too long is tested elsewhere.
    with.query_limits.time = with.mutation_limits.time = hours(1);
    with.writer = [this](std::function<void()> job) {
      if (hold_writer) {
        held_.push_back(std::move(job));
      } else {
        job();
      }
    };
    auto opened = store::Store::open(std::move(with), std::move(schema));
    VV_CHECK(opened.has_value(), "the database opens");
    store = *std::move(opened);
    store->on_commit([this](const store::Commit& commit) { history.commit(commit.ts); });
    start_engine();
  }

  void start_engine() {
    EnginePorts ports;
    ports.pool = [this](std::function<void()> job) {
      if (pool_full) return false;
      pool.push_back(std::move(job));
      return true;
    };
    ports.post = [this](std::function<void()> job) {
      (in_pool_ ? late_ : loop_).push_back(std::move(job));
    };
    ports.now = [this] {
      if (in_pool_) now += query_time;  // the pool asks between two queries
      return now;
    };
    ports.wall_now = [this] { return UnixMillis{wall_nanos() / 1'000'000}; };
    ports.random = &random;
    EngineOptions with;
    with.cursor_key = Secret(std::string(32, 'k'));
    with.limit_rates = options_.limit_rates;
    with.reveal_errors = options_.reveal_errors;
    engine = std::make_unique<Engine>(*store, testing_domain::make_registry(history), ports, with);
    convex::SyncOptions sync;
    sync.misses_before_refresh = options_.misses_before_refresh;
    sync.now = [this] { return now; };
    sync.wall_nanos = [this] { return wall_nanos(); };
    server = std::make_unique<convex::SyncServer>(*engine, verify, sync);
  }

  void end_engine() {
    run_writer();
    server.reset();
    engine.reset();
    clear_queues();
  }

  /// Runs what the writer was given while it was held; its answers are then in the loop's queue.
  void run_writer() {
    while (!held_.empty()) {
      const auto job = std::move(held_.front());
      held_.pop_front();
      job();
    }
  }

  /// Runs the oldest job of the front loop. False when there is none.
  bool run_loop_once() {
    if (loop_.empty()) return false;
    const auto job = std::move(loop_.front());
    loop_.pop_front();
    job();
    return true;
  }

  /// Runs one job of the pool. What it posts arrives only with `hand_back_once`, so that commits
  /// can come between a query's snapshot and its result.
  bool run_pool_once(std::size_t which = 0) {
    if (pool.empty()) return false;
    which %= pool.size();
    auto job = std::move(pool[which]);
    pool.erase(pool.begin() + static_cast<std::ptrdiff_t>(which));
    in_pool_ = true;
    job();
    in_pool_ = false;
    return true;
  }
  bool hand_back_once() {
    if (late_.empty()) return false;
    loop_.push_back(std::move(late_.front()));
    late_.pop_front();
    return true;
  }

  /// Until nothing is left to do at this instant.
  void run() {
    run_writer();
    while (run_loop_once() || run_pool_once() || hand_back_once()) {
    }
  }

  void advance(Duration by) {
    now += by;
    server->tick();
    engine->tick(now);
  }

  [[nodiscard]] std::int64_t wall_nanos() const {
    return kEpoch + now.as_nanos() + wall_step.as_nanos();
  }

  static constexpr std::int64_t kEpoch = 1'795'415'000'000'000'000;

  /// Tokens are "user" or "user@expiry", the expiry in seconds of `now`; "bad" is no token.
  static Result<VerifiedToken> verify(std::string_view token) {
    if (token == "bad" || token.empty()) return unauthenticated("the token is not good");
    VerifiedToken out;
    const std::size_t at = token.find('@');
    const std::string_view who = token.substr(0, at);  // `user` or `user#login`
    const std::size_t hash = who.find('#');
    out.identity.subject = std::string(who.substr(0, hash));
    if (hash != std::string_view::npos) out.identity.login = std::string(who.substr(hash + 1));
    out.identity.issuer = "https://test";
    out.expires_at = {kEpoch / 1'000'000 + days(365).as_millis()};
    if (at != std::string_view::npos) {
      const std::string_view text = token.substr(at + 1);
      std::int32_t seconds_of_now = 0;
      const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds_of_now);
      if (read.ec != std::errc()) return unauthenticated("the token's expiry is no number");
      out.expires_at = {kEpoch / 1'000'000 + std::int64_t{seconds_of_now} * 1000};
    }
    return out;
  }

  Instant now = Instant::from_nanos(1'000'000'000);
  Duration wall_step{};  // how far the wall clock was set since
  store::MemoryDisk disk;
  bool hold_writer = false;
  Duration query_time{};  // what each query takes
  SeededRandom random;
  testing_domain::History history;
  std::unique_ptr<store::Store> store;
  std::deque<std::function<void()>> pool;
  bool pool_full = false;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<convex::SyncServer> server;

 private:
  static constexpr const char* kFile = "world.db";

  /// A database with its tables and nothing in them, made once.
  static const store::MemoryDisk::Image& new_database() {
    static const store::MemoryDisk::Image image = [] {
      store::MemoryDisk disk;
      store::Schema schema;
      testing_domain::declare(schema);
      VV_CHECK(store::Store::open({.path = disk.path(kFile)}, std::move(schema)).has_value(),
               "a new database opens");
      return disk.image();
    }();
    return image;
  }
  void clear_queues() {
    loop_.clear();
    late_.clear();
    pool.clear();
  }

  Options options_;
  std::deque<std::function<void()>> held_;  // the writer's
  std::deque<std::function<void()>> loop_;
  std::deque<std::function<void()>> late_;  // posted by pool jobs, not arrived yet
  bool in_pool_ = false;
};

/// A world for fuzzers, begun anew every `inputs` inputs so that its tables stay small.
inline TestWorld& fuzzed_world(int inputs) {
  // Made first, so that it outlives the world's writer thread when the process ends.
  static const Metrics& outliving = metrics();
  static_cast<void>(outliving);
  static std::unique_ptr<TestWorld> world;
  static int seen = 0;
  if (seen++ % inputs == 0) {
    world.reset();
    world = std::make_unique<TestWorld>();
  }
  return *world;
}

}  // namespace vv::reactive
