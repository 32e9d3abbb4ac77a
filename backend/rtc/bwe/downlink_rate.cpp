#include "rtc/bwe/downlink_rate.hpp"

#include <algorithm>

namespace vv::rtc::bwe {
namespace {

// The thresholds of the loss-based part of Google's congestion control (draft-ietf-rmcat-gcc-02
// §6).
constexpr std::uint8_t kLowLoss = 5;    // 256ths, 2 %
constexpr std::uint8_t kHighLoss = 26;  // 256ths, 10 %
constexpr Duration kCutInterval = milliseconds(300);
constexpr Duration kRembLife = seconds(10);

}  // namespace

DownlinkRate::DownlinkRate(std::uint64_t start, std::uint64_t max)
    : max_(std::max(max, kMin)), loss_based_(std::clamp(start, kMin, max_)) {}

void DownlinkRate::on_remb(Instant now, std::uint64_t bitrate, std::uint64_t sent_rate) noexcept {
  const std::uint64_t before = remb_;
  const bool is_first = !has_remb_;
  remb_ = std::clamp(bitrate, kMin, max_);
  remb_at_ = now;
  has_remb_ = true;
  if (is_trying_ && now >= trial_ends_) is_trying_ = is_limited_ = false;
  const std::uint64_t sent = std::min(sent_rate, max_);
  // libwebrtc falls to 85 % of what it receives whenever delay grows, if only once and for nothing:
  // that alone is no limit. Its first estimate knows the ramp-up only.
  const bool falls = !is_first && remb_ + remb_ / 32 < before;
  const bool is_low = remb_ * 10 < sent * 8;
  const bool is_very_low = !is_trying_ && remb_ * 2 < sent;
  if ((falls && is_low) || is_very_low) {
    is_limited_ = true;
    is_trying_ = false;
  }
}

void DownlinkRate::try_more(Instant now) noexcept {
  if (!is_limited_) return;
  is_trying_ = true;
  trial_ends_ = now + kTrial;
}

void DownlinkRate::on_loss(Instant now, std::uint8_t fraction_lost,
                           std::uint64_t sent_rate) noexcept {
  if (fraction_lost <= kLowLoss) {
    // What was not sent was not tried: enough above it to reach the next layer, no more.
    const std::uint64_t tried = std::min(sent_rate, max_) * 3 + 300'000;
    if (loss_based_ < tried) loss_based_ = std::min({loss_based_ + loss_based_ / 12, tried, max_});
    return;
  }
  if (fraction_lost < kHighLoss) return;
  if (has_cut_ && now - last_cut_ < kCutInterval) return;
  has_cut_ = true;
  last_cut_ = now;
  is_trying_ = false;
  // Cut from what was really sent, where that is less than what we believed in.
  const std::uint64_t from =
      sent_rate == 0 ? loss_based_ : std::min(loss_based_, std::max(sent_rate, loss_based_ / 4));
  loss_based_ = std::clamp(from - from * fraction_lost / 512, kMin, max_);
}

std::uint64_t DownlinkRate::bits_per_second(Instant now) const noexcept {
  if (is_limited_ && !is_trying_ && now - remb_at_ <= kRembLife)
    return std::min(loss_based_, remb_);
  return loss_based_;
}

}  // namespace vv::rtc::bwe
