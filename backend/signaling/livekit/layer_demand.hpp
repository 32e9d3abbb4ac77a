#pragma once

#include "base/time.hpp"

namespace vv::signaling {

/// How much of a picture in one codec anybody wants, as its publisher is told (livekit-wire.md
/// S-59): more at once, less only when it stayed so for a while. What a publisher has switched off
/// costs a round trip and a key frame to get back.
class LayerDemand {
 public:
  static constexpr int kNothing = -1;
  static constexpr int kEverything = 2;  ///< qualities are 0 low, 1 medium, 2 high
  static constexpr Duration kLowerAfter = seconds(5);
  /// Before anybody has ever wanted it.
  static constexpr Duration kUnusedAfter = seconds(10);

  /// @param told  what the publisher takes for granted at first
  explicit LayerDemand(int told) : told_(told), wanted_(told) {}

  /// The highest quality that somebody wants from `now` on, or kNothing.
  void want(Instant now, int quality) noexcept;
  /// True when the publisher has to be told, of what `told` says from then on.
  [[nodiscard]] bool settle(Instant now) noexcept;
  [[nodiscard]] int told() const { return told_; }
  /// Less is wanted than was told.
  [[nodiscard]] bool is_waiting() const { return wanted_ < told_; }

 private:
  int told_;
  int wanted_;
  Instant lower_at_;
  bool was_wanted_ = false;
};

}  // namespace vv::signaling
