#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace vv::sfu {

struct Transport;

/// Chooses for one subscriber which layer of each simulcast track it should get, out of those that
/// are alive, within its limits and what its link takes. A simple rule until the estimator comes:
/// start at the top, step down when the receiver's estimate or losses say so, and up again one
/// layer at a time, waiting longer after each try that failed.
///
/// Never starves: every track keeps its lowest live layer whatever the estimate.
class LayerChoice {
 public:
  static constexpr Duration kInterval = milliseconds(200);
  static constexpr Duration kFirstRaise = seconds(3);
  static constexpr Duration kLongestRaise = seconds(30);

  /// Sets the forwarders' targets.
  void update(Instant now, Transport& transport) noexcept;

 private:
  Instant next_;
  Instant next_raise_;
  Instant raised_at_;
  Duration wait_ = kFirstRaise;
};

}  // namespace vv::sfu
