#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "rtc/rtcp/packets.hpp"
#include "rtc/rtp/seq_no.hpp"

namespace vv::rtc::rtcp {

// Each appends one block to `out`; a block that does not fit is left out entirely (`out` keeps its
// earlier blocks and stays usable) and false is returned.

struct SenderInfo {
  std::uint32_t ssrc = 0;
  std::uint64_t ntp = 0;  ///< 32.32 seconds since 1900
  std::uint32_t rtp_timestamp = 0;
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;
};
inline constexpr std::size_t kMaxReportBlocks = 31;

[[nodiscard]] bool write_sender_report(ByteWriter& out, const SenderInfo& info,
                                       std::span<const ReportBlock> reports) noexcept;
[[nodiscard]] bool write_receiver_report(ByteWriter& out, std::uint32_t ssrc,
                                         std::span<const ReportBlock> reports) noexcept;
/// CNAME, and the mid as item 15 (RFC 9143 §15.1) when not empty.
[[nodiscard]] bool write_sdes(ByteWriter& out, std::uint32_t ssrc, std::string_view cname,
                              std::string_view mid) noexcept;
/// @param missing  ascending, at most 64 numbers within one packet
[[nodiscard]] bool write_nack(ByteWriter& out, std::uint32_t sender_ssrc, std::uint32_t media_ssrc,
                              std::span<const rtp::SeqNo> missing) noexcept;
[[nodiscard]] bool write_pli(ByteWriter& out, std::uint32_t sender_ssrc,
                             std::uint32_t media_ssrc) noexcept;
[[nodiscard]] bool write_fir(ByteWriter& out, std::uint32_t sender_ssrc, std::uint32_t media_ssrc,
                             std::uint8_t sequence) noexcept;
[[nodiscard]] bool write_remb(ByteWriter& out, std::uint32_t sender_ssrc, std::uint64_t bitrate,
                              std::span<const std::uint32_t> ssrcs) noexcept;
[[nodiscard]] bool write_bye(ByteWriter& out, std::uint32_t ssrc) noexcept;

/// 32.32 seconds since 1900 of a wall-clock time in nanoseconds since 1970.
[[nodiscard]] std::uint64_t ntp_of(std::int64_t unix_nanos) noexcept;

}  // namespace vv::rtc::rtcp
