#include "sfu/playout_delay.hpp"

#include <algorithm>

namespace vv::sfu {
namespace {

constexpr Duration kUnit = milliseconds(10);
constexpr Duration kMost = kUnit * 0xFFF;  // what 12 bits can say

std::uint32_t in_units(Duration d) { return static_cast<std::uint32_t>(d.as_millis() / 10); }

}  // namespace

PlayoutDelay::PlayoutDelay(const PlayoutRange& range) noexcept
    : lower_(std::min(milliseconds(range.min_ms), kMost)),
      upper_(range.max_ms == 0 ? kUsualMost : std::min(milliseconds(range.max_ms), kMost)) {
  upper_ = std::max(upper_, lower_);
  least_ = lower_;
}

std::array<std::uint8_t, 3> PlayoutDelay::value() const noexcept {
  const std::uint32_t both = in_units(least_) << 12 | in_units(upper_);
  return {static_cast<std::uint8_t>(both >> 16), static_cast<std::uint8_t>(both >> 8),
          static_cast<std::uint8_t>(both)};
}

void PlayoutDelay::on_sent(rtc::rtp::SeqNo seq) noexcept {
  if (was_sent_) return;
  was_sent_ = true;
  since_ = seq.low16();
}

void PlayoutDelay::on_report(Instant now, std::uint16_t highest, Duration jitter) noexcept {
  const auto after = static_cast<std::int16_t>(static_cast<std::uint16_t>(highest - since_));
  if (was_sent_ && after >= kCarriers) due_ = false;

  const Duration target = std::clamp(jitter * kJitters, lower_, upper_);
  const Duration since = has_reported_ ? now - last_change_ : seconds(1);
  const Duration step =
      milliseconds(std::min<std::int64_t>(since.as_millis(), 10'000) * kMostChange / 1'000);
  const Duration next = std::clamp(target, least_ - step, least_ + step);
  if (in_units(next) == in_units(least_)) return;  // what has passed since then adds up
  least_ = next;
  last_change_ = now;
  has_reported_ = true;
  due_ = true;
  was_sent_ = false;
}

}  // namespace vv::sfu
