#include "signaling/livekit/data_track_frame.hpp"

namespace vv::signaling {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kHandleAt = 2;
constexpr std::uint8_t kStart = 0x10;
constexpr std::uint8_t kFinal = 0x08;
constexpr std::uint8_t kExtended = 0x04;

}  // namespace

std::optional<DataTrackHeader> read_data_track_header(Bytes packet) {
  if (packet.size() < kHeader || packet[0] >> 5 != 0) return std::nullopt;
  if ((packet[0] & kExtended) != 0) {
    if (packet.size() < kHeader + 2) return std::nullopt;
    const std::size_t words = std::size_t{load_be16(&packet[kHeader])} + 1;
    if (packet.size() < kHeader + 4 * words) return std::nullopt;
  }
  DataTrackHeader header{.start = (packet[0] & kStart) != 0,
                         .final = (packet[0] & kFinal) != 0,
                         .handle = load_be16(&packet[kHandleAt]),
                         .sequence = load_be16(&packet[4]),
                         .frame = load_be16(&packet[6])};
  if (header.handle == 0) return std::nullopt;
  return header;
}

void write_data_track_handle(MutableBytes packet, std::uint16_t handle) {
  store_be16(&packet[kHandleAt], handle);
}

}  // namespace vv::signaling
