#include "sfu/quality_meter.hpp"

#include <algorithm>

namespace vv::sfu {
namespace {

// livekit-wire.md F-29, all of them: points a percent of loss, points a missing layer, how fast a
// new window counts, the floor (what still arrives is poor, not lost), and where grades begin.
constexpr float kAudioLossWeight = 8;
constexpr float kVideoLossWeight = 10;
constexpr float kLayerWeight = 35;
constexpr float kRising = 0.4F;
constexpr float kFalling = 0.8F;
constexpr float kFloor = 30;
constexpr float kExcellent = 80;
constexpr float kGood = 40;

float delay_effect(float ms) { return ms > 160 ? (ms - 120) / 10 : ms / 40; }

float milliseconds_of(Duration duration) { return static_cast<float>(duration.as_nanos()) / 1e6F; }

}  // namespace

float TrackWindow::score() const noexcept {
  if (expected <= 0) return 100;
  const float percent = 100 * static_cast<float>(std::clamp<std::int64_t>(lost, 0, expected)) /
                        static_cast<float>(expected);
  const float weight = kind == MediaKind::Audio ? kAudioLossWeight : kVideoLossWeight;
  const float delay = milliseconds_of(rtt) / 2 + 2 * milliseconds_of(jitter);
  const float packets = 100 - delay_effect(delay) - percent * weight;
  const float layers = 100 - kLayerWeight * static_cast<float>(missing_layers);
  return std::clamp(std::min(packets, layers), 0.0F, 100.0F);
}

void QualityMeter::add(const TrackWindow& track) noexcept {
  worst_ = std::min(worst_.value_or(100), track.score());
}

std::optional<ConnectionQuality> QualityMeter::close_window(bool heard) noexcept {
  // With nothing under way (all muted) there is nothing to complain about, at once.
  const float now = std::max(worst_.value_or(100), kFloor);
  score_ = worst_ ? score_ + (now - score_) * (now < score_ ? kFalling : kRising) : now;
  worst_.reset();
  ConnectionQuality quality = ConnectionQuality::Poor;
  if (score_ > kGood) quality = ConnectionQuality::Good;
  if (score_ > kExcellent) quality = ConnectionQuality::Excellent;
  if (!heard) quality = ConnectionQuality::Lost;
  if (told_ == quality) return std::nullopt;
  told_ = quality;
  return quality;
}

float QualityMeter::mean_opinion() const noexcept {
  // ITU-T G.107 Annex B, with the score as its R.
  const float r = score_;
  return std::clamp(1 + 0.035F * r + r * (r - 60) * (100 - r) * 7e-6F, 1.0F, 4.5F);
}

}  // namespace vv::sfu
