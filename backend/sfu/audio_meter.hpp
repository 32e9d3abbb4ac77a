#pragma once

#include <cstdint>

namespace vv::sfu {

/// How loud one audio track is, from the levels its packets carry (RFC 6464, livekit-wire.md F-27).
///
/// Owns:    the packets of the window under way and the smoothed level of those before.
/// Not its: the window's clock: whoever owns it calls `close_window` every 400 ms.
class AudioMeter {
 public:
  /// @param level  -dBov: 0 loudest, 127 silence
  void on_packet(std::uint8_t level) noexcept;
  /// Ends a window. @return the level now: 0 when inactive, else 1/8 to 1 in steps of 1/8
  float close_window() noexcept;
  void reset() noexcept { *this = {}; }

 private:
  std::uint32_t packets_ = 0;
  std::uint32_t active_ = 0;
  float sum_ = 0;  ///< linear levels of the active packets
  float smoothed_ = 0;
};

}  // namespace vv::sfu
