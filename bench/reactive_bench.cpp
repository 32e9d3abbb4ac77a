// What the reactive engine costs beside its sockets.
//
//   invalidation   one commit among live queries that it does not touch, on the front loop; 100,000
//                  of them against 100
//   page           a query over an index page of 50 documents, never cached: arguments decoded, a
//                  snapshot of its own, the rows as JSON. The limit beside it is SQLite alone: the
//                  same rows by the same statement, their columns read and nothing made of them
#include <sqlite3.h>
#include <time.h>

#include <cstdio>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "base/format.hpp"
#include "reactive/context.hpp"
#include "reactive/engine.hpp"
#include "store/store.hpp"
#include "store/testing_store.hpp"

namespace vv::reactive {
namespace {

constexpr std::size_t kFew = 100;
constexpr std::size_t kMany = 100'000;
constexpr int kCommits = 2'000;
constexpr std::int64_t kPageRows = 50;
constexpr std::size_t kBoxes = 200;
constexpr int kTurns = 5;
constexpr Duration kTurn = milliseconds(500);

/// Shaped like an offre.
struct Entry {
  Id<Entry> id;
  double creation_time = 0;
  std::string box;
  std::string owner;
  std::int64_t price = 0;
  std::string message;
  bool pending = true;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (id, creation_time, box, owner, price, message, pending))

struct BoxArgs {
  std::string box;
};
BOOST_DESCRIBE_STRUCT(BoxArgs, (), (box))

struct PageArgs {
  std::string box;
  PaginationOpts pagination_opts;
};
BOOST_DESCRIBE_STRUCT(PageArgs, (), (box, pagination_opts))

Result<std::vector<Entry>> newest(QueryContext& ctx, const BoxArgs& args) {
  return ctx.db.query<Entry>("by_box").eq(args.box).order(store::Order::Descending).take(kPageRows);
}

Result<Page<Entry>> page(QueryContext& ctx, const PageArgs& args) {
  auto query = ctx.db.query<Entry>("by_box").eq(args.box).order(store::Order::Descending);
  return ctx.paginate(std::move(query), args.pagination_opts);
}

store::Schema schema() {
  store::Schema schema;
  declare_schema(schema);
  schema.add(store::table<Entry>("entries").index("by_box", &Entry::box));
  return schema;
}

Registry functions() {
  Registry registry;
  registry.query("entries:newest", newest);
  registry.query("entries:page", page);
  return registry;
}

std::string box(std::size_t number) { return format("box {:06}", number); }

void insert(store::Writer& db, std::string into, std::int64_t price) {
  Entry entry;
  entry.box = std::move(into);
  entry.owner = "p1234567890abcdefghijklmnop";
  entry.price = price;
  entry.message = "Bonjour, je peux m'en occuper demain dans la matinée.";
  VV_CHECK(db.insert(entry).has_value(), "nothing refuses these");
}

struct NoOne final : Subscriber {
  void on_results() override {}
};

/// An engine whose front loop and pool are the calling thread.
struct World {
  World() {
    auto opened = store::Store::open({.path = folder.file("bench.db")}, schema());
    VV_CHECK(opened.has_value(), "the database opens");
    store = *std::move(opened);
    EnginePorts ports;
    ports.post = [this](std::function<void()> job) {
      const std::lock_guard lock(mutex);
      loop.push_back(std::move(job));
    };
    ports.pool = [](const std::function<void()>& job) { return job(), true; };
    engine = std::make_unique<Engine>(*store, functions(), std::move(ports), EngineOptions{});
  }

  void run_loop() {
    for (;;) {
      std::function<void()> job;
      {
        const std::lock_guard lock(mutex);
        if (loop.empty()) return;
        job = std::move(loop.front());
        loop.pop_front();
      }
      job();
    }
  }

  void write(const std::function<void(store::Writer&)>& body) {
    const auto done = store->write_and_wait([&](store::Writer& db) -> Status {
      body(db);
      return {};
    });
    VV_CHECK(done.has_value(), "nothing refuses these");
  }

  store::TemporaryFolder folder;  // in memory: no disk is measured here
  std::unique_ptr<store::Store> store;
  std::mutex mutex;  // the writer posts too
  std::deque<std::function<void()>> loop;
  std::unique_ptr<Engine> engine;
};

void say(const std::string& text) {
  std::fputs((text + "\n").c_str(), stdout);
  std::fflush(stdout);
}

Duration cpu_now() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

/// @return microseconds of the front loop a commit
double invalidation(std::size_t queries) {
  World world;
  NoOne no_one;
  std::vector<Subscription> live;
  for (std::size_t i = 0; i < queries; ++i) {
    live.push_back(world.engine->subscribe(
        {"entries:newest", Value(Value::Object{{"box", Value(box(2 * i))}}), nullptr, {}}, no_one));
  }
  world.run_loop();
  const std::uint64_t runs = world.engine->counts().runs;
  VV_CHECK(runs >= queries, "each has run");
  Duration spent;
  for (int i = 0; i < kCommits; ++i) {
    // Between two of theirs, where a search in their ranges has the longest way.
    const std::size_t odd = 2 * (static_cast<std::size_t>(i) * 7919 % queries) + 1;
    world.write([&](store::Writer& db) { insert(db, box(odd), i); });
    const Duration start = cpu_now();
    world.run_loop();
    spent += cpu_now() - start;
  }
  VV_CHECK(world.engine->counts().runs == runs, "none was touched");
  return spent.as_seconds() * 1e6 / kCommits;
}

/// SQLite alone, on its own connection.
class PageLimit {
 public:
  explicit PageLimit(const std::string& path) {
    VV_CHECK(sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                             nullptr) == SQLITE_OK &&
                 sqlite3_exec(handle_, "PRAGMA cache_size=-16384", nullptr, nullptr, nullptr) ==
                     SQLITE_OK &&
                 sqlite3_prepare_v2(
                     handle_,
                     "SELECT _id, _creationTime, box, owner, price, message, pending FROM entries "
                     "INDEXED BY entries__by_box WHERE box = ?1 ORDER BY _creationTime DESC, _id "
                     "DESC",
                     -1, &select_, nullptr) == SQLITE_OK,
             "SQLite reads what the store wrote");
  }
  ~PageLimit() {
    sqlite3_finalize(select_);
    sqlite3_close(handle_);
  }
  PageLimit(const PageLimit&) = delete;
  PageLimit& operator=(const PageLimit&) = delete;

  void run(const std::string& of) {
    sqlite3_bind_text(select_, 1, of.data(), static_cast<int>(of.size()), nullptr);
    for (std::int64_t row = 0; row < kPageRows; ++row) {
      VV_CHECK(sqlite3_step(select_) == SQLITE_ROW, "a box is full");
      for (const int text : {0, 2, 3, 5}) {
        bytes_ += static_cast<std::size_t>(sqlite3_column_bytes(select_, text));
      }
      sum_ += sqlite3_column_double(select_, 1);
      for (const int number : {4, 6}) sum_ += sqlite3_column_double(select_, number);
    }
    sqlite3_reset(select_);
  }

 private:
  sqlite3* handle_ = nullptr;
  sqlite3_stmt* select_ = nullptr;
  std::size_t bytes_ = 0;
  double sum_ = 0;
};

/// Turns of CPU time, ours and the limit's.
class Rate {
 public:
  void run(const std::function<void(std::size_t)>& once) {
    const Duration start = cpu_now();
    while (cpu_now() - start < kTurn) {
      for (int i = 0; i < 20; ++i) once(count_++);
    }
    spent_ += cpu_now() - start;
  }
  [[nodiscard]] double micros() const {
    return spent_.as_seconds() * 1e6 / static_cast<double>(count_);
  }

 private:
  Duration spent_;
  std::size_t count_ = 0;
};

void pages() {
  World world;
  for (std::size_t i = 0; i < kBoxes; ++i) {
    world.write([&](store::Writer& db) {
      for (int row = 0; row < kPageRows + 10; ++row) insert(db, box(i), row);
    });
  }
  const auto once = [&](const char* function, Value::Object args) {
    bool answered = false;
    world.engine->query_once({.path = function,
                              .args = Value(std::move(args)),
                              .identity = nullptr,
                              .key = std::nullopt,
                              .base_url = {},
                              .at = std::nullopt},
                             [&](const CallOutcome& outcome) {
                               VV_CHECK(!outcome.failure, "nothing refuses these");
                               answered = outcome.value.size() > 1000;
                             });
    world.run_loop();
    VV_CHECK(answered, "it answers with a page");
  };
  PageLimit alone(world.folder.file("bench.db"));
  Rate take;
  Rate paginate;
  Rate limit;
  for (int turn = 0; turn < kTurns; ++turn) {
    limit.run([&](std::size_t i) { alone.run(box(i % kBoxes)); });
    take.run([&](std::size_t i) { once("entries:newest", {{"box", Value(box(i % kBoxes))}}); });
    paginate.run([&](std::size_t i) {
      once("entries:page",
           {{"box", Value(box(i % kBoxes))},
            {"paginationOpts",
             Value(Value::Object{{"numItems", Value(double{kPageRows})}, {"cursor", Value()}})}});
    });
  }
  say(format(
      "reactive: 50 documents, take     {:5.1f} us, {:6.0f}/s on one core; SQLite alone {:.1f} "
      "us: {:.2f} x   (goal > 20,000/s)",
      take.micros(), 1e6 / take.micros(), limit.micros(), take.micros() / limit.micros()));
  say(format(
      "reactive: 50 documents, paginate {:5.1f} us, {:6.0f}/s on one core: {:.2f} x   (goal > "
      "20,000/s)",
      paginate.micros(), 1e6 / paginate.micros(), paginate.micros() / limit.micros()));
}

int measure() {
  pages();
  const double few = invalidation(kFew);
  const double many = invalidation(kMany);
  say(format(
      "reactive: a commit that touches none of {} live queries: {:.2f} us; of {}: {:.2f} us, "
      "{:.1f} x   (goal < 20 us)",
      kMany, many, kFew, few, many / few));
  return 0;
}

}  // namespace
}  // namespace vv::reactive

int main() { return vv::reactive::measure(); }
