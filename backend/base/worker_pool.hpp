#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace vv {

/// Threads for what would hold up a loop: queries on snapshots, password hashing, file I/O.
///
/// Owns:    its threads and their queue.
/// Not its: results; a job hands those back itself (to a loop, a promise, a mailbox).
/// Bounds:  `capacity` waiting jobs; `try_post` refuses past that.
class WorkerPool {
 public:
  struct Options {
    std::string name = "pool";      ///< as shown by `top -H`, at most 15 characters
    std::size_t threads = 1;        ///< 1 makes it a serial lane: jobs run in order
    std::size_t capacity = 65'536;  ///< jobs waiting
  };
  explicit WorkerPool(Options options);
  /// Runs what is queued, then ends.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  using Job = std::function<void()>;
  /// False when the queue is full or the pool is ending; the job was not taken.
  [[nodiscard]] bool try_post(Job job);
  [[nodiscard]] std::size_t threads() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vv
