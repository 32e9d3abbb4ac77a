#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace vv::rtc::bwe {

/// Tells losses that say "too much" from losses that a link has anyway. A shallow buffer drops what
/// exceeds it and stops once less is sent; a bad radio drops the same share of anything. So: send
/// less, and if that does not help, take it back and live with it.
class LossWatch {
 public:
  static constexpr Duration kWindow = seconds(1);
  static constexpr std::uint32_t kEnough = 30;        ///< packets a window
  static constexpr double kHigh = 0.10;               ///< share above which something is wrong
  static constexpr int kTries = 3;                    ///< windows with less before giving up
  static constexpr Duration kImmunity = seconds(60);  ///< then less is tried again

  enum class Verdict : std::uint8_t { None, SendLess, DidNotHelp };

  void on_received(bool was_missing) noexcept;
  void on_missing() noexcept;
  /// After each feedback.
  [[nodiscard]] Verdict update(Instant now) noexcept;
  /// Share lost in the last full window.
  [[nodiscard]] double share() const noexcept { return share_; }
  /// The lesser of the last two: a moment without any link, as when an address changes, is not it.
  [[nodiscard]] double lasting_share() const noexcept {
    return share_ < before_ ? share_ : before_;
  }

 private:
  Instant from_;
  Instant immune_until_;
  double share_ = 0;
  double before_ = 0;     // share of the window before
  double worst_ = 0;      // of the tries
  double immune_to_ = 0;  // losses of this size are the link's own
  std::uint32_t expected_ = 0;
  std::uint32_t lost_ = 0;
  int tries_ = 0;
};

}  // namespace vv::rtc::bwe
