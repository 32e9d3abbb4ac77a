#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/worker_pool.hpp"
#include "store/store.hpp"

namespace vv::store::detail {

class Connection;

/// The one writer: runs queued mutations in order, a batch of them in one durable commit.
///
/// Owns:    the write connection, the queue, the numbering of commits, the published mark.
/// Not its: what the mutations do; snapshots.
/// Bounds:  `max_queue` waiting, `max_batch` a commit.
class CommitLane {
 public:
  CommitLane(const Options& options, const Schema& schema, std::unique_ptr<Connection> connection,
             Timestamp head);
  /// Runs what is queued, unless `Options::writer` does, then ends.
  ~CommitLane();
  CommitLane(const CommitLane&) = delete;
  CommitLane& operator=(const CommitLane&) = delete;

  void push(Store::WriteBody body, Store::WriteDone done);
  void add_listener(std::function<void(const Commit&)> listener);
  [[nodiscard]] Timestamp published() const { return {published_.load()}; }
  /// Waits until every listener has seen the commit `ts`, which is durable already.
  void wait_published(Timestamp ts) const;
  [[nodiscard]] bool is_this_thread() const;

 private:
  struct Mutation {
    Store::WriteBody body;
    Store::WriteDone done;
    Result<Commit> outcome = Commit{};
  };

  void drain();
  [[nodiscard]] std::vector<Mutation> next_batch();
  void run_batch(std::vector<Mutation>& batch);
  void look_at_disk();
  Result<bool> run_bodies(std::vector<Mutation>& batch);
  Result<bool> run_one(Mutation& mutation);
  Status commit();
  void abandon(std::vector<Mutation>& batch, const Error& why);
  void publish(std::vector<Mutation>& batch);

  const Options& options_;
  const Schema& schema_;
  std::unique_ptr<Connection> connection_;
  std::vector<std::function<void(const Commit&)>> listeners_;
  Timestamp last_;                 // given out, durable or not
  double last_creation_time_ = 0;  // milliseconds
  bool scarce_ = false;            // the disk is down to its reserve
  std::size_t careful_ = 0;        // batches still to run with a savepoint around each body
  std::atomic<std::uint64_t> published_;
  std::atomic<std::thread::id> thread_{};

  std::mutex mutex_;  // guards the two below
  std::deque<Mutation> queue_;
  bool draining_ = false;

  std::optional<WorkerPool> lane_;  // last, so that it ends first; none with `Options::writer`
};

}  // namespace vv::store::detail
