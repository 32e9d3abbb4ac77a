// Durable mutations a second with many clients at once, against the fsync time of the same run.
// Goal: 5,000/s with 64 clients; one commit each would give 1/fsync. The smallest mutation there
// is, one number of one document, shows what the engine costs beside it (G20), also with the
// database in memory, where nothing waits for a disk.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/format.hpp"
#include "store/store.hpp"
#include "store/testing_postgres.hpp"

namespace vv::store {
namespace {

constexpr std::size_t kClients = 64;
constexpr std::size_t kManyClients = 256;
constexpr Duration kRun = seconds(5);
constexpr int kFsyncs = 400;
constexpr std::size_t kPage = 4096;  // bytes; about what a small commit appends to the log

/// Shaped like an offre: a text, a few ids, three indexes and a rule.
struct Entry {
  Id<Entry> id;
  double creation_time = 0;
  std::string owner;
  std::string subject;
  std::int64_t price = 0;
  std::string message;
  bool pending = true;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (id, creation_time, owner, subject, price, message, pending))

/// The smallest there is.
struct Counter {
  Id<Counter> id;
  double creation_time = 0;
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Counter, (), (id, creation_time, count))

Schema entries() {
  Schema schema;
  schema.add(table<Counter>("counters"));
  schema.add(table<Entry>("entries")
                 .index("by_owner", &Entry::owner)
                 .index("by_subject", &Entry::subject)
                 .unique_where("one_pending", &Entry::pending, true, &Entry::subject));
  return schema;
}

Duration median(std::vector<Duration>& times) {
  std::ranges::sort(times);
  return times[times.size() / 2];
}

/// Appending a page and syncing it, as a commit does.
Duration fsync_time(const TemporaryFolder& folder) {
  const int file = ::open(folder.file("fsync").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  VV_CHECK(file >= 0, "benchmarks may write temporary files");
  const std::vector<char> page(kPage, 'x');
  std::vector<Duration> times;
  for (int i = 0; i < kFsyncs; ++i) {
    const Instant start = monotonic_now();
    VV_CHECK(::write(file, page.data(), page.size()) == static_cast<ssize_t>(page.size()),
             "the disk has room");
    VV_CHECK(::fdatasync(file) == 0, "the disk works");
    times.push_back(monotonic_now() - start);
  }
  ::close(file);
  return median(times);
}

/// Clients in a closed loop: each sends its next mutation when the last is answered.
class Load {
 public:
  enum class Kind : std::uint8_t { Offre, Counter };
  explicit Load(Store& store, Kind kind = Kind::Offre) : store_(store), kind_(kind) {
    if (kind_ == Kind::Counter) make_counters();
  }

  void run(std::size_t clients, Duration length) {
    const Instant start = monotonic_now();
    end_ = start + length;
    running_ = clients;
    for (std::size_t i = 0; i < clients; ++i) send(i);
    std::unique_lock lock(mutex_);
    finished_.wait(lock, [this] { return running_ == 0; });
    elapsed_ = monotonic_now() - start;
  }
  [[nodiscard]] double per_second() const {
    return static_cast<double>(latencies_.size()) / elapsed_.as_seconds();
  }
  [[nodiscard]] Duration latency(double share) {
    std::ranges::sort(latencies_);
    return latencies_[static_cast<std::size_t>(static_cast<double>(latencies_.size() - 1) * share)];
  }

 private:
  void make_counters() {
    const auto made = store_.write_and_wait([this](Writer& db) -> Status {
      for (Id<Counter>& counter : counters_) {
        VV_ASSIGN_OR_RETURN(counter, db.insert(Counter{}));
      }
      return {};
    });
    VV_CHECK(made.has_value(), "nothing refuses these");
  }

  void send(std::size_t client) {
    if (kind_ == Kind::Counter) return count(client);
    const Instant sent = monotonic_now();
    store_.write(
        [client, n = ++sequence_](Writer& db) -> Status {
          Entry entry;
          entry.owner = format("client {}", client);
          entry.subject = format("subject {}", n);
          entry.price = 10'000;
          entry.message = "Bonjour, je peux m'en occuper demain dans la matinée.";
          VV_ASSIGN_OR_RETURN(entry.id, db.insert(entry));
          VV_TRY(db.query<Entry>("by_owner").eq(entry.owner).order(Order::Descending).take(3));
          entry.pending = false;
          return db.replace(entry);
        },
        [this, client, sent](const Result<Commit>& done) { take(client, sent, done); });
  }

  void count(std::size_t client) {
    const Instant sent = monotonic_now();
    store_.write(
        [id = counters_[client % counters_.size()]](Writer& db) -> Status {
          VV_ASSIGN_OR_RETURN(Counter counter, db.get(id));
          ++counter.count;
          return db.replace(counter);
        },
        [this, client, sent](const Result<Commit>& done) { take(client, sent, done); });
  }

  void take(std::size_t client, Instant sent, const Result<Commit>& done) {
    VV_CHECK(done.has_value(), "nothing refuses these");
    const Instant now = monotonic_now();
    latencies_.push_back(now - sent);  // the writer thread's alone
    if (now < end_) return send(client);
    const std::lock_guard lock(mutex_);
    if (--running_ == 0) finished_.notify_one();
  }

  Store& store_;
  Kind kind_;
  std::vector<Id<Counter>> counters_ = std::vector<Id<Counter>>(kClients);
  Instant end_;
  Duration elapsed_;
  std::uint64_t sequence_ = 0;
  std::vector<Duration> latencies_;
  std::mutex mutex_;
  std::condition_variable finished_;
  std::size_t running_ = 0;
};

/// How many short queries a second one thread answers, each on a snapshot of its own.
void measure_reads(Store& store, std::string_view what,
                   const std::function<Status(Reader&)>& query) {
  const Instant start = monotonic_now();
  Instant now = start;
  std::uint64_t runs = 0;
  for (; now - start < seconds(1); now = monotonic_now()) {
    for (int i = 0; i < 50; ++i, ++runs) {
      VV_CHECK(store.read(query).has_value(), "nothing refuses these");
    }
  }
  const auto rate = static_cast<double>(runs) / (now - start).as_seconds();
  std::fputs(format("store: {:<28} {:8.0f} reads/s, {:5.1f} us\n", what, rate, 1e6 / rate).c_str(),
             stdout);
}

void measure_all_reads(Store& store) {
  Id<Entry> some;
  VV_CHECK(store
               .read([&](Reader& db) -> Status {
                 VV_ASSIGN_OR_RETURN(const auto first, db.query<Entry>().first());
                 some = first->id;
                 return {};
               })
               .has_value(),
           "there are rows by now");
  measure_reads(store, "nothing (the snapshot)", [](Reader&) -> Status { return {}; });
  measure_reads(store, "get", [&](Reader& db) -> Status {
    VV_TRY(db.get(some));
    return {};
  });
  measure_reads(store, "20 rows of an index", [](Reader& db) -> Status {
    VV_TRY(db.query<Entry>("by_owner").eq("client 1").order(Order::Descending).take(20));
    return {};
  });
}

/// G20.
void measure_counters(Store& store, std::string_view where) {
  Load load(store, Load::Kind::Counter);
  load.run(kManyClients, kRun);
  std::fputs(
      format("store: one small document, {:6}  {:8.0f} mutations/s  p50 {:6} us  p99 {:6} us   "
             "(G20: >= 100,000/s, p99 <= 5,000 us)\n",
             where, load.per_second(), load.latency(0.5).as_micros(),
             load.latency(0.99).as_micros())
          .c_str(),
      stdout);
}

void measure_clients(Store& store) {
  for (const std::size_t clients : {std::size_t{1}, std::size_t{8}, kClients}) {
    Load load(store);
    load.run(clients, kRun);
    std::fputs(
        format("store: {:3} clients  {:8.0f} durable mutations/s  p50 {:6} us  p99 {:6} us\n",
               clients, load.per_second(), load.latency(0.5).as_micros(),
               load.latency(0.99).as_micros())
            .c_str(),
        stdout);
  }
}

/// Through a server of its own that syncs as servers do; the rows are read as those of the file
/// are.
int measure_postgres() {
  TemporaryServer server(TemporaryServer::Sync::On);
  server.execute("CREATE DATABASE bench");
  auto opened = Store::open({.path = server.url_of("bench")}, entries());
  VV_CHECK(opened.has_value(), "the database opens");
  measure_clients(**opened);
  measure_all_reads(**opened);
  return 0;
}

int measure() {
  {
    const TemporaryFolder memory;
    auto opened = Store::open({.path = memory.file("bench.db")}, entries());
    VV_CHECK(opened.has_value(), "the database opens");
    measure_counters(**opened, "memory");
  }
  const TemporaryFolder folder(TemporaryFolder::Where::Disk);
  const Duration before = fsync_time(folder);
  auto opened = Store::open({.path = folder.file("bench.db")}, entries());
  VV_CHECK(opened.has_value(), "the database opens");
  measure_clients(**opened);
  measure_counters(**opened, "disk");
  measure_all_reads(**opened);
  const Duration after = fsync_time(folder);
  std::fputs(
      format("fsync of a page: {} us before, {} us after\n", before.as_micros(), after.as_micros())
          .c_str(),
      stdout);
  return 0;
}

}  // namespace
}  // namespace vv::store

/// `store_bench postgres` measures that engine instead.
int main(int count, char** words) {
  const bool postgres = count > 1 && std::string_view(words[1]) == "postgres";
  return postgres ? vv::store::measure_postgres() : vv::store::measure();
}
