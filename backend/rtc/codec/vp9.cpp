#include "rtc/codec/vp9.hpp"

#include <algorithm>

namespace vv::rtc::codec {
namespace {

/// The scalability structure (§4.2.1). Broken ones show in the reader.
void read_structure(ByteReader& reader, Vp9Descriptor& d) {
  const std::uint8_t head = reader.u8();
  const int layers = (head >> 5) + 1;
  if ((head & 0x10) != 0) {
    for (int i = 0; i < layers; ++i) {
      const std::uint16_t width = reader.u16();
      const std::uint16_t height = reader.u16();
      d.resolution = Resolution{width, height};
    }
  }
  if ((head & 0x08) == 0) return;
  const int pictures = reader.u8();
  for (int i = 0; i < pictures && reader.ok(); ++i) {
    const std::uint8_t picture = reader.u8();
    reader.skip((picture >> 2) & 3U);
  }
}

}  // namespace

std::optional<Vp9Descriptor> parse_vp9(Bytes payload) noexcept {
  ByteReader reader{payload};
  Vp9Descriptor d;
  const std::uint8_t flags = reader.u8();
  const bool flexible = (flags & 0x10) != 0;
  d.inter_picture_predicted = (flags & 0x40) != 0;
  d.has_layers = (flags & 0x20) != 0;
  d.start_of_frame = (flags & 0x08) != 0;
  d.end_of_frame = (flags & 0x04) != 0;
  if ((flags & 0x80) != 0) {
    const std::uint8_t high = reader.u8();
    d.picture_id =
        static_cast<std::uint16_t>((high & 0x80) != 0 ? ((high & 0x7F) << 8) | reader.u8() : high);
  }
  if (d.has_layers) {
    const std::uint8_t layers = reader.u8();
    d.temporal = std::min<std::uint8_t>(layers >> 5, kMaxTemporal);
    d.switching_up = (layers & 0x10) != 0;
    d.spatial = std::min<std::uint8_t>((layers >> 1) & 7, kMaxSpatial);
    d.inter_layer_predicted = (layers & 1) != 0;
    if (!flexible) reader.skip(1);  // TL0PICIDX
  }
  if (flexible && d.inter_picture_predicted) {
    bool more = true;
    for (int i = 0; i < 3 && more; ++i) more = (reader.u8() & 1) != 0;
    if (more) return std::nullopt;  // at most three references
  }
  if ((flags & 0x02) != 0) read_structure(reader, d);
  if (!reader.ok() || reader.remaining() == 0 || reader.position() > 0xFF) return std::nullopt;
  d.size = static_cast<std::uint8_t>(reader.position());
  return d;
}

}  // namespace vv::rtc::codec
