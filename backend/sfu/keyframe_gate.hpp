#pragma once

#include "base/time.hpp"

namespace vv::sfu {

/// When to ask a publisher for a key frame of one layer: at once, then every kInterval until one
/// comes, however many subscribers ask (threat-model M15).
class KeyframeGate {
 public:
  static constexpr Duration kInterval = milliseconds(500);

  void want() noexcept { wanted_ = true; }
  void on_keyframe() noexcept { wanted_ = false; }
  [[nodiscard]] bool wanted() const noexcept { return wanted_; }
  /// When `take` will next say yes.
  [[nodiscard]] Instant next_timeout() const noexcept {
    if (!wanted_) return Instant::never();
    return asked_ ? last_ + kInterval : Instant{};
  }
  /// Whether a request is to go out now.
  [[nodiscard]] bool take(Instant now) noexcept {
    if (!wanted_ || (asked_ && now - last_ < kInterval)) return false;
    asked_ = true;
    last_ = now;
    return true;
  }

 private:
  Instant last_;
  bool wanted_ = false;
  bool asked_ = false;
};

}  // namespace vv::sfu
