#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "rtc/rtcp/packets.hpp"
#include "rtc/rtp/seq_no.hpp"

namespace vv::rtc::rtp {

/// Loss and jitter of one received stream (RFC 3550 §6.4.1, A.3, A.8).
class ReceiveStats {
 public:
  ReceiveStats(std::uint32_t ssrc, std::uint32_t clock_rate);

  /// @param seq  unwrapped; late and repeated packets count as received, as A.3 has it
  void on_packet(Instant now, SeqNo seq, std::uint32_t timestamp) noexcept;
  void on_sender_report(Instant now, std::uint64_t ntp) noexcept;
  /// The block for the next SR or RR; starts a new interval for the fraction lost.
  [[nodiscard]] rtcp::ReportBlock report(Instant now) noexcept;

  [[nodiscard]] std::uint64_t packets() const { return received_; }
  /// Negative when duplicates outnumber losses.
  [[nodiscard]] std::int64_t lost() const;
  [[nodiscard]] Duration jitter() const;

 private:
  std::uint32_t ssrc_;
  std::uint32_t clock_rate_;
  SeqNo base_{};
  SeqNo highest_{};
  std::uint64_t received_ = 0;
  std::uint64_t expected_prior_ = 0;
  std::uint64_t received_prior_ = 0;
  double jitter_ = 0;  ///< in timestamp units
  std::uint32_t last_timestamp_ = 0;
  Instant last_arrival_{};
  std::uint32_t last_sr_ = 0;
  Instant last_sr_arrival_{};
};

}  // namespace vv::rtc::rtp
