#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace vv::rtc::codec {

/// The AV1 aggregation header (AV1 RTP specification §4.4).
struct Av1Aggregation {
  bool continues_obu = false;  ///< Z: begins with the rest of an OBU
  bool is_continued = false;   ///< Y: the last OBU goes on in the next packet
  std::uint8_t obus = 0;       ///< W: 0 when every element tells its length
  bool new_sequence = false;   ///< N: first packet of a coded video sequence, a key frame
};
[[nodiscard]] std::optional<Av1Aggregation> parse_av1(Bytes payload) noexcept;

/// The fixed part of the dependency descriptor (appendix A.8.2), and whether a new structure
/// follows, which encoders send with every key frame.
struct DependencyDescriptor {
  bool start_of_frame = false;
  bool end_of_frame = false;
  std::uint8_t template_id = 0;
  std::uint16_t frame_number = 0;
  bool has_structure = false;
};
[[nodiscard]] std::optional<DependencyDescriptor> parse_dependency_descriptor(
    Bytes extension) noexcept;

}  // namespace vv::rtc::codec
