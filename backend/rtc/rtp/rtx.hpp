#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "rtc/rtp/rtp_view.hpp"

namespace vv::rtc::rtp {

/// A retransmission's payload begins with the original sequence number (RFC 4588 §4).
inline constexpr std::size_t kRtxHeaderSize = 2;

/// Turns a retransmission into the packet it repeats, in place: original payload type, SSRC and
/// sequence number, the two bytes cut out. Returns that packet (a part of `packet`), or nothing
/// when there is no original inside (padding only: a bandwidth probe).
/// @param view  parsed from these same bytes; invalid afterwards
[[nodiscard]] std::optional<MutableBytes> decapsulate_rtx(MutableBytes packet, const RtpView& view,
                                                          std::uint8_t media_payload_type,
                                                          std::uint32_t media_ssrc) noexcept;

}  // namespace vv::rtc::rtp
