#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"
#include "rtc/codec/codec.hpp"
#include "rtc/codec/dependency_descriptor.hpp"
#include "sfu/rate_meter.hpp"

namespace vv::sfu {

/// What each spatial layer inside one stream takes, for whoever shares a link (allocator.hpp).
class SpatialLayers {
 public:
  static constexpr std::size_t kCount = 3;
  /// A layer of which nothing came for this long is switched off.
  static constexpr Duration kSilentAfter = seconds(2);

  void add(Instant now, std::size_t bytes, const rtc::codec::FrameInfo& frame,
           const rtc::codec::FrameDependencies* dependencies) noexcept;
  [[nodiscard]] bool is_live(Instant now, std::size_t layer) const noexcept {
    return layers_[layer].started && now - layers_[layer].last < kSilentAfter;
  }
  /// Bit/s of all that is sent to who gets this layer as the highest, with temporal layers up to
  /// `temporal`.
  [[nodiscard]] std::uint64_t rate(Instant now, std::size_t layer, std::size_t temporal) noexcept {
    return layers_[layer].rates[std::min(temporal, kTemporal - 1)].bits_per_second(now);
  }
  [[nodiscard]] std::uint8_t top_temporal() const { return top_temporal_; }

 private:
  static constexpr std::size_t kTemporal = 3;
  struct Layer {
    std::array<RateMeter, kTemporal> rates;  // with temporal layers up to this one
    Instant last;
    bool started = false;
  };
  std::array<Layer, kCount> layers_{};
  std::uint8_t top_temporal_ = 0;
};

}  // namespace vv::sfu
