#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/task.hpp"
#include "base/time.hpp"
#include "net/event_loop.hpp"

namespace vv::net {

/// Where one coroutine of the loop waits until somebody opens it. Opening before waiting counts.
class Gate {
 public:
  explicit Gate(EventLoop& loop);
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  /// On the loop.
  void open();
  /// Closes again after it let the waiter through. @return false when `limit` passed first
  [[nodiscard]] Task<bool> wait(Duration limit);
  [[nodiscard]] Task<void> wait();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Turns "calls back once, on any thread" into a wait of the loop:
/// `co_await await_callback<Result<int>>(loop, seconds(10), [&](auto done) { work(done); });`
/// @return nothing when `limit` passed first; a later answer is dropped
template <class T>
Task<std::optional<T>> await_callback(EventLoop& loop, Duration limit,
                                      std::function<void(std::function<void(T)>)> start) {
  struct Wait {
    explicit Wait(EventLoop& l) : gate(l) {}
    Gate gate;
    std::optional<T> value;
  };
  // Owners: this coroutine, and the callback that may come after it gave up.
  auto wait = std::make_shared<Wait>(loop);
  start([wait, &loop](T value) {
    auto boxed = std::make_shared<T>(std::move(value));  // std::function wants copies
    loop.post([wait, boxed] {
      wait->value.emplace(std::move(*boxed));
      wait->gate.open();
    });
  });
  const bool opened = co_await wait->gate.wait(limit);
  if (!opened) co_return std::nullopt;
  co_return std::move(wait->value);
}

}  // namespace vv::net
