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
/// Owns:    arrival times since the last feedback.
/// Bounds:  kWindow packets; older ones are reported as lost.
class TwccRecorder {
 public:
  static constexpr std::size_t kWindow = 1'024;
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
  [[nodiscard]] Instant& at(rtp::SeqNo seq) noexcept { return arrivals_[seq.raw() % kWindow]; }

  std::array<Instant, kWindow> arrivals_{};  ///< never(): not received
  rtp::SeqUnwrapper unwrapper_;
  rtp::SeqNo first_{};  ///< the first not yet reported
  rtp::SeqNo last_{};   ///< the newest received
  std::size_t pending_ = 0;
  Instant origin_{};  ///< reference times count from here
  Instant next_ = Instant::never();
  std::uint8_t feedback_count_ = 0;
  bool started_ = false;
};

}  // namespace vv::rtc::bwe
