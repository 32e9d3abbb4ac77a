#include "store/detail/commit_lane.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "store/detail/connection.hpp"
#include "store/detail/migrate.hpp"

namespace vv::store::detail {
namespace {

Counter& commits_counter() {
  static Counter& counter =
      metrics().counter("visavis_store_commits_total", "Durable commits, each of a batch");
  return counter;
}
Counter& mutations_counter() {
  static Counter& counter =
      metrics().counter("visavis_store_mutations_total", "Mutations run, refused ones included");
  return counter;
}

// A body that refuses after it has written is rare, and a savepoint around each body copies every
// page that it changes: a batch runs without, and again with them when it was spoilt. So do the
// next ones, or who refuses on purpose would double everybody's work.
constexpr std::size_t kCarefulBatches = 64;

Status run_sql(Connection& connection, const std::string& sql) {
  VV_ASSIGN_OR_RETURN(Statement statement, connection.prepare(sql));
  return statement.run();
}

}  // namespace

CommitLane::CommitLane(const Options& options, const Schema& schema,
                       std::unique_ptr<Connection> connection, Timestamp head)
    : options_(options),
      schema_(schema),
      connection_(std::move(connection)),
      last_(head),
      last_creation_time_(static_cast<double>(head.nanos) / 1e6),
      published_(head.nanos) {
  if (!options_.writer)
    lane_.emplace(WorkerPool::Options{.name = "store-writer", .threads = 1, .capacity = 4});
}

CommitLane::~CommitLane() = default;

void CommitLane::push(Store::WriteBody body, Store::WriteDone done) {
  bool wake = false;
  {
    std::unique_lock lock(mutex_);
    if (queue_.size() >= options_.max_queue) {
      lock.unlock();
      return done(unavailable("too many writes are waiting"));
    }
    queue_.push_back({std::move(body), std::move(done), Commit{}});
    wake = !std::exchange(draining_, true);
  }
  if (wake && options_.writer) {
    options_.writer([this] { drain(); });
  } else if (wake) {
    const bool posted = lane_->try_post([this] { drain(); });
    VV_CHECK(posted, "at most one drain is queued, and nobody writes to a store that ends");
  }
}

void CommitLane::add_listener(std::function<void(const Commit&)> listener) {
  listeners_.push_back(std::move(listener));
}

void CommitLane::wait_published(Timestamp ts) const {
  for (std::uint64_t seen = published_.load(); seen < ts.nanos; seen = published_.load()) {
    published_.wait(seen);
  }
}

bool CommitLane::is_this_thread() const { return thread_.load() == std::this_thread::get_id(); }

void CommitLane::drain() {
  thread_.store(std::this_thread::get_id());
  for (;;) {
    std::vector<Mutation> batch = next_batch();
    if (batch.empty()) break;
    run_batch(batch);
    for (Mutation& mutation : batch) mutation.done(std::move(mutation.outcome));
  }
  thread_.store({});
}

std::vector<CommitLane::Mutation> CommitLane::next_batch() {
  const std::lock_guard lock(mutex_);
  std::vector<Mutation> batch;
  while (!queue_.empty() && batch.size() < options_.max_batch) {
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  draining_ = !batch.empty();
  return batch;
}

void CommitLane::run_batch(std::vector<Mutation>& batch) {
  const Timestamp durable = last_;
  look_at_disk();
  Result<bool> ran = run_bodies(batch);
  if (ran && !*ran) {
    last_ = durable;
    careful_ = kCarefulBatches;
    ran = run_bodies(batch);
  }
  const Status committed = ran ? commit() : ran.error();
  if (!committed) {
    last_ = durable;
    return abandon(batch, committed.error());
  }
  if (careful_ > 0) --careful_;
  commits_counter().add();
  mutations_counter().add(batch.size());
  publish(batch);
}

/// Whether there is room for more than what must be written. Asked each time: the space comes back
/// without a word, and a commit costs a hundred times the question.
void CommitLane::look_at_disk() {
  const bool scarce = options_.free_bytes() < options_.reserve;
  if (scarce != scarce_) {
    scarce ? log::warn("the disk is nearly full: changes are refused")
           : log::info("the disk has room again");
  }
  scarce_ = scarce;
  if (scarce_) careful_ = std::max<std::size_t>(careful_, 1);
}

/// Runs all bodies in one transaction, which stays open. An error ends the batch. False: a body
/// refused after it had written, and without savepoints that spoilt the transaction, now undone.
Result<bool> CommitLane::run_bodies(std::vector<Mutation>& batch) {
  VV_TRY(run_sql(*connection_, "BEGIN IMMEDIATE"));
  bool wrote = false;
  for (Mutation& mutation : batch) {
    VV_ASSIGN_OR_RETURN(const bool kept, run_one(mutation));
    if (!kept) {
      VV_TRY(run_sql(*connection_, "ROLLBACK"));
      return false;
    }
    wrote = wrote || (mutation.outcome && mutation.outcome->writes != nullptr);
  }
  if (wrote) VV_TRY(write_head(*connection_, last_));
  return true;
}

/// Runs one body. A body's own refusal is its outcome and undoes its own writes only.
Result<bool> CommitLane::run_one(Mutation& mutation) {
  const bool careful = careful_ > 0;
  if (careful) VV_TRY(run_sql(*connection_, "SAVEPOINT mutation"));
  const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(options_.wall_nanos(), 0));
  const Timestamp ts{std::max(last_.nanos + 1, now)};
  VV_CHECK(ts.nanos < (std::uint64_t{1} << 63), "timestamps fit the wire's signed 64 bits");
  Writer writer(*connection_, schema_, ts, options_.mutation_limits, *options_.random,
                last_creation_time_);
  Status refused = mutation.body(writer);
  if (refused && scarce_ && !writer.write_set().empty() && !writer.uses_reserve()) {
    refused = unavailable("the disk is nearly full");
  }
  // Some failures (a full disk) undo the whole transaction: everybody's writes are gone.
  if (!connection_->in_transaction()) {
    return refused ? unavailable("the disk is full") : refused.error();
  }
  if (!refused) {
    mutation.outcome = refused.error();
    if (!careful) return writer.write_set().empty();
    VV_TRY(run_sql(*connection_, "ROLLBACK TO mutation"));
  } else if (writer.write_set().empty()) {
    mutation.outcome = Commit{last_, nullptr};
  } else {
    last_ = ts;
    mutation.outcome = Commit{ts, writer.take_write_set()};
  }
  if (careful) VV_TRY(run_sql(*connection_, "RELEASE mutation"));
  return true;
}

Status CommitLane::commit() {
  Status committed = run_sql(*connection_, "COMMIT");
  if (!committed && connection_->failed_io()) {
    // threat-model.md F2: after a failed fsync nobody knows what is on the disk, so no retry can
    // tell the truth. A restart reads what is there.
    log::error("the database could not be synced", {{"reason", committed.error().message}});
    VV_CHECK(false, "a commit that may or may not be durable ends the process");
  }
  return committed;
}

void CommitLane::abandon(std::vector<Mutation>& batch, const Error& why) {
  log::warn("a batch of mutations was not committed", {{"reason", why.message}});
  if (connection_->in_transaction()) {
    const Status undone = run_sql(*connection_, "ROLLBACK");
    VV_CHECK(undone.has_value(), "an open transaction can be undone");
  }
  for (Mutation& mutation : batch) {
    if (mutation.outcome) mutation.outcome = unavailable(why.message);
  }
}

void CommitLane::publish(std::vector<Mutation>& batch) {
  for (const Mutation& mutation : batch) {
    if (!mutation.outcome || mutation.outcome->writes == nullptr) continue;
    for (const auto& listener : listeners_) listener(*mutation.outcome);
  }
  published_.store(last_.nanos);
  published_.notify_all();
}

}  // namespace vv::store::detail
