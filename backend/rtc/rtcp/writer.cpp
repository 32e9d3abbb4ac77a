#include "rtc/rtcp/writer.hpp"

#include <algorithm>

namespace vv::rtc::rtcp {
namespace {

/// Opens a block of `size` bytes, head included; false when it does not fit.
bool begin(ByteWriter& out, std::uint8_t count_or_format, std::uint8_t type, std::size_t size) {
  if (!out.ok() || out.remaining() < size) return false;
  out.u8(static_cast<std::uint8_t>(0x80 | count_or_format));
  out.u8(type);
  out.u16(static_cast<std::uint16_t>(size / 4 - 1));
  return true;
}

void write_report_blocks(ByteWriter& out, std::span<const ReportBlock> reports) {
  for (const ReportBlock& r : reports) {
    out.u32(r.ssrc);
    out.u8(r.fraction_lost);
    out.u24(static_cast<std::uint32_t>(r.cumulative_lost) & 0xFF'FFFF);
    out.u32(r.highest_sequence);
    out.u32(r.jitter);
    out.u32(r.last_sr);
    out.u32(r.delay_since_last_sr);
  }
}

}  // namespace

bool write_sender_report(ByteWriter& out, const SenderInfo& info,
                         std::span<const ReportBlock> reports) noexcept {
  reports = reports.first(std::min(reports.size(), kMaxReportBlocks));
  if (!begin(out, static_cast<std::uint8_t>(reports.size()), 200, 28 + 24 * reports.size())) {
    return false;
  }
  out.u32(info.ssrc);
  out.u64(info.ntp);
  out.u32(info.rtp_timestamp);
  out.u32(info.packets);
  out.u32(info.octets);
  write_report_blocks(out, reports);
  return true;
}

bool write_receiver_report(ByteWriter& out, std::uint32_t ssrc,
                           std::span<const ReportBlock> reports) noexcept {
  reports = reports.first(std::min(reports.size(), kMaxReportBlocks));
  if (!begin(out, static_cast<std::uint8_t>(reports.size()), 201, 8 + 24 * reports.size())) {
    return false;
  }
  out.u32(ssrc);
  write_report_blocks(out, reports);
  return true;
}

bool write_sdes(ByteWriter& out, std::uint32_t ssrc, std::string_view cname,
                std::string_view mid) noexcept {
  cname = cname.substr(0, 255);
  mid = mid.substr(0, 16);
  const std::size_t items = 2 + cname.size() + (mid.empty() ? 0 : 2 + mid.size());
  const std::size_t size = (8 + items + 1 + 3) / 4 * 4;  // at least one zero ends the items
  if (!begin(out, 1, 202, size)) return false;
  out.u32(ssrc);
  out.u8(1);
  out.u8(static_cast<std::uint8_t>(cname.size()));
  out.bytes(as_bytes(cname));
  if (!mid.empty()) {
    out.u8(15);
    out.u8(static_cast<std::uint8_t>(mid.size()));
    out.bytes(as_bytes(mid));
  }
  out.zeros(size - 8 - items);
  return true;
}

bool write_nack(ByteWriter& out, std::uint32_t sender_ssrc, std::uint32_t media_ssrc,
                std::span<const rtp::SeqNo> missing) noexcept {
  constexpr std::size_t kMaxNumbers = 64;  // threat-model M16
  missing = missing.first(std::min(missing.size(), kMaxNumbers));
  if (missing.empty()) return false;
  std::size_t items = 0;
  for (std::size_t i = 0; i < missing.size(); ++items) {
    const rtp::SeqNo first = missing[i];
    while (i < missing.size() && missing[i] - first <= 16) ++i;
  }
  if (!begin(out, 1, 205, 12 + 4 * items)) return false;
  out.u32(sender_ssrc);
  out.u32(media_ssrc);
  for (std::size_t i = 0; i < missing.size();) {
    const rtp::SeqNo first = missing[i];
    std::uint16_t mask = 0;
    for (++i; i < missing.size() && missing[i] - first <= 16; ++i) {
      const auto bit = missing[i] - first - 1;
      if (bit >= 0) mask = static_cast<std::uint16_t>(mask | (1U << bit));
    }
    out.u16(first.low16());
    out.u16(mask);
  }
  return true;
}

bool write_pli(ByteWriter& out, std::uint32_t sender_ssrc, std::uint32_t media_ssrc) noexcept {
  if (!begin(out, 1, 206, 12)) return false;
  out.u32(sender_ssrc);
  out.u32(media_ssrc);
  return true;
}

bool write_fir(ByteWriter& out, std::uint32_t sender_ssrc, std::uint32_t media_ssrc,
               std::uint8_t sequence) noexcept {
  if (!begin(out, 4, 206, 20)) return false;
  out.u32(sender_ssrc);
  out.u32(0);  // RFC 5104 §4.3.1.2: the SSRC stands in the entry
  out.u32(media_ssrc);
  out.u8(sequence);
  out.u24(0);
  return true;
}

bool write_remb(ByteWriter& out, std::uint32_t sender_ssrc, std::uint64_t bitrate,
                std::span<const std::uint32_t> ssrcs) noexcept {
  ssrcs = ssrcs.first(std::min<std::size_t>(ssrcs.size(), 255));
  if (!begin(out, 15, 206, 20 + 4 * ssrcs.size())) return false;
  std::uint8_t exponent = 0;
  while (bitrate > 0x3'FFFF) {
    bitrate >>= 1;
    ++exponent;
  }
  out.u32(sender_ssrc);
  out.u32(0);
  out.bytes(as_bytes("REMB"));
  out.u8(static_cast<std::uint8_t>(ssrcs.size()));
  out.u24((std::uint32_t{exponent} << 18) | static_cast<std::uint32_t>(bitrate));
  for (const std::uint32_t ssrc : ssrcs) out.u32(ssrc);
  return true;
}

bool write_bye(ByteWriter& out, std::uint32_t ssrc) noexcept {
  if (!begin(out, 1, 203, 8)) return false;
  out.u32(ssrc);
  return true;
}

std::uint64_t ntp_of(std::int64_t unix_nanos) noexcept {
  constexpr std::uint64_t kEpochOffset = 2'208'988'800;  // seconds from 1900 to 1970
  constexpr std::uint64_t kNanos = 1'000'000'000;
  const auto nanos = static_cast<std::uint64_t>(std::max<std::int64_t>(unix_nanos, 0));
  const std::uint64_t seconds = nanos / kNanos + kEpochOffset;
  return (seconds << 32) | (((nanos % kNanos) << 32) / kNanos);
}

}  // namespace vv::rtc::rtcp
