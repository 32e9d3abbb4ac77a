#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/worker_pool.hpp"
#include "store/store.hpp"

namespace vv::store::detail {

class Publisher;
class WriteSession;

/// The one writer: runs queued mutations in order, a batch of them in one durable commit.
///
/// Owns:    the queue, the numbering of commits.
/// Not its: what the mutations do; the transaction itself (backend.hpp); snapshots.
/// Bounds:  `max_queue` waiting, `max_batch` a commit.
class CommitLane {
 public:
  CommitLane(const Options& options, const Schema& schema, WriteSession& session,
             Publisher& publisher);
  /// Runs what is queued, unless `Options::writer` does, then ends.
  ~CommitLane();
  CommitLane(const CommitLane&) = delete;
  CommitLane& operator=(const CommitLane&) = delete;

  void push(Store::WriteBody body, Store::WriteDone done);
  /// A mutation that changes nothing, and is refused when a change would be.
  void push_check(Store::WriteDone done) { push(nullptr, std::move(done)); }
  [[nodiscard]] bool is_this_thread() const;

 private:
  struct Mutation {
    Store::WriteBody body;  // none: `push_check`
    Store::WriteDone done;
    Result<Commit> outcome = Commit{};
  };

  void drain();
  [[nodiscard]] std::vector<Mutation> next_batch();
  void run_batch(std::vector<Mutation>& batch);
  void look_at_disk();
  Status try_batch(std::vector<Mutation>& batch);
  Result<bool> run_bodies(std::vector<Mutation>& batch);
  Result<bool> run_one(Mutation& mutation);
  Status check_one(Mutation& mutation);
  void undo();
  void abandon(std::vector<Mutation>& batch, const Error& why);

  const Options& options_;
  const Schema& schema_;
  WriteSession& session_;
  Publisher& publisher_;
  Timestamp last_;                 // given out, durable or not
  double last_creation_time_ = 0;  // milliseconds
  bool scarce_ = false;            // the disk is down to its reserve
  bool failed_ = false;            // the last batch that was to be written
  bool proven_ = false;            // by a check in this batch: it can be written again
  std::size_t careful_ = 0;        // batches still to run with a savepoint around each body
  std::atomic<std::thread::id> thread_{};

  std::mutex mutex_;  // guards the two below
  std::deque<Mutation> queue_;
  bool draining_ = false;

  std::optional<WorkerPool> lane_;  // last, so that it ends first; none with `Options::writer`
};

}  // namespace vv::store::detail
