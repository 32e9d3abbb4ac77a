#include "rtc/codec/h264.hpp"

namespace vv::rtc::codec {
namespace {

constexpr std::uint8_t kIdr = 5;
constexpr std::uint8_t kSps = 7;
constexpr std::uint8_t kStapA = 24;
constexpr std::uint8_t kFuA = 28;
constexpr std::uint8_t kFuB = 29;

bool begins_keyframe(std::uint8_t nal_header) {
  const std::uint8_t type = nal_header & 0x1F;
  return type == kIdr || type == kSps;
}

}  // namespace

std::optional<H264Packet> parse_h264(Bytes payload) noexcept {
  ByteReader reader{payload};
  const std::uint8_t header = reader.u8();
  if (!reader.ok()) return std::nullopt;
  const std::uint8_t type = header & 0x1F;
  H264Packet packet{.keyframe = false, .starts_nal_unit = true};
  if (type == kFuA || type == kFuB) {
    const std::uint8_t fragment = reader.u8();
    if (!reader.ok()) return std::nullopt;
    packet.starts_nal_unit = (fragment & 0x80) != 0;
    packet.keyframe = packet.starts_nal_unit && begins_keyframe(fragment);
    return packet;
  }
  if (type == kStapA) {
    while (reader.remaining() > 0) {
      const Bytes unit = reader.take(reader.u16());
      if (!reader.ok() || unit.empty()) return std::nullopt;
      packet.keyframe = packet.keyframe || begins_keyframe(unit[0]);
    }
    return packet;
  }
  packet.keyframe = begins_keyframe(header);
  return packet;
}

}  // namespace vv::rtc::codec
