#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "store/store.hpp"
#include "store/testing_postgres.hpp"

// A server that goes away at any moment (threat-model.md F6).
namespace vv::store {
namespace {

constexpr Duration kDeadline = seconds(120);

struct Entry {
  Id<Entry> id;
  double creation_time = 0;
  std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (id, creation_time, number))

std::unique_ptr<Store> open_store(const std::string& url) {
  Schema schema;
  schema.add(table<Entry>("entries").index("by_number", &Entry::number));
  auto opened =
      Store::open({.path = url, .query_limits = {.rows = 1'000'000, .bytes = 1 << 30}}, schema);
  VV_CHECK(opened.has_value(), "the test's database opens");
  return std::move(opened).value();
}

/// Writers that go on whatever happens, and remember what they were told.
class Writers {
 public:
  explicit Writers(Store& store) {
    for (int i = 0; i < 4; ++i) threads_.emplace_back([this, &store] { run(store); });
  }
  /// Waits for `count` more acknowledged writes.
  void go_on(std::size_t count) {
    const std::size_t before = acknowledged();
    const Instant end = monotonic_now() + kDeadline;
    while (acknowledged() < before + count) {
      ASSERT_LT(monotonic_now(), end) << "nothing is written any more";
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  void stop() {
    stopping_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  /// What was acknowledged is there once, what was refused is not there.
  void check(Store& store) {
    std::multiset<std::int64_t> found;
    const Status read = store.read([&](Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(const auto all, db.query<Entry>("by_number").collect());
      for (const Entry& entry : all) found.insert(entry.number);
      return {};
    });
    ASSERT_TRUE(read) << read.error().message;
    for (const std::int64_t number : acknowledged_) EXPECT_EQ(found.count(number), 1U) << number;
    for (const std::int64_t number : refused_) EXPECT_EQ(found.count(number), 0U) << number;
    EXPECT_EQ(found.size(), acknowledged_.size());
  }
  std::size_t acknowledged() {
    const std::lock_guard lock(mutex_);
    return acknowledged_.size();
  }

 private:
  void run(Store& store) {
    while (!stopping_) {
      const std::int64_t number = next_++;
      const auto done = store.write_and_wait([number](Writer& db) -> Status {
        VV_TRY(db.insert(Entry{.id = {}, .creation_time = 0, .number = number}));
        return {};
      });
      const std::lock_guard lock(mutex_);
      (done ? acknowledged_ : refused_).push_back(number);
    }
  }

  std::atomic<bool> stopping_ = false;
  std::atomic<std::int64_t> next_ = 0;
  std::mutex mutex_;
  std::vector<std::int64_t> acknowledged_;
  std::vector<std::int64_t> refused_;
  std::vector<std::thread> threads_;
};

// covers F6, I7
TEST(Outage, NothingIsLostOrDoubledWhenConnectionsAreCutAtAnyMoment) {
  const TestDatabase database(TestEngine::Postgres);
  const auto store = open_store(database.path());
  Writers writers(*store);
  SeededRandom dice(11);
  for (int cut = 0; cut < 60; ++cut) {
    writers.go_on(1 + dice.below(20));
    shared_server().execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'visavis' AND pid <> pg_backend_pid()"
        " AND datname = '" +
        database.name() + "'");
  }
  writers.go_on(1);
  writers.stop();
  writers.check(*store);
}

// covers F6, I7
TEST(Outage, NothingIsLostOrDoubledWhenTheServerCrashes) {
  TemporaryServer server;
  server.execute("CREATE DATABASE crashing");
  const auto store = open_store(server.url_of("crashing"));
  Writers writers(*store);
  for (int crash = 0; crash < 4; ++crash) {
    writers.go_on(50);
    server.kill();
    server.start();
  }
  writers.go_on(1);
  writers.stop();
  writers.check(*store);
}

// covers F6
TEST(Outage, AReadWhileItIsAwayIsRefusedAtOnceAndServedAgainWhenItIsBack) {
  TemporaryServer server;
  server.execute("CREATE DATABASE away");
  const auto store = open_store(server.url_of("away"));
  const auto count = [&] {
    return store->read([](Reader& db) -> Status {
      VV_TRY(db.query<Entry>().count(1));
      return {};
    });
  };
  ASSERT_TRUE(count());
  server.kill();
  const Status refused = count();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);
  // A change waits for a while, so this does too; what is cut off is found out at once.
  std::promise<Status> writable;
  std::future<Status> said = writable.get_future();
  store->check_writable([&writable](Status status) { writable.set_value(std::move(status)); });
  EXPECT_EQ(said.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  server.start();
  EXPECT_TRUE(count());
  EXPECT_TRUE(said.get());
}

}  // namespace
}  // namespace vv::store
