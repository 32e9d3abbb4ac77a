#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "base/time.hpp"

namespace vv {
class Random;
}
namespace vv::reactive {
class MutationContext;
class Scheduler;
}  // namespace vv::reactive
namespace vv::store {
class Store;
class Writer;
}  // namespace vv::store
namespace vv::video {
class Engine;
}

namespace vv::market {

/// What the media plane and the clock tell the marketplace, and what it tells the rooms in answer.
///
/// Owns:    nothing; its mutations go through the store's writer like everybody's.
/// Not its: rules (presence.hpp); who is connected (signaling).
/// Threads: any; nothing waits but `reset` and `may_join`.
class Doorkeeper {
 public:
  struct Ports {
    store::Store& store;
    video::Engine& video;
    Random& random;
    std::function<UnixMillis()> now;
    reactive::Scheduler& scheduler;
  };
  explicit Doorkeeper(Ports ports);

  /// Whether this person may enter the room now. One short read, on the calling thread.
  /// refuses: not_found
  [[nodiscard]] Status may_join(const std::string& room, const std::string& person);
  /// Records it; who came in as the session ended is put out again (R7, R8).
  void joined(std::string room, std::string person);
  void left(std::string room, std::string person);
  /// Once, before the first connection.
  [[nodiscard]] Status reset();

 private:
  using Body = std::function<Status(reactive::MutationContext&)>;
  std::function<Status(store::Writer&)> as_mutation(Body body) const;

  Ports ports_;
};

}  // namespace vv::market
