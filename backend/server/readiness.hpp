#pragma once

#include <functional>
#include <memory>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"

namespace vv::net {
class EventLoop;
}

namespace vv::server {

/// Whether the database takes changes, for whoever asks `/readyz`. It is asked once at a time and
/// once a second, however many ask; until it has answered they are told what it last said.
///
/// Not its: whether the server is ending.
/// Threads: the front loop's; what it is given may call back on any.
class Readiness {
 public:
  struct Ports {
    net::EventLoop& loop;
    /// Calls back once, on any thread.
    std::function<void(std::function<void(Status)>)> check;
    std::function<Instant()> now;
    Duration limit = seconds(2);  ///< no answer is one
  };
  explicit Readiness(Ports ports);
  ~Readiness();

  [[nodiscard]] Task<bool> ask();

 private:
  struct State;
  std::shared_ptr<State> state_;  // and of who still waits
};

}  // namespace vv::server
