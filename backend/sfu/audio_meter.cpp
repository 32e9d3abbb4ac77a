#include "sfu/audio_meter.hpp"

#include <array>
#include <cmath>

namespace vv::sfu {
namespace {

// livekit-wire.md F-27.
constexpr std::uint8_t kActiveLevel = 35;     // -dBov; quieter packets do not count as speech
constexpr std::uint32_t kActivePercent = 40;  // of a window's packets
constexpr float kSmoothing = 2.0F / 3.0F;     // exponential average over 2 windows
constexpr float kSteps = 8;

// 10^(-level/20), computed once: packets only look it up.
const std::array<float, 128> kLinear = [] {
  std::array<float, 128> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = std::pow(10.0F, -static_cast<float>(i) / 20.0F);
  }
  return table;
}();

}  // namespace

void AudioMeter::on_packet(std::uint8_t level) noexcept {
  ++packets_;
  if (level > kActiveLevel) return;
  ++active_;
  sum_ += kLinear[level];
}

float AudioMeter::close_window() noexcept {
  const bool active = packets_ > 0 && active_ * 100 >= packets_ * kActivePercent;
  const float level = active ? sum_ / static_cast<float>(active_) : 0.0F;
  packets_ = 0;
  active_ = 0;
  sum_ = 0;
  smoothed_ += (level - smoothed_) * kSmoothing;
  if (smoothed_ < kLinear[kActiveLevel]) return 0;
  return std::ceil(smoothed_ * kSteps) / kSteps;
}

}  // namespace vv::sfu
