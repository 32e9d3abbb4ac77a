#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "rtc/rtp/header_extensions.hpp"

namespace vv::rtc::rtp {

struct RtpHeader {
  std::uint32_t ssrc = 0;
  std::uint32_t timestamp = 0;
  std::uint16_t sequence = 0;
  std::uint8_t payload_type = 0;
  bool marker = false;
  bool padding = false;  ///< whoever sets it appends the padding itself
};

inline constexpr std::size_t kMaxExtensionElements = 16;

/// Writes a header without CSRCs, and an extension block when there are elements (at most
/// `kMaxExtensionElements`): one-byte form where every id and length allows it, else two-byte.
/// Elements with id 0 are left out. Returns the header's size, or 0 when `out` is too small.
[[nodiscard]] std::size_t write_rtp_header(MutableBytes out, const RtpHeader& header,
                                           std::span<const ExtensionElement> extensions) noexcept;

}  // namespace vv::rtc::rtp
