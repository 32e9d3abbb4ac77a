#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"

namespace vv::rtc::codec {

enum class Kind : std::uint8_t { Opus, Red, Vp8, Vp9, H264, Av1, Other };

/// By rtpmap name, ignoring case.
[[nodiscard]] Kind kind_of(std::string_view name);

// Layer numbers are clamped to these before anyone uses them as an index (threat-model M13).
inline constexpr std::uint8_t kMaxTemporal = 3;
inline constexpr std::uint8_t kMaxSpatial = 3;

struct Resolution {
  std::uint16_t width = 0;
  std::uint16_t height = 0;
  bool operator==(const Resolution&) const = default;
};

/// What forwarding needs to know of one packet, whatever the codec.
struct FrameInfo {
  bool keyframe = false;        ///< part of a picture that decodes on its own
  bool start_of_frame = false;  ///< of a layer frame
  bool end_of_frame = false;
  /// Temporal layers above this frame's need nothing of them that came before it.
  bool switching_point = false;
  bool layer_sync = false;    ///< the frame itself needs nothing but the lowest temporal layer
  std::uint8_t temporal = 0;  ///< 0 to kMaxTemporal
  std::uint8_t spatial = 0;   ///< 0 to kMaxSpatial
  std::optional<Resolution> resolution;
};

/// Reads a payload's descriptor. Nothing when it is broken (that packet is dropped, never the
/// stream) or empty. Audio and unknown codecs: a frame of its own, never a key frame.
/// @param dependency_descriptor  the header extension, empty when absent; AV1 key frames need it or
///                               the aggregation header's N bit
[[nodiscard]] std::optional<FrameInfo> inspect(Kind kind, Bytes payload, bool marker,
                                               Bytes dependency_descriptor) noexcept;

}  // namespace vv::rtc::codec
