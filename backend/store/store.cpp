#include "store/store.hpp"

#include <atomic>
#include <future>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/format.hpp"
#include "base/random.hpp"
#include "store/detail/commit_lane.hpp"
#include "store/detail/connection.hpp"
#include "store/detail/database_file.hpp"
#include "store/detail/migrate.hpp"
#include "store/detail/reader_pool.hpp"

namespace vv::store {

struct Store::State {
  Options options;
  Schema schema;
  SystemRandom system_random;
  detail::FileLock lock;
  // The lane goes first at the end: it finishes what is queued while the rest still stands.
  std::unique_ptr<detail::ReaderPool> readers;
  std::unique_ptr<detail::CommitLane> lane;

  ~State() {
    if (lane == nullptr) return;
    lane.reset();
    readers.reset();
    fold_log();
  }

  /// SQLite folds the log into the file when the last connection closes, unless that one only
  /// reads, as ours may. What was acknowledged is safe either way: this is for who copies the file.
  void fold_log() const {
    auto last = detail::Connection::open(options.path, detail::Connection::Mode::ReadWrite);
    if (last) (void)(*last)->execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }
};

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(Options options, Schema schema) {
  auto state = std::make_unique<State>();
  state->options = std::move(options);
  state->schema = std::move(schema);
  if (!state->options.wall_nanos) state->options.wall_nanos = wall_now_nanos;
  if (!state->options.free_bytes) {
    state->options.free_bytes = [at = state->options.path] { return free_disk_bytes(at); };
  }
  if (state->options.random == nullptr) state->options.random = &state->system_random;

  const std::string& path = state->options.path;
  VV_ASSIGN_OR_RETURN(state->lock, detail::lock_database(path));
  using detail::Connection;
  VV_ASSIGN_OR_RETURN(auto writer, Connection::open(path, Connection::Mode::ReadWrite));
  VV_TRY(writer->execute(format("PRAGMA wal_autocheckpoint={}", state->options.checkpoint_pages)));
  VV_TRY(detail::migrate(*writer, state->schema));
  VV_ASSIGN_OR_RETURN(const Timestamp head, detail::read_head(*writer));
  state->readers = std::make_unique<detail::ReaderPool>(path, state->options.readers);
  state->lane =
      std::make_unique<detail::CommitLane>(state->options, state->schema, std::move(writer), head);
  return std::unique_ptr<Store>(new Store(std::move(state)));
}

Status Store::read(const std::function<Status(Reader&)>& body) {
  VV_CHECK(!state_->lane->is_this_thread(), "the writer thread would wait for itself");
  VV_ASSIGN_OR_RETURN(detail::Snapshot snapshot, state_->readers->begin());
  // Others may know of a commit only after its listeners do; those run right behind the fsync.
  state_->lane->wait_published(snapshot.timestamp());
  Reader reader(snapshot.connection(), state_->schema, snapshot.timestamp(),
                state_->options.query_limits);
  return body(reader);
}

void Store::write(WriteBody body, WriteDone done) {
  state_->lane->push(std::move(body), std::move(done));
}

Result<Commit> Store::write_and_wait(WriteBody body) {
  VV_CHECK(!state_->lane->is_this_thread(), "the writer thread would wait for itself");
  std::promise<Result<Commit>> promise;
  write(std::move(body),
        [&promise](Result<Commit> result) { promise.set_value(std::move(result)); });
  return promise.get_future().get();
}

void Store::on_commit(std::function<void(const Commit&)> listener) {
  state_->lane->add_listener(std::move(listener));
}

Timestamp Store::published() const { return state_->lane->published(); }
const Schema& Store::schema() const { return state_->schema; }

}  // namespace vv::store
