#pragma once

#include <charconv>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/check.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "reactive/convex/sync_server.hpp"
#include "reactive/engine.hpp"
#include "reactive/testing_domain.hpp"
#include "store/testing_store.hpp"

namespace vv::reactive {

/// A real store and a real engine on a virtual clock, with every thread but the writer's played by
/// the test: what is posted to the front loop runs in order when the test says so, what goes to
/// the pool runs when and in which order the test says. The same seed gives the same run.
class TestWorld {
 public:
  struct Options {
    std::uint64_t seed = 1;
    bool limit_rates = false;
    bool reveal_errors = false;
  };
  TestWorld() : TestWorld(Options{}) {}
  explicit TestWorld(const Options& options) : random(options.seed) {
    store::Schema schema;
    testing_domain::declare(schema);
    store::Options with;
    with.path = folder_.file("world.db");
    with.readers = 2;
    with.wall_nanos = [this] { return wall_nanos(); };
    with.random = &random;
    auto opened = store::Store::open(std::move(with), std::move(schema));
    VV_CHECK(opened.has_value(), "a new database opens");
    store = *std::move(opened);
    restart_engine(options);
  }
  ~TestWorld() { end_engine(); }

  /// As after a restart of the process: no live query, no session, the same data.
  void restart_engine(const Options& options) {
    end_engine();
    EnginePorts ports;
    ports.pool = [this](std::function<void()> job) {
      if (pool_full) return false;
      pool.push_back(std::move(job));
      return true;
    };
    ports.post = [this](std::function<void()> job) {
      const std::scoped_lock lock(mutex_);
      (in_pool_ ? late_ : loop_).push_back(std::move(job));
    };
    ports.now = [this] { return now; };
    ports.wall_now = [this] { return UnixMillis{wall_nanos() / 1'000'000}; };
    ports.random = &random;
    EngineOptions with;
    with.cursor_key = Secret(std::string(32, 'k'));
    with.limit_rates = options.limit_rates;
    with.reveal_errors = options.reveal_errors;
    engine = std::make_unique<Engine>(*store, testing_domain::make_registry(history), ports, with);
    convex::SyncOptions sync;
    sync.now = [this] { return now; };
    sync.wall_nanos = [this] { return wall_nanos(); };
    server = std::make_unique<convex::SyncServer>(*engine, verify, sync);
  }

  void end_engine() {
    server.reset();
    engine.reset();
    settle();
    loop_.clear();
    late_.clear();
    pool.clear();
  }

  /// Waits until the writer has done all it was given; its answers are then in the loop's queue.
  void settle() {
    const auto done = store->write_and_wait([](store::Writer&) { return Status(); });
    VV_CHECK(done.has_value(), "the writer works");
  }

  /// Runs the oldest job of the front loop. False when there is none.
  bool run_loop_once() {
    std::function<void()> job;
    {
      const std::scoped_lock lock(mutex_);
      if (loop_.empty()) return false;
      job = std::move(loop_.front());
      loop_.pop_front();
    }
    job();
    settle();
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
    settle();
    in_pool_ = false;
    return true;
  }
  bool hand_back_once() {
    const std::scoped_lock lock(mutex_);
    if (late_.empty()) return false;
    loop_.push_back(std::move(late_.front()));
    late_.pop_front();
    return true;
  }

  /// Until nothing is left to do at this instant.
  void run() {
    settle();
    while (run_loop_once() || run_pool_once() || hand_back_once()) {
    }
  }

  void advance(Duration by) {
    now += by;
    server->tick();
    engine->tick(now);
    settle();
  }

  [[nodiscard]] std::int64_t wall_nanos() const { return kEpoch + now.as_nanos(); }

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
    out.expires_at = {kEpoch / 1'000'000 + 3'600'000};
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
  SeededRandom random;
  testing_domain::History history;
  std::unique_ptr<store::Store> store;
  std::deque<std::function<void()>> pool;
  bool pool_full = false;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<convex::SyncServer> server;

 private:
  store::TemporaryFolder folder_;
  std::mutex mutex_;  // the writer posts too
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
