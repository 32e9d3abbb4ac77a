#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "rtc/codec/codec.hpp"

namespace vv::rtc::codec {

/// The VP9 payload descriptor (RFC 9628 §4.2), as far as forwarding reads it.
struct Vp9Descriptor {
  std::uint8_t size = 0;  ///< bytes of the descriptor; it may be longer than any packet's header
  std::optional<std::uint16_t> picture_id;
  bool inter_picture_predicted = false;
  bool start_of_frame = false;
  bool end_of_frame = false;
  bool has_layers = false;
  std::uint8_t temporal = 0;
  std::uint8_t spatial = 0;
  bool switching_up = false;
  bool inter_layer_predicted = false;
  std::optional<Resolution> resolution;  ///< of the highest layer, where the structure is sent
};
[[nodiscard]] std::optional<Vp9Descriptor> parse_vp9(Bytes payload) noexcept;

}  // namespace vv::rtc::codec
