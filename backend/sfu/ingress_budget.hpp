#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"

namespace vv::sfu {

/// What one publisher may send in (threat-model section 4): 8 Mbit/s and 3,000 packets/s for long,
/// twice that for one second.
class IngressBudget {
 public:
  static constexpr std::int64_t kBytesPerSecond = 1'000'000;
  static constexpr std::int64_t kPacketsPerSecond = 3'000;

  /// Whether a packet of `size` bytes is inside the budget, and if so takes it out.
  [[nodiscard]] bool take(Instant now, std::size_t size) noexcept {
    refill(now);
    if (bytes_ < static_cast<std::int64_t>(size) * kNano || packets_ < kNano) return false;
    bytes_ -= static_cast<std::int64_t>(size) * kNano;
    packets_ -= kNano;
    return true;
  }

 private:
  static constexpr std::int64_t kNano = 1'000'000'000;  // budgets count in 1e-9 of a unit

  // A bucket of one second on top of the steady rate is "twice that for 1 s".
  void refill(Instant now) noexcept {
    const std::int64_t elapsed = std::clamp<std::int64_t>((now - last_).as_nanos(), 0, kNano);
    last_ = now;
    bytes_ = std::min(bytes_ + elapsed * kBytesPerSecond, kBytesPerSecond * kNano);
    packets_ = std::min(packets_ + elapsed * kPacketsPerSecond, kPacketsPerSecond * kNano);
  }

  Instant last_;
  std::int64_t bytes_ = kBytesPerSecond * kNano;
  std::int64_t packets_ = kPacketsPerSecond * kNano;
};

}  // namespace vv::sfu
