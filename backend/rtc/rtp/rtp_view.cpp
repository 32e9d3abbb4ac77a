#include "rtc/rtp/rtp_view.hpp"

namespace vv::rtc::rtp {

Result<RtpView, RtpError> parse_rtp(Bytes packet) noexcept {
  if (packet.size() < kFixedHeaderSize || packet.size() > 0xFFFF) return RtpError::Truncated;
  if (packet[0] >> 6 != 2) return RtpError::BadVersion;
  const bool has_padding = (packet[0] & 0x20) != 0;
  const bool has_extension = (packet[0] & 0x10) != 0;
  std::size_t header_size = kFixedHeaderSize + std::size_t{4} * (packet[0] & 0x0F);
  if (packet.size() < header_size) return RtpError::Truncated;

  RtpView view;
  view.packet_ = packet;
  if (has_extension) {
    if (packet.size() < header_size + 4) return RtpError::BadExtension;
    const std::size_t size = std::size_t{4} * load_be16(&packet[header_size + 2]);
    view.extension_profile_ = load_be16(&packet[header_size]);
    header_size += 4;
    if (packet.size() - header_size < size) return RtpError::BadExtension;
    view.extension_offset_ = static_cast<std::uint16_t>(header_size);
    view.extension_size_ = static_cast<std::uint16_t>(size);
    header_size += size;
  }
  view.header_size_ = static_cast<std::uint16_t>(header_size);
  if (has_padding) {
    const std::uint8_t padding = packet.back();
    if (padding == 0 || padding > packet.size() - header_size) return RtpError::BadPadding;
    view.padding_size_ = padding;
  }
  return view;
}

}  // namespace vv::rtc::rtp
