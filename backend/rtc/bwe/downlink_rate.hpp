#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace vv::rtc::bwe {

/// A first, receiver-driven answer to "how much may this subscriber be sent": held back by the loss
/// that its reports show, and by its REMB where that says that the link carries less than is sent.
///
/// A receiver can only judge what it gets: an estimate near the rate sent is no limit, and whether
/// more would fit is known only by sending more (`try_more`).
///
/// Bounds: kMin to `max`, whatever the receiver claims (threat-model M17).
class DownlinkRate {
 public:
  static constexpr std::uint64_t kMin = 30'000;  ///< bit/s
  static constexpr Duration kTrial = seconds(4);

  explicit DownlinkRate(std::uint64_t start = 2'500'000, std::uint64_t max = 20'000'000);
  /// @param sent_rate  what is being sent, bit/s
  void on_remb(Instant now, std::uint64_t bitrate, std::uint64_t sent_rate) noexcept;
  /// More than the estimate is sent from now on, to see whether the link carries it: for kTrial
  /// only losses and estimates that fall count. Once it held, the old limit is void.
  void try_more(Instant now) noexcept;
  /// @param fraction_lost  of the worst media stream in one report, 256ths
  /// @param sent_rate      what was sent in that interval, bit/s; growth does not run away from it
  void on_loss(Instant now, std::uint8_t fraction_lost, std::uint64_t sent_rate) noexcept;
  [[nodiscard]] std::uint64_t bits_per_second(Instant now) const noexcept;

 private:
  std::uint64_t max_;
  std::uint64_t loss_based_;
  std::uint64_t remb_ = 0;
  Instant remb_at_{};
  Instant last_cut_{};
  Instant trial_ends_{};
  bool has_remb_ = false;
  bool is_limited_ = false;  ///< by what the receiver estimates
  bool is_trying_ = false;
  bool has_cut_ = false;
};

}  // namespace vv::rtc::bwe
