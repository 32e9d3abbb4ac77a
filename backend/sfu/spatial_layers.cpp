#include "sfu/spatial_layers.hpp"

#include <algorithm>

namespace vv::sfu {
namespace {

using rtc::codec::FrameDependencies;
using rtc::codec::Indication;

/// Whether who gets layers up to these gets this frame.
bool is_part_of(const FrameDependencies& frame, std::size_t spatial, std::size_t temporal) {
  int target = -1;
  for (int n = 0; n < frame.target_count; ++n) {
    const auto at = static_cast<std::size_t>(n);
    if (frame.target_spatial(at) != spatial || frame.target_temporal(at) > temporal) continue;
    if (target < 0 || frame.targets[at] > frame.targets[static_cast<std::size_t>(target)])
      target = n;
  }
  return target >= 0 &&
         frame.indication(static_cast<std::size_t>(target)) != Indication::NotPresent;
}

}  // namespace

void SpatialLayers::add(Instant now, std::size_t bytes, const rtc::codec::FrameInfo& frame,
                        const FrameDependencies* dependencies) noexcept {
  const std::size_t spatial = dependencies != nullptr ? dependencies->spatial : frame.spatial;
  Layer& own = layers_[std::min(spatial, kCount - 1)];
  own.last = now;
  own.started = true;
  const std::uint8_t frame_temporal =
      dependencies != nullptr ? dependencies->temporal : frame.temporal;
  top_temporal_ = std::max(top_temporal_, std::min<std::uint8_t>(frame_temporal, kTemporal - 1));
  for (std::size_t layer = 0; layer < kCount; ++layer) {
    for (std::size_t temporal = 0; temporal < kTemporal; ++temporal) {
      const bool is_top = temporal == kTemporal - 1;
      const bool counts = dependencies != nullptr
                              ? is_part_of(*dependencies, layer, is_top ? 0xFF : temporal)
                              : spatial <= layer && (is_top || frame.temporal <= temporal);
      if (counts) layers_[layer].rates[temporal].add(now, bytes);
    }
  }
}

}  // namespace vv::sfu
