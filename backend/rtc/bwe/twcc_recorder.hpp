#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "rtc/rtp/seq_no.hpp"

namespace vv::rtc::bwe {

/// Notes when each packet of one publisher came and writes transport-wide feedback
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01), so that its estimator can work.
///
/// Owns:    arrival times of the last kWindow packets. One that comes late is reported late, with
/// those
///          after it once more.
/// Bounds:  kWindow packets, 2 KiB.
class TwccRecorder {
 public:
  static constexpr std::size_t kWindow = 512;
  static constexpr Duration kInterval = milliseconds(50);

  void on_packet(Instant now, std::uint16_t sequence) noexcept;
  /// Never while there is nothing to report.
  [[nodiscard]] Instant next_timeout() const noexcept;
  /// Writes one whole RTCP packet when it is time (or half the window is full) and returns its
  /// size. Call again until nothing: one feedback may not hold everything.
  [[nodiscard]] std::optional<std::size_t> poll(Instant now, std::uint32_t sender_ssrc,
                                                std::uint32_t media_ssrc,
                                                MutableBytes out) noexcept;

 private:
  /// Arrival in 250 µs ticks since origin_, modulo 2^32, plus one; 0 is "not received".
  using Tick = std::uint32_t;
  [[nodiscard]] Tick& at(rtp::SeqNo seq) noexcept { return arrivals_[seq.raw() % kWindow]; }
  void start_over(rtp::SeqNo seq) noexcept;

  std::array<Tick, kWindow> arrivals_{};
  rtp::SeqUnwrapper unwrapper_;
  rtp::SeqNo first_{};  ///< where the next feedback begins
  rtp::SeqNo last_{};   ///< the newest received
  std::size_t pending_ = 0;
  Instant origin_{};
  Instant next_ = Instant::never();
  std::uint8_t feedback_count_ = 0;
  bool started_ = false;
};

}  // namespace vv::rtc::bwe
