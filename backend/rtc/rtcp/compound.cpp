#include "rtc/rtcp/compound.hpp"

namespace vv::rtc::rtcp {
namespace {

enum Type : std::uint8_t {
  kSenderReport = 200,
  kReceiverReport = 201,
  kSdes = 202,
  kBye = 203,
  kTransportFeedback = 205,
  kPayloadFeedback = 206,
};

std::optional<Block> read_sender_report(std::uint8_t count, Bytes body) {
  constexpr std::size_t kInfo = 24;
  if (body.size() < kInfo + std::size_t{24} * count) return std::nullopt;
  ByteReader reader{body};
  SenderReport report;
  report.ssrc = reader.u32();
  report.ntp = reader.u64();
  report.rtp_timestamp = reader.u32();
  report.packets = reader.u32();
  report.octets = reader.u32();
  report.reports = ReportBlocks{reader.take(std::size_t{24} * count)};
  return report;
}

std::optional<Block> read_receiver_report(std::uint8_t count, Bytes body) {
  if (body.size() < 4 + std::size_t{24} * count) return std::nullopt;
  return ReceiverReport{.ssrc = load_be32(body.data()),
                        .reports = ReportBlocks{body.subspan(4, std::size_t{24} * count)}};
}

std::optional<Block> read_sdes(std::uint8_t count, Bytes body) {
  if (count == 0 || body.size() < 4) return std::nullopt;
  constexpr std::uint8_t kCname = 1;
  ByteReader reader{body};
  SourceDescription description;
  description.ssrc = reader.u32();
  while (reader.remaining() >= 2) {
    const std::uint8_t item = reader.u8();
    if (item == 0) break;
    const Bytes text = reader.take(reader.u8());
    if (!reader.ok()) return std::nullopt;
    if (item == kCname) description.cname = as_text(text);
  }
  return description;
}

std::optional<Block> read_bye(std::uint8_t count, Bytes body) {
  if (body.size() < std::size_t{4} * count) return std::nullopt;
  return Bye{Ssrcs{body.first(std::size_t{4} * count)}};
}

std::optional<Block> read_transport_feedback(std::uint8_t format, Bytes body) {
  if (body.size() < 8) return std::nullopt;
  const std::uint32_t sender = load_be32(body.data());
  const std::uint32_t media = load_be32(&body[4]);
  if (format == 1) return Nack{sender, media, NackItems{body.subspan(8)}};
  if (format == 15) return Twcc{sender, media, body.subspan(8)};
  return std::nullopt;
}

std::optional<Block> read_remb(std::uint32_t sender, Bytes body) {
  if (body.size() < 8 || as_text(body.first(4)) != "REMB") return std::nullopt;
  const std::size_t count = body[4];
  const unsigned exponent = body[5] >> 2;
  const std::uint64_t mantissa = load_be24(&body[5]) & 0x3'FFFF;
  if (body.size() - 8 < 4 * count) return std::nullopt;
  // 18 bits shifted by up to 63: past 46 it leaves 64 bits, and means "as much as you like".
  const std::uint64_t bitrate =
      exponent > 46 && mantissa != 0 ? ~std::uint64_t{0} : mantissa << (exponent & 63U);
  return Remb{sender, bitrate, Ssrcs{body.subspan(8, 4 * count)}};
}

std::optional<Block> read_payload_feedback(std::uint8_t format, Bytes body) {
  if (body.size() < 8) return std::nullopt;
  const std::uint32_t sender = load_be32(body.data());
  const std::uint32_t media = load_be32(&body[4]);
  if (format == 1) return Pli{sender, media};
  if (format == 4) return Fir{sender, FirItems{body.subspan(8)}};
  if (format == 15) return read_remb(sender, body.subspan(8));
  return std::nullopt;
}

std::optional<Block> read_block(std::uint8_t type, std::uint8_t count, Bytes body) {
  switch (type) {
    case kSenderReport:
      return read_sender_report(count, body);
    case kReceiverReport:
      return read_receiver_report(count, body);
    case kSdes:
      return read_sdes(count, body);
    case kBye:
      return read_bye(count, body);
    case kTransportFeedback:
      return read_transport_feedback(count, body);
    case kPayloadFeedback:
      return read_payload_feedback(count, body);
    default:
      return std::nullopt;
  }
}

/// Size of the block at the front; its head is there.
std::size_t block_size(Bytes packet) { return std::size_t{4} * (load_be16(&packet[2]) + 1U); }

}  // namespace

ReportBlock read_report_block(const std::uint8_t* p) {
  ReportBlock block;
  block.ssrc = load_be32(p);
  block.fraction_lost = p[4];
  // 24 bits, signed.
  block.cumulative_lost = static_cast<std::int32_t>(load_be24(p + 5) << 8) >> 8;
  block.highest_sequence = load_be32(p + 8);
  block.jitter = load_be32(p + 12);
  block.last_sr = load_be32(p + 16);
  block.delay_since_last_sr = load_be32(p + 20);
  return block;
}

NackItem read_nack_item(const std::uint8_t* p) { return {load_be16(p), load_be16(p + 2)}; }
FirItem read_fir_item(const std::uint8_t* p) { return {load_be32(p), p[4]}; }
std::uint32_t read_ssrc(const std::uint8_t* p) { return load_be32(p); }

Result<Compound, RtcpError> Compound::parse(Bytes packet) noexcept {
  if (packet.size() < 4) return RtcpError::Truncated;
  std::size_t blocks = 0;
  for (Bytes rest = packet; !rest.empty();) {
    if (rest.size() < 4) return RtcpError::Truncated;
    if (rest[0] >> 6 != 2) return RtcpError::BadVersion;
    const std::size_t size = block_size(rest);
    if (size > rest.size()) return RtcpError::BadLength;
    if ((rest[0] & 0x20) != 0) {
      // RFC 3550 §6.4.1: only the last block is padded. Interop: by a multiple of four, says the
      // RFC, but browsers fill transport-wide feedback up to its length by one to three bytes.
      const std::uint8_t padding = rest[size - 1];
      if (size != rest.size() || padding == 0 || padding > size - 4) {
        return RtcpError::BadPadding;
      }
    }
    if (++blocks > kMaxBlocks) return RtcpError::TooManyBlocks;
    rest = rest.subspan(size);
  }
  return Compound{packet};
}

std::optional<Block> Compound::next() noexcept {
  while (!rest_.empty()) {
    const std::size_t size = block_size(rest_);
    const std::uint8_t head = rest_[0];
    const std::uint8_t type = rest_[1];
    Bytes body = rest_.subspan(4, size - 4);
    if ((head & 0x20) != 0) body = body.first(body.size() - body.back());
    rest_ = rest_.subspan(size);
    if (auto block = read_block(type, head & 0x1F, body)) return block;
    ++skipped_;
  }
  return std::nullopt;
}

}  // namespace vv::rtc::rtcp
