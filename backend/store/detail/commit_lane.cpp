#include "store/detail/commit_lane.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "store/detail/backend.hpp"
#include "store/detail/publisher.hpp"

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

}  // namespace

CommitLane::CommitLane(const Options& options, const Schema& schema, WriteSession& session,
                       Publisher& publisher)
    : options_(options),
      schema_(schema),
      session_(session),
      publisher_(publisher),
      last_(publisher.published()),
      last_creation_time_(static_cast<double>(last_.nanos) / 1e6) {
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
  Status done = try_batch(batch);
  while (!done && session_.is_worth_retrying()) done = try_batch(batch);
  if (!done) abandon(batch, done.error());
}

/// Runs all of them, commits and publishes; or nothing has happened.
Status CommitLane::try_batch(std::vector<Mutation>& batch) {
  const Timestamp durable = last_;
  proven_ = false;
  look_at_disk();
  Result<bool> ran = run_bodies(batch);
  if (ran && !*ran) {
    last_ = durable;
    careful_ = kCarefulBatches;
    ran = run_bodies(batch);
  }
  std::vector<Commit> written;
  if (ran) {
    written.reserve(batch.size());
    for (const Mutation& mutation : batch) {
      if (mutation.outcome && mutation.outcome->writes) written.push_back(*mutation.outcome);
    }
  }
  Status committed = ran ? session_.commit(written) : ran.error();
  if (!committed) {
    last_ = durable;
    undo();
    return committed;
  }
  if (careful_ > 0) --careful_;
  if (!written.empty() || proven_) failed_ = false;
  commits_counter().add();
  mutations_counter().add(batch.size());
  publisher_.publish(written, last_);
  return {};
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
  VV_ASSIGN_OR_RETURN(last_, session_.begin());
  last_creation_time_ = std::max(last_creation_time_, static_cast<double>(last_.nanos) / 1e6);
  for (Mutation& mutation : batch) {
    VV_ASSIGN_OR_RETURN(const bool kept, run_one(mutation));
    if (!kept) {
      VV_TRY(session_.rollback());
      return false;
    }
  }
  return true;
}

/// Runs one body. A body's own refusal is its outcome and undoes its own writes only.
Result<bool> CommitLane::run_one(Mutation& mutation) {
  if (!mutation.body) {
    VV_TRY(check_one(mutation));
    return true;
  }
  const bool careful = careful_ > 0;
  if (careful) VV_TRY(session_.savepoint());
  const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(options_.wall_nanos(), 0));
  const Timestamp ts{std::max(last_.nanos + 1, now)};
  VV_CHECK(ts.nanos < (std::uint64_t{1} << 63), "timestamps fit the wire's signed 64 bits");
  Writer writer(session_.rows(), schema_, ts, options_.mutation_limits, *options_.random,
                last_creation_time_);
  Status refused = mutation.body(writer);
  if (refused && scarce_ && !writer.write_set().empty() && !writer.uses_reserve()) {
    refused = unavailable("the disk is nearly full");
  }
  const TransactionState state = session_.state();
  // Everybody's writes are gone.
  if (state == TransactionState::Gone) {
    return refused ? unavailable("the database undid the transaction") : refused.error();
  }
  if (state == TransactionState::Failed) {
    if (!careful) return false;
    if (refused) refused = unavailable("the database undid the transaction");
  }
  if (!refused) {
    mutation.outcome = refused.error();
    if (!careful) return writer.write_set().empty();
    VV_TRY(session_.undo_to_savepoint());
  } else if (writer.write_set().empty()) {
    mutation.outcome = Commit{last_, nullptr};
  } else {
    last_ = ts;
    mutation.outcome = Commit{ts, writer.take_write_set()};
  }
  if (careful) VV_TRY(session_.release_savepoint());
  return true;
}

/// That a transaction could begin is nearly all of it. After a failure only a write that succeeds
/// tells that there is an end to it, and who is told that nothing is taken sends none.
Status CommitLane::check_one(Mutation& mutation) {
  if (failed_) {
    VV_TRY(session_.write_again());
    proven_ = true;
  }
  mutation.outcome = Commit{last_, nullptr};
  if (scarce_) mutation.outcome = unavailable("the disk is nearly full");
  return {};
}

void CommitLane::undo() {
  if (session_.state() == TransactionState::Gone) return;
  const Status undone = session_.rollback();
  VV_CHECK(undone.has_value() || session_.state() == TransactionState::Gone,
           "an open transaction can be undone");
}

void CommitLane::abandon(std::vector<Mutation>& batch, const Error& why) {
  log::warn("a batch of mutations was not committed", {{"reason", why.message}});
  failed_ = true;
  for (Mutation& mutation : batch) {
    if (mutation.outcome) mutation.outcome = unavailable(why.message);
  }
}

}  // namespace vv::store::detail
