#include "rtc/codec/av1.hpp"

namespace vv::rtc::codec {

std::optional<Av1Aggregation> parse_av1(Bytes payload) noexcept {
  if (payload.size() < 2) return std::nullopt;
  Av1Aggregation header;
  header.continues_obu = (payload[0] & 0x80) != 0;
  header.is_continued = (payload[0] & 0x40) != 0;
  header.obus = (payload[0] >> 4) & 3;
  header.new_sequence = (payload[0] & 0x08) != 0;
  // §4.4: a new sequence cannot begin in the middle of an OBU.
  if (header.new_sequence && header.continues_obu) return std::nullopt;
  return header;
}

std::optional<DependencyDescriptor> parse_dependency_descriptor(Bytes extension) noexcept {
  if (extension.size() < 3) return std::nullopt;
  DependencyDescriptor d;
  d.start_of_frame = (extension[0] & 0x80) != 0;
  d.end_of_frame = (extension[0] & 0x40) != 0;
  d.template_id = extension[0] & 0x3F;
  d.frame_number = load_be16(&extension[1]);
  d.has_structure = extension.size() > 3 && (extension[3] & 0x80) != 0;
  return d;
}

}  // namespace vv::rtc::codec
