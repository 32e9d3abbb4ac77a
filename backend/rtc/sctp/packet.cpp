#include "rtc/sctp/packet.hpp"

#include <algorithm>
#include <array>

namespace vv::rtc::sctp {
namespace {

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F6'3B78U : 0U);
    table[i] = crc;
  }
  return table;
}
constexpr auto kCrcTable = make_crc_table();

constexpr std::uint32_t add(std::uint32_t crc, std::uint8_t byte) {
  return (crc >> 8) ^ kCrcTable[(crc ^ byte) & 0xFF];
}

/// The checksum of a packet with its own checksum field taken as zero.
std::uint32_t packet_crc(Bytes packet) {
  std::uint32_t crc = 0xFFFF'FFFF;
  for (std::size_t i = 0; i < packet.size(); ++i) {
    crc = add(crc, i >= 8 && i < kCommonHeader ? std::uint8_t{0} : packet[i]);
  }
  return ~crc;
}

std::uint32_t load_le32(const std::uint8_t* p) { return __builtin_bswap32(load_be32(p)); }

/// Takes the item of `size` bytes off the front, with its padding where it is there.
void advance(Bytes& rest, std::size_t size) {
  rest = rest.subspan(std::min((size + 3) & ~std::size_t{3}, rest.size()));
}

}  // namespace

std::uint32_t crc32c(Bytes bytes) noexcept {
  std::uint32_t crc = 0xFFFF'FFFF;
  for (const std::uint8_t byte : bytes) crc = add(crc, byte);
  return ~crc;
}

std::optional<Packet> parse_packet(Bytes packet) noexcept {
  if (packet.size() < kCommonHeader + 4) return std::nullopt;
  if (load_le32(&packet[8]) != packet_crc(packet)) return std::nullopt;
  return Packet{load_be16(&packet[0]), load_be16(&packet[2]), load_be32(&packet[4]),
                packet.subspan(kCommonHeader)};
}

std::optional<Chunk> ChunkWalker::next() noexcept {
  if (rest_.size() < 4) return std::nullopt;
  const std::size_t size = load_be16(&rest_[2]);
  if (size < 4 || size > rest_.size()) {
    rest_ = {};
    return std::nullopt;
  }
  const Chunk chunk{static_cast<ChunkType>(rest_[0]), rest_[1], rest_.subspan(4, size - 4)};
  advance(rest_, size);
  return chunk;
}

std::optional<Parameter> ParameterWalker::next() noexcept {
  if (rest_.size() < 4) return std::nullopt;
  const std::size_t size = load_be16(&rest_[2]);
  if (size < 4 || size > rest_.size()) {
    rest_ = {};
    return std::nullopt;
  }
  const Parameter parameter{load_be16(rest_.data()), rest_.subspan(4, size - 4)};
  advance(rest_, size);
  return parameter;
}

std::optional<DataChunk> parse_data(const Chunk& chunk) noexcept {
  constexpr std::size_t kFields = kDataHeader - 4;
  if (chunk.body.size() <= kFields) return std::nullopt;
  const std::uint8_t* p = chunk.body.data();
  return DataChunk{.tsn = load_be32(p),
                   .stream = load_be16(p + 4),
                   .ssn = load_be16(p + 6),
                   .ppid = load_be32(p + 8),
                   .unordered = (chunk.flags & 4) != 0,
                   .begins = (chunk.flags & 2) != 0,
                   .ends = (chunk.flags & 1) != 0,
                   .immediate = (chunk.flags & 8) != 0,
                   .payload = chunk.body.subspan(kFields)};
}

std::optional<InitChunk> parse_init(const Chunk& chunk) noexcept {
  if (chunk.body.size() < 16) return std::nullopt;
  ByteReader reader{chunk.body};
  InitChunk init;
  init.initiate_tag = reader.u32();
  init.receiver_window = reader.u32();
  init.outbound_streams = reader.u16();
  init.inbound_streams = reader.u16();
  init.initial_tsn = reader.u32();
  // RFC 9260 §3.3.2: none of these may be zero.
  if (init.initiate_tag == 0 || init.outbound_streams == 0 || init.inbound_streams == 0) {
    return std::nullopt;
  }
  ParameterWalker parameters{reader.rest()};
  while (const auto parameter = parameters.next()) {
    constexpr std::uint16_t kCookie = 7;
    constexpr std::uint16_t kSupportedExtensions = 0x8008;
    constexpr std::uint16_t kForwardTsnSupported = 0xC000;
    if (parameter->type == kCookie) init.cookie = parameter->body;
    if (parameter->type == kForwardTsnSupported) init.forward_tsn = true;
    if (parameter->type != kSupportedExtensions) continue;
    for (const std::uint8_t type : parameter->body) {
      if (static_cast<ChunkType>(type) == ChunkType::ForwardTsn) init.forward_tsn = true;
      if (static_cast<ChunkType>(type) == ChunkType::ReConfig) init.reconfig = true;
    }
  }
  return init;
}

std::optional<SackChunk> parse_sack(const Chunk& chunk) noexcept {
  if (chunk.body.size() < 12) return std::nullopt;
  const std::uint8_t* p = chunk.body.data();
  const std::size_t gaps = load_be16(p + 8);
  const std::size_t duplicates = load_be16(p + 10);
  if (chunk.body.size() < 12 + 4 * (gaps + duplicates)) return std::nullopt;  // threat-model M18
  return SackChunk{load_be32(p), load_be32(p + 4), chunk.body.subspan(12, 4 * gaps)};
}

std::optional<ForwardTsnChunk> parse_forward_tsn(const Chunk& chunk) noexcept {
  if (chunk.body.size() < 4) return std::nullopt;
  const Bytes streams = chunk.body.subspan(4);
  return ForwardTsnChunk{load_be32(chunk.body.data()), streams.first(streams.size() / 4 * 4)};
}

void PacketWriter::begin(std::uint16_t source_port, std::uint16_t destination_port,
                         std::uint32_t tag) noexcept {
  writer_.u16(source_port);
  writer_.u16(destination_port);
  writer_.u32(tag);
  writer_.u32(0);
}

bool PacketWriter::head(ChunkType type, std::uint8_t flags, std::size_t body) noexcept {
  if (!writer_.ok() || room() < body) return false;
  writer_.u8(static_cast<std::uint8_t>(type));
  writer_.u8(flags);
  writer_.u16(static_cast<std::uint16_t>(4 + body));
  return true;
}

void PacketWriter::pad(std::size_t body) noexcept { writer_.zeros((4 - body % 4) % 4); }

bool PacketWriter::chunk(ChunkType type, std::uint8_t flags, Bytes body) noexcept {
  if (!head(type, flags, body.size())) return false;
  writer_.bytes(body);
  pad(body.size());
  return true;
}

bool PacketWriter::data(const DataChunk& c) noexcept {
  const auto flags = static_cast<std::uint8_t>((c.immediate ? 8 : 0) | (c.unordered ? 4 : 0) |
                                               (c.begins ? 2 : 0) | (c.ends ? 1 : 0));
  if (!head(ChunkType::Data, flags, kDataHeader - 4 + c.payload.size())) return false;
  writer_.u32(c.tsn);
  writer_.u16(c.stream);
  writer_.u16(c.ssn);
  writer_.u32(c.ppid);
  writer_.bytes(c.payload);
  pad(c.payload.size());
  return true;
}

std::size_t PacketWriter::finish() noexcept {
  const MutableBytes packet = writer_.written();
  if (packet.size() < kCommonHeader) return 0;
  store_be32(&packet[8], __builtin_bswap32(packet_crc(packet)));
  return packet.size();
}

}  // namespace vv::rtc::sctp
