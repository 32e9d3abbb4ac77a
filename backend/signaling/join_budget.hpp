#pragma once

#include <algorithm>

#include "base/time.hpp"

namespace vv::signaling {

/// How many joins are let in (threat-model F14): a handshake takes a thousand times
/// what a packet does, so that a crowd at the door is refused before those who talk inside notice
/// it. What counts is joins, not load: load is seen when it is too late.
///
/// Bounds:  kBurst at once, kRate a second for as long as it lasts.
class JoinBudget {
 public:
  // A join takes about 0.5 ms of the shard and 1 to 2 of the front loop (`./dev bench media`): half
  // a core. A room of a thousand may come at once.
  static constexpr double kRate = 250;
  static constexpr double kBurst = 1'000;

  /// Somebody comes in, asked for or not.
  void take(Instant now) noexcept {
    left_ = std::max(left_at(now) - 1, -kBurst);
    last_ = now;
  }
  [[nodiscard]] bool is_spent(Instant now) const noexcept { return left_at(now) < 1; }

 private:
  [[nodiscard]] double left_at(Instant now) const noexcept {
    return std::min(left_ + (now - last_).as_seconds() * kRate, kBurst);
  }
  double left_ = kBurst;
  Instant last_;
};

}  // namespace vv::signaling
