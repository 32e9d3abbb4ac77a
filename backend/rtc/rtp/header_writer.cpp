#include "rtc/rtp/header_writer.hpp"

#include <cstring>

namespace vv::rtc::rtp {
namespace {

constexpr std::uint16_t kOneByteProfile = 0xBEDE;
constexpr std::uint16_t kTwoByteProfile = 0x1000;

/// Writes the block at `out`; its size, or 0 when it does not fit or there is nothing to write.
std::size_t write_block(MutableBytes out, std::span<const ExtensionElement> elements) {
  bool two_byte = false;
  std::size_t count = 0;
  std::size_t body = 0;
  for (const ExtensionElement& e : elements) {
    if (e.id == 0) continue;
    if (e.id > 14 || e.value.empty() || e.value.size() > 16) two_byte = true;
    body += e.value.size();
    ++count;
  }
  body += count * (two_byte ? 2 : 1);
  const std::size_t padded = (body + 3) & ~std::size_t{3};
  if (count == 0 || out.size() < 4 + padded) return 0;

  store_be16(&out[0], two_byte ? kTwoByteProfile : kOneByteProfile);
  store_be16(&out[2], static_cast<std::uint16_t>(padded / 4));
  std::size_t at = 4;
  for (const ExtensionElement& e : elements) {
    if (e.id == 0) continue;
    if (two_byte) {
      out[at++] = e.id;
      out[at++] = static_cast<std::uint8_t>(e.value.size());
    } else {
      out[at++] = static_cast<std::uint8_t>((std::size_t{e.id} << 4) | (e.value.size() - 1));
    }
    if (!e.value.empty()) std::memcpy(&out[at], e.value.data(), e.value.size());
    at += e.value.size();
  }
  while (at < 4 + padded) out[at++] = 0;
  return at;
}

}  // namespace

std::size_t write_rtp_header(MutableBytes out, const RtpHeader& header,
                             std::span<const ExtensionElement> extensions) noexcept {
  if (out.size() < kFixedHeaderSize || extensions.size() > kMaxExtensionElements) return 0;
  bool has_extension = false;
  for (const ExtensionElement& e : extensions) {
    if (e.value.size() > 255) return 0;
    has_extension = has_extension || e.id != 0;
  }
  out[0] =
      static_cast<std::uint8_t>(0x80 | (header.padding ? 0x20 : 0) | (has_extension ? 0x10 : 0));
  out[1] = static_cast<std::uint8_t>((header.marker ? 0x80 : 0) | (header.payload_type & 0x7F));
  store_be16(&out[2], header.sequence);
  store_be32(&out[4], header.timestamp);
  store_be32(&out[8], header.ssrc);
  if (!has_extension) return kFixedHeaderSize;
  const std::size_t block = write_block(out.subspan(kFixedHeaderSize), extensions);
  return block == 0 ? 0 : kFixedHeaderSize + block;
}

}  // namespace vv::rtc::rtp
