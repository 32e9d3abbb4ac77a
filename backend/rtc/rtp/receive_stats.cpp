#include "rtc/rtp/receive_stats.hpp"

#include <algorithm>

namespace vv::rtc::rtp {

ReceiveStats::ReceiveStats(std::uint32_t ssrc, std::uint32_t clock_rate)
    : ssrc_(ssrc), clock_rate_(std::max(clock_rate, std::uint32_t{1})) {}

void ReceiveStats::on_packet(Instant now, SeqNo seq, std::uint32_t timestamp) noexcept {
  if (received_ == 0) {
    base_ = seq;
    highest_ = seq;
  } else {
    base_ = std::min(base_, seq);
    // RFC 3550 A.8: the change of transit time between two packets. Packets of one frame share a
    // timestamp and follow each other; only newer ones say something about the network.
    if (seq > highest_ && timestamp != last_timestamp_) {
      const double ticks = (now - last_arrival_).as_seconds() * clock_rate_;
      const auto sent = static_cast<std::int32_t>(timestamp - last_timestamp_);
      double difference = ticks - static_cast<double>(sent);
      if (difference < 0) difference = -difference;
      // A jump of more than ten seconds is a new timeline, not jitter.
      if (difference < 10.0 * clock_rate_) jitter_ += (difference - jitter_) / 16.0;
    }
    highest_ = std::max(highest_, seq);
  }
  if (received_ == 0 || (seq == highest_ && timestamp != last_timestamp_)) {
    last_timestamp_ = timestamp;
    last_arrival_ = now;
  }
  ++received_;
}

void ReceiveStats::on_sender_report(Instant now, std::uint64_t ntp) noexcept {
  last_sr_ = static_cast<std::uint32_t>(ntp >> 16);
  last_sr_arrival_ = now;
}

std::int64_t ReceiveStats::lost() const {
  if (received_ == 0) return 0;
  return (highest_ - base_) + 1 - static_cast<std::int64_t>(received_);
}

Duration ReceiveStats::jitter() const {
  return Duration::nanos(static_cast<std::int64_t>(jitter_ * 1e9 / clock_rate_));
}

rtcp::ReportBlock ReceiveStats::report(Instant now) noexcept {
  rtcp::ReportBlock block;
  block.ssrc = ssrc_;
  block.highest_sequence = static_cast<std::uint32_t>(highest_.raw() - 0x1'0000);
  block.jitter = static_cast<std::uint32_t>(jitter_);
  block.cumulative_lost =
      static_cast<std::int32_t>(std::clamp<std::int64_t>(lost(), -0x80'0000, 0x7F'FFFF));
  if (received_ > 0) {
    const auto expected = static_cast<std::uint64_t>((highest_ - base_) + 1);
    const auto interval = static_cast<std::int64_t>(expected - expected_prior_);
    const auto arrived = static_cast<std::int64_t>(received_ - received_prior_);
    if (interval > 0 && interval > arrived) {
      block.fraction_lost = static_cast<std::uint8_t>(
          std::min<std::int64_t>((interval - arrived) * 256 / interval, 255));
    }
    expected_prior_ = expected;
    received_prior_ = received_;
  }
  if (last_sr_ != 0) {
    block.last_sr = last_sr_;
    const std::int64_t delay = (now - last_sr_arrival_).as_micros() * 65'536 / 1'000'000;
    block.delay_since_last_sr =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(delay, 0, 0xFFFF'FFFF));
  }
  return block;
}

}  // namespace vv::rtc::rtp
