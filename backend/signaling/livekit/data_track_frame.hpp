#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace vv::signaling {

/// What the server reads of a packet on `_data_track` (livekit-wire.md S-90).
struct DataTrackHeader {
  bool start = false;  ///< of a frame
  bool final = false;
  std::uint16_t handle = 0;
  std::uint16_t sequence = 0;
  std::uint16_t frame = 0;
};

/// Nothing when it is shorter than its header and extensions say, or of another version.
[[nodiscard]] std::optional<DataTrackHeader> read_data_track_header(Bytes packet);
/// Of a packet that was read.
void write_data_track_handle(MutableBytes packet, std::uint16_t handle);

}  // namespace vv::signaling
