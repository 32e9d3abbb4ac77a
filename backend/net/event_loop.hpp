#pragma once

#include <functional>
#include <memory>

#include "base/task.hpp"
#include "base/time.hpp"

namespace boost::asio {
class io_context;
}

namespace vv::net {

/// The front loop: everything of HTTP, WebSocket and signalling runs on the one thread in `run`.
///
/// Owns:    the queue of work and the timers.
/// Not its: the thread (base/loop_runner.hpp, or main).
class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Runs until `stop`, on the calling thread.
  void run();
  /// Any thread.
  void stop();
  /// Runs `job` on the loop, in the order of posting. Any thread.
  void post(std::function<void()> job);
  /// Starts a coroutine on the loop; an exception that leaves it is logged.
  void spawn(Task<void> task);

  [[nodiscard]] boost::asio::io_context& context();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Calls once, later, on the loop. Destroying or restarting it forgets what was due.
class Timer {
 public:
  explicit Timer(EventLoop& loop);
  ~Timer();
  Timer(Timer&&) noexcept;
  Timer& operator=(Timer&&) noexcept;

  void start(Duration delay, std::function<void()> callback);
  void cancel();

 private:
  struct State;
  // Shared with the pending wait, which may outlive the timer by one turn of the loop.
  std::shared_ptr<State> state_;
};

/// Waits on the loop.
[[nodiscard]] Task<void> sleep_for(EventLoop& loop, Duration duration);

}  // namespace vv::net
