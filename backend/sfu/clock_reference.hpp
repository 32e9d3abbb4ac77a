#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace vv::sfu {

/// What a sender report says: this RTP timestamp was this moment of the sender's clock.
struct ClockReference {
  std::uint64_t ntp = 0;  ///< 32.32 seconds; 0 when no report has come
  std::uint32_t rtp = 0;
  Instant arrival;

  [[nodiscard]] bool known() const { return ntp != 0; }
};

/// A length of time in timestamp units.
[[nodiscard]] constexpr std::int64_t to_rtp(Duration d, std::uint32_t clock_rate) {
  return d.as_nanos() / 1'000 * static_cast<std::int64_t>(clock_rate) / 1'000'000;
}
/// 32.32 fixed-point seconds.
[[nodiscard]] constexpr std::uint64_t to_ntp(Duration d) {
  const auto nanos = static_cast<std::uint64_t>(d.as_nanos());
  return ((nanos / 1'000'000'000) << 32) | (((nanos % 1'000'000'000) << 32) / 1'000'000'000);
}

/// The timestamp of stream `to` for the moment that stream `from` calls `timestamp`; both clocks
/// must be known and of one sender.
[[nodiscard]] constexpr std::uint32_t translate(std::uint32_t timestamp, const ClockReference& from,
                                                const ClockReference& to,
                                                std::uint32_t clock_rate) {
  // Difference of the two reports in the sender's time, as timestamp units (at most ±2^31 of them).
  const auto ntp_step = static_cast<std::int64_t>(from.ntp - to.ntp);
  const auto units = static_cast<std::int64_t>(static_cast<double>(ntp_step) / 4294967296.0 *
                                               static_cast<double>(clock_rate));
  return to.rtp + static_cast<std::uint32_t>(units) + (timestamp - from.rtp);
}

}  // namespace vv::sfu
