#include "rtc/rtp/rtx.hpp"

#include <cstring>

namespace vv::rtc::rtp {

std::optional<MutableBytes> decapsulate_rtx(MutableBytes packet, const RtpView& view,
                                            std::uint8_t media_payload_type,
                                            std::uint32_t media_ssrc) noexcept {
  const Bytes payload = view.payload();
  if (payload.size() <= kRtxHeaderSize) return std::nullopt;
  const std::uint16_t original = load_be16(payload.data());
  const std::size_t header = view.header_size();
  std::memmove(&packet[kRtxHeaderSize], &packet[0], header);
  const MutableBytes media = packet.subspan(kRtxHeaderSize);
  media[1] = static_cast<std::uint8_t>((media[1] & 0x80) | (media_payload_type & 0x7F));
  store_be16(&media[2], original);
  store_be32(&media[8], media_ssrc);
  return media;
}

}  // namespace vv::rtc::rtp
