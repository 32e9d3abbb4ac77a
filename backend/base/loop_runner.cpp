#include "base/loop_runner.hpp"

#include <pthread.h>

#include <utility>

namespace vv {

LoopRunner::LoopRunner(std::string name, std::function<void()> loop) : thread_(std::move(loop)) {
  pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
}

LoopRunner::~LoopRunner() { join(); }

void LoopRunner::join() {
  if (thread_.joinable()) thread_.join();
}

}  // namespace vv
