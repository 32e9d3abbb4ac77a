#pragma once

#include <functional>
#include <string>
#include <thread>

namespace vv {

/// One named thread that runs one loop until the loop returns. The front loop and the shards live
/// in these; every other thread belongs to `WorkerPool`.
class LoopRunner {
 public:
  LoopRunner(std::string name, std::function<void()> loop);
  /// Waits for the loop; whoever owns it tells it to stop first.
  ~LoopRunner();
  LoopRunner(const LoopRunner&) = delete;
  LoopRunner& operator=(const LoopRunner&) = delete;

  void join();

 private:
  std::thread thread_;
};

}  // namespace vv
