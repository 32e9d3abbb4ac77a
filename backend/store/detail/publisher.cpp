#include "store/detail/publisher.hpp"

#include <chrono>
#include <utility>

#include "store/store.hpp"

namespace vv::store::detail {

void Publisher::add_listener(std::function<void(const Commit&)> listener) {
  const std::lock_guard order(order_);
  listeners_.push_back(std::move(listener));
}

void Publisher::publish(std::span<const Commit> commits, Timestamp head) {
  const std::lock_guard order(order_);
  const Timestamp known = published();
  for (const Commit& commit : commits) {
    if (commit.writes == nullptr || commit.ts <= known) continue;
    for (const auto& listener : listeners_) listener(commit);
  }
  if (known < head) raise(head);
}

void Publisher::add_gap_listener(std::function<void(Timestamp)> listener) {
  const std::lock_guard order(order_);
  gap_listeners_.push_back(std::move(listener));
}

void Publisher::restart_at(Timestamp head) {
  const std::lock_guard order(order_);
  for (const auto& listener : gap_listeners_) listener(head);
  raise(head);
}

void Publisher::raise(Timestamp head) {
  {
    const std::lock_guard lock(mutex_);
    published_.store(head.nanos);
  }
  raised_.notify_all();
}

bool Publisher::wait(Timestamp ts, Duration limit) const {
  if (published() >= ts) return true;
  std::unique_lock lock(mutex_);
  return raised_.wait_for(lock, std::chrono::nanoseconds(limit.as_nanos()),
                          [&] { return published() >= ts; });
}

}  // namespace vv::store::detail
