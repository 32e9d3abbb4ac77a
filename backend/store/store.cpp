#include "store/store.hpp"

#include <atomic>
#include <future>
#include <limits>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/format.hpp"
#include "base/random.hpp"
#include "store/detail/backend.hpp"
#include "store/detail/commit_lane.hpp"
#include "store/detail/publisher.hpp"
#include "store/postgres/backend.hpp"
#include "store/sqlite/backend.hpp"

namespace vv::store {
namespace {

// Listeners run right behind the fsync, so this long means that something is broken.
constexpr Duration kPublishLimit = seconds(5);

}  // namespace

struct Store::State {
  Options options;
  Schema schema;
  SystemRandom system_random;
  detail::Opened database;
  std::unique_ptr<detail::CommitLane> lane;

  ~State() {
    if (lane == nullptr) return;
    database.backend->stop_waiting();
    lane.reset();  // finishes what is queued while the rest still stands
    database.backend->close();
  }
};

bool is_postgres(std::string_view path) {
  return path.starts_with("postgres://") || path.starts_with("postgresql://");
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(Options options, Schema schema) {
  auto state = std::make_unique<State>();
  state->options = std::move(options);
  state->schema = std::move(schema);
  if (!state->options.wall_nanos) state->options.wall_nanos = wall_now_nanos;
  if (!state->options.free_bytes) {
    // A server's disk is its own affair.
    state->options.free_bytes = [at = state->options.path] {
      return is_postgres(at) ? std::numeric_limits<std::uint64_t>::max() : free_disk_bytes(at);
    };
  }
  if (state->options.random == nullptr) state->options.random = &state->system_random;

  const auto open_backend =
      is_postgres(state->options.path) ? postgres::open_backend : sqlite::open_backend;
  VV_ASSIGN_OR_RETURN(state->database, open_backend(state->options, state->schema));
  state->lane = std::make_unique<detail::CommitLane>(
      state->options, state->schema, state->database.backend->writer(), *state->database.publisher);
  return std::unique_ptr<Store>(new Store(std::move(state)));
}

Status Store::read(const std::function<Status(Reader&)>& body) {
  VV_CHECK(!state_->lane->is_this_thread(), "the writer thread would wait for itself");
  VV_ASSIGN_OR_RETURN(const auto snapshot, state_->database.backend->begin_read());
  // Others may know of a commit only after its listeners do.
  if (!state_->database.publisher->wait(snapshot->timestamp(), kPublishLimit)) {
    return unavailable("the newest commits are not known yet");
  }
  Reader reader(snapshot->rows(), state_->schema, snapshot->timestamp(),
                state_->options.query_limits);
  Status done = body(reader);
  if (snapshot->is_lost()) return unavailable("the database went away");
  return done;
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

void Store::check_writable(std::function<void(Status)> done) {
  state_->lane->push_check([done = std::move(done)](const Result<Commit>& checked) {
    done(checked ? Status{} : checked.error());
  });
}

void Store::on_commit(std::function<void(const Commit&)> listener) {
  state_->database.publisher->add_listener(std::move(listener));
}

void Store::on_gap(std::function<void(Timestamp)> listener) {
  state_->database.publisher->add_gap_listener(std::move(listener));
}

bool Store::is_shareable() const { return state_->database.backend->is_shareable(); }
bool Store::was_shared() const { return state_->database.backend->was_shared(); }
Timestamp Store::published() const { return state_->database.publisher->published(); }
const Schema& Store::schema() const { return state_->schema; }

}  // namespace vv::store
