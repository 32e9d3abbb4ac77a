#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/disk_space.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "store/reader.hpp"
#include "store/schema.hpp"
#include "store/writer.hpp"

namespace vv {
class Random;
}

namespace vv::store {

/// One committed mutation that wrote something, or the place of one that did not.
struct Commit {
  Timestamp ts;
  std::shared_ptr<const WriteSet> writes;  ///< for every listener; null when nothing was written
};

struct Options {
  std::string path;                      ///< database file, made when missing; or a URL
  std::size_t readers = 8;               ///< read connections at once; more callers wait
  std::size_t max_batch = 256;           ///< mutations that may share one commit
  std::size_t max_queue = 16'384;        ///< mutations waiting; past it `unavailable`
  std::size_t checkpoint_pages = 4'000;  ///< of the log before it is folded into the file
  /// What is left of the disk; asked before each commit. The system's answer when empty.
  std::function<std::uint64_t()> free_bytes{};
  std::uint64_t reserve = kDiskReserve;        ///< bytes; less is left: mutations are `unavailable`
  ReadLimits query_limits = {};                ///< of each `read`
  ReadLimits mutation_limits = {};             ///< of each `write`'s reads
  std::function<std::int64_t()> wall_nanos{};  ///< clock for timestamps; the system's when empty
  Random* random = nullptr;                    ///< for ids; the kernel's when null
  /// Where the writer's jobs run, in order; a thread of the store's own when empty. Simulations say
  /// when each runs. What has not run when the store ends is then dropped, as in a crash.
  std::function<void(std::function<void()>)> writer{};
};

/// Whether `Options::path` names a database on a PostgreSQL server.
[[nodiscard]] bool is_postgres(std::string_view path);

/// Documents in real SQL tables: an SQLite file of this process alone (WAL, synchronous=FULL), or a
/// PostgreSQL database that several processes share, each hearing of the others' commits.
///
/// Owns:    the database, its writer thread, its pool of read connections, the timestamps.
/// Not its: who may read or write what; running a query again when it changed.
/// Bounds:  Options; nothing is answered before it is durable, and a failed fsync ends the process.
class Store {
 public:
  using WriteBody = std::function<Status(Writer&)>;
  using WriteDone = std::function<void(Result<Commit>)>;

  /// Makes or migrates the tables. Additive changes are made (table, index, column that is
  /// nullable or has a default); any other is refused with a sentence naming the step needed.
  static Result<std::unique_ptr<Store>> open(Options options, Schema schema);
  /// Finishes what is queued.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Runs `body` on the calling thread, on a snapshot of the newest published state.
  /// Not from the writer thread (`write` bodies, `done`, listeners).
  Status read(const std::function<Status(Reader&)>& body);

  /// Queues a mutation. `body` runs on the writer thread, twice if need be, so its only effects are
  /// through its Writer, undone when it refuses, and variables it sets anew each time. `done` is
  /// called there once, in order, after the durable commit it shares with its neighbours; also when
  /// the body refused. When the queue is full, `done(unavailable)` is called at once by the caller.
  void write(WriteBody body, WriteDone done);
  /// The same, waiting for it. Not from the writer thread.
  Result<Commit> write_and_wait(WriteBody body);

  /// Whether a change would be kept now, found out as one would be: in the queue's order, in a
  /// transaction, which writes only when the last one failed. `done` is called as with `write`.
  /// refuses: unavailable (the database is away or held, the disk is nearly full)
  void check_writable(std::function<void(Status)> done);

  /// Called in commit order, one at a time, after the commit is durable, before `done` and before
  /// `published()` reaches it; only for commits that wrote. For those of this process on the writer
  /// thread, for other processes' on any. Register before the first write.
  void on_commit(std::function<void(const Commit&)> listener);

  /// Called, in the same order, when commits of other processes were missed or the database has
  /// gone back to an older state: what was read until now may be wrong, and `published()` goes on
  /// from `head`, which may lie lower.
  void on_gap(std::function<void(Timestamp head)> listener);
  /// Whether other processes may write to the database.
  [[nodiscard]] bool is_shareable() const;
  /// Whether other processes used the database when this one opened it.
  [[nodiscard]] bool was_shared() const;

  /// Durable, and every listener has seen it and all before it.
  [[nodiscard]] Timestamp published() const;
  [[nodiscard]] const Schema& schema() const;

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vv::store
