#include "net/event_loop.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "net/gate.hpp"

namespace vv::net {

namespace asio = boost::asio;

struct EventLoop::State {
  // Then sockets and timers have their turn.
  static constexpr std::size_t kJobsPerTurn = 64;

  // What was never run ends while the context stands; what that, or the context's own end, still
  // posts is dropped.
  ~State() {
    std::vector<std::function<void()>> left;
    {
      const std::lock_guard lock(mutex);
      closed = true;
      left.swap(posted);
    }
    turn.clear();
  }

  void post(std::function<void()> job) {
    {
      const std::lock_guard lock(mutex);
      if (closed) return;
      posted.push_back(std::move(job));
      if (std::exchange(awake, true)) return;
    }
    asio::post(context, [this] { run_posted(); });
  }

  void run_posted() {
    for (std::size_t count = 0; count < kJobsPerTurn && !context.stopped(); ++count) {
      if (next == turn.size() && !take_posted()) return;
      const auto job = std::move(turn[next++]);
      job();
    }
    asio::post(context, [this] { run_posted(); });
  }

  bool take_posted() {
    turn.clear();
    next = 0;
    const std::lock_guard lock(mutex);
    turn.swap(posted);
    awake = !turn.empty();
    return awake;
  }

  // One wake-up for all that is posted together: other threads post by the hundred, and waking the
  // loop is a system call that often hands it their core.
  std::mutex mutex;  // guards the three below
  std::vector<std::function<void()>> posted;
  bool awake = false;  // `run_posted` is queued, or running
  bool closed = false;

  // The loop's own: jobs taken over, and how many of them have run.
  std::vector<std::function<void()>> turn;
  std::size_t next = 0;

  // Behind the above, which what it still holds at its end may post to.
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
};

EventLoop::EventLoop() : state_(std::make_unique<State>()) {}
EventLoop::~EventLoop() = default;

void EventLoop::run() { state_->context.run(); }
void EventLoop::stop() { state_->context.stop(); }
void EventLoop::post(std::function<void()> job) { state_->post(std::move(job)); }

void EventLoop::spawn(Task<void> task) {
  asio::co_spawn(state_->context, std::move(task), [](std::exception_ptr failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& e) {
      log::error("a task of the front loop ended by an exception", {{"what", e.what()}});
    }
  });
}

asio::io_context& EventLoop::context() { return state_->context; }

struct Timer::State {
  explicit State(asio::io_context& context) : timer(context) {}
  asio::steady_timer timer;
  std::uint64_t generation = 0;
};

Timer::Timer(EventLoop& loop) : state_(std::make_shared<State>(loop.context())) {}
Timer::~Timer() {
  if (state_) cancel();
}
Timer::Timer(Timer&&) noexcept = default;
Timer& Timer::operator=(Timer&& other) noexcept {
  if (state_) cancel();
  state_ = std::move(other.state_);
  return *this;
}

void Timer::start(Duration delay, std::function<void()> callback) {
  const std::uint64_t generation = ++state_->generation;
  state_->timer.expires_after(std::chrono::nanoseconds(delay.as_nanos()));
  state_->timer.async_wait([state = state_, generation, callback = std::move(callback)](
                               const boost::system::error_code& error) {
    // A wait that had already ended when it was cancelled still arrives here, without an error.
    if (!error && state->generation == generation) callback();
  });
}

void Timer::cancel() {
  ++state_->generation;
  state_->timer.cancel();
}

Task<void> sleep_for(EventLoop& loop, Duration duration) {
  asio::steady_timer timer(loop.context(), std::chrono::nanoseconds(duration.as_nanos()));
  co_await timer.async_wait(asio::use_awaitable);
}

struct Gate::State {
  explicit State(asio::io_context& context) : timer(context) {}
  asio::steady_timer timer;
  bool open = false;
};

Gate::Gate(EventLoop& loop) : state_(std::make_unique<State>(loop.context())) {}
Gate::~Gate() = default;

void Gate::open() {
  state_->open = true;
  state_->timer.cancel();
}

Task<bool> Gate::wait(Duration limit) {
  state_->timer.expires_after(std::chrono::nanoseconds(limit.as_nanos()));
  while (!state_->open) {
    boost::system::error_code error;
    co_await state_->timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (!error && !state_->open) co_return false;
  }
  state_->open = false;
  co_return true;
}

Task<void> Gate::wait() {
  while (!state_->open) {
    state_->timer.expires_at(asio::steady_timer::time_point::max());
    boost::system::error_code error;
    co_await state_->timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
  state_->open = false;
}

}  // namespace vv::net
