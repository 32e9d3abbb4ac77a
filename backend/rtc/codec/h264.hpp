#pragma once

#include <optional>

#include "base/bytes.hpp"

namespace vv::rtc::codec {

/// One H.264 payload (RFC 6184 §5), as far as forwarding reads it.
struct H264Packet {
  bool keyframe = false;         ///< holds the beginning of an SPS or an IDR slice
  bool starts_nal_unit = false;  ///< false for the later pieces of a fragmented one
};
[[nodiscard]] std::optional<H264Packet> parse_h264(Bytes payload) noexcept;

}  // namespace vv::rtc::codec
