#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace vv::rtc::bwe {

/// A first, receiver-driven answer to "how much may this subscriber be sent": the receiver's REMB
/// where it sends one, held back by the loss its reports show.
///
/// Bounds: kMin to `max`, whatever the receiver claims (threat-model M17).
class DownlinkRate {
 public:
  static constexpr std::uint64_t kMin = 30'000;  ///< bit/s

  explicit DownlinkRate(std::uint64_t start = 2'500'000, std::uint64_t max = 20'000'000);
  void on_remb(Instant now, std::uint64_t bitrate) noexcept;
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
  bool has_remb_ = false;
  bool has_cut_ = false;
};

}  // namespace vv::rtc::bwe
