#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "store/value.hpp"

namespace vv::store {
struct Commit;
}

namespace vv::store::detail {

/// Tells of durable commits, each once and in their order, and how far it has come.
///
/// Owns:    listeners, the published mark.
/// Threads: any; listeners are called by one at a time.
class Publisher {
 public:
  explicit Publisher(Timestamp head) : published_(head.nanos) {}

  void add_listener(std::function<void(const Commit&)> listener);
  /// Calls the listeners with those of `commits` that lie above the mark, then raises it to `head`.
  /// Whoever calls knows of every commit between the mark and `head`.
  void publish(std::span<const Commit> commits, Timestamp head);
  /// Told when commits were missed or undone: nothing that was read before `head` can be trusted.
  void add_gap_listener(std::function<void(Timestamp head)> listener);
  /// Tells them, and goes on from `head`, which may lie below the mark.
  void restart_at(Timestamp head);
  [[nodiscard]] Timestamp published() const { return {published_.load()}; }
  /// Waits until the mark has reached `ts`, which is durable already. False: not within `limit`.
  [[nodiscard]] bool wait(Timestamp ts, Duration limit) const;

 private:
  void raise(Timestamp head);

  std::mutex order_;  // held while listeners run
  std::vector<std::function<void(const Commit&)>> listeners_;
  std::vector<std::function<void(Timestamp)>> gap_listeners_;
  std::atomic<std::uint64_t> published_;
  mutable std::mutex mutex_;
  mutable std::condition_variable raised_;
};

}  // namespace vv::store::detail
