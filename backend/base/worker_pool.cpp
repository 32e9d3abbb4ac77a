#include "base/worker_pool.hpp"

#include <pthread.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace vv {

struct WorkerPool::State {
  Options options;
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<Job> jobs;
  bool ending = false;
  std::vector<std::thread> threads;

  void run() {
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [&] { return ending || !jobs.empty(); });
      if (jobs.empty()) return;
      Job job = std::move(jobs.front());
      jobs.pop_front();
      lock.unlock();
      job();
      job = nullptr;  // what it captured dies here, not under the lock
      lock.lock();
    }
  }
};

WorkerPool::WorkerPool(Options options) : state_(std::make_unique<State>()) {
  state_->options = std::move(options);
  for (std::size_t i = 0; i < state_->options.threads; ++i) {
    state_->threads.emplace_back([state = state_.get()] { state->run(); });
    pthread_setname_np(state_->threads.back().native_handle(),
                       state_->options.name.substr(0, 15).c_str());
  }
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->ending = true;
  }
  state_->wake.notify_all();
  for (std::thread& thread : state_->threads) thread.join();
}

bool WorkerPool::try_post(Job job) {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->ending || state_->jobs.size() >= state_->options.capacity) return false;
    state_->jobs.push_back(std::move(job));
  }
  state_->wake.notify_one();
  return true;
}

std::size_t WorkerPool::threads() const { return state_->threads.size(); }

}  // namespace vv
