#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "sfu/event.hpp"
#include "sfu/media_config.hpp"

namespace vv::sfu {

/// What one track went through on one link, in one window.
struct TrackWindow {
  MediaKind kind = MediaKind::Audio;
  std::int64_t expected = 0;  ///< packets; a window without any says nothing
  std::int64_t lost = 0;
  Duration jitter;
  Duration rtt;
  int missing_layers = 0;  ///< that are there and wanted, and that the link does not carry

  /// 0 (unusable) to 100 (livekit-wire.md F-29).
  [[nodiscard]] float score() const noexcept;
};

/// How good one participant's connection is, told when it changes.
///
/// Owns:    the score over time. Worse shows at once, better gradually.
/// Not its: where the numbers come from (Room).
class QualityMeter {
 public:
  /// Notes one track of the window that is open.
  void add(const TrackWindow& track) noexcept;
  /// @param heard  whether anything at all came from the participant lately
  /// @return the quality, when it is another than last told
  [[nodiscard]] std::optional<ConnectionQuality> close_window(bool heard) noexcept;
  /// Mean opinion score, 1.0 to 4.5.
  [[nodiscard]] float mean_opinion() const noexcept;

 private:
  std::optional<float> worst_;  ///< of the open window
  float score_ = 100;
  std::optional<ConnectionQuality> told_;
};

}  // namespace vv::sfu
