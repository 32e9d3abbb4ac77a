#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace vv::rtc::sctp {

// The wire of RFC 9260 §3, RFC 3758 and RFC 6525, as far as data channels use it. Everything read
// here borrows from the packet.

inline constexpr std::size_t kCommonHeader = 12;
inline constexpr std::size_t kDataHeader = 16;

enum class ChunkType : std::uint8_t {
  Data = 0,
  Init = 1,
  InitAck = 2,
  Sack = 3,
  Heartbeat = 4,
  HeartbeatAck = 5,
  Abort = 6,
  Shutdown = 7,
  ShutdownAck = 8,
  Error = 9,
  CookieEcho = 10,
  CookieAck = 11,
  ShutdownComplete = 14,
  ReConfig = 130,
  ForwardTsn = 192,
};

struct Chunk {
  ChunkType type{};
  std::uint8_t flags = 0;
  Bytes body;
};

/// Items with a type, a length that counts its own 4-byte head, and padding to 4. A length under 4
/// or past the end ends the walk (threat-model M18).
class ChunkWalker {
 public:
  explicit ChunkWalker(Bytes bytes) : rest_(bytes) {}
  [[nodiscard]] std::optional<Chunk> next() noexcept;

 private:
  Bytes rest_;
};

struct Parameter {
  std::uint16_t type = 0;
  Bytes body;
};
class ParameterWalker {
 public:
  explicit ParameterWalker(Bytes bytes) : rest_(bytes) {}
  [[nodiscard]] std::optional<Parameter> next() noexcept;

 private:
  Bytes rest_;
};

struct Packet {
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t verification_tag = 0;
  Bytes chunks;
};
/// Nothing when it is too short or its checksum is wrong.
[[nodiscard]] std::optional<Packet> parse_packet(Bytes packet) noexcept;

/// CRC32c (RFC 9260 appendix A) of `bytes`, as the header carries it once stored little-endian.
[[nodiscard]] std::uint32_t crc32c(Bytes bytes) noexcept;

struct DataChunk {
  std::uint32_t tsn = 0;
  std::uint16_t stream = 0;
  std::uint16_t ssn = 0;
  std::uint32_t ppid = 0;
  bool unordered = false;
  bool begins = false;
  bool ends = false;
  bool immediate = false;  ///< RFC 7053: acknowledge at once
  Bytes payload;           ///< never empty
};
[[nodiscard]] std::optional<DataChunk> parse_data(const Chunk& chunk) noexcept;

/// INIT and INIT ACK.
struct InitChunk {
  std::uint32_t initiate_tag = 0;
  std::uint32_t receiver_window = 0;
  std::uint16_t outbound_streams = 0;
  std::uint16_t inbound_streams = 0;
  std::uint32_t initial_tsn = 0;
  bool forward_tsn = false;
  bool reconfig = false;
  Bytes cookie;  ///< INIT ACK only
};
[[nodiscard]] std::optional<InitChunk> parse_init(const Chunk& chunk) noexcept;

struct GapBlock {
  std::uint16_t first = 0;  ///< offsets from the cumulative TSN
  std::uint16_t last = 0;
};
struct SackChunk {
  std::uint32_t cumulative_tsn = 0;
  std::uint32_t receiver_window = 0;
  Bytes gap_bytes;  ///< whole 4-byte blocks
  [[nodiscard]] std::size_t gaps() const { return gap_bytes.size() / 4; }
  [[nodiscard]] GapBlock gap(std::size_t i) const {
    return {load_be16(&gap_bytes[4 * i]), load_be16(&gap_bytes[4 * i + 2])};
  }
};
[[nodiscard]] std::optional<SackChunk> parse_sack(const Chunk& chunk) noexcept;

struct SkippedStream {
  std::uint16_t stream = 0;
  std::uint16_t ssn = 0;
};
struct ForwardTsnChunk {
  std::uint32_t cumulative_tsn = 0;
  Bytes stream_bytes;  ///< whole 4-byte pairs
  [[nodiscard]] std::size_t streams() const { return stream_bytes.size() / 4; }
  [[nodiscard]] SkippedStream stream(std::size_t i) const {
    return {load_be16(&stream_bytes[4 * i]), load_be16(&stream_bytes[4 * i + 2])};
  }
};
[[nodiscard]] std::optional<ForwardTsnChunk> parse_forward_tsn(const Chunk& chunk) noexcept;

// RFC 6525 §4: parameters inside RE-CONFIG.
inline constexpr std::uint16_t kOutgoingReset = 13;
inline constexpr std::uint16_t kIncomingReset = 14;
inline constexpr std::uint16_t kResetResponse = 16;
enum class ResetResult : std::uint32_t {
  NothingToDo = 0,
  Performed = 1,
  Denied = 2,
  WrongSsn = 3,
  AlreadyInProgress = 4,
  BadSequence = 5,
  InProgress = 6,
};

/// Builds one packet in a caller's buffer: chunks one after another, the checksum at the end.
class PacketWriter {
 public:
  explicit PacketWriter(MutableBytes out) : writer_(out) {}

  void begin(std::uint16_t source_port, std::uint16_t destination_port, std::uint32_t tag) noexcept;
  /// Room for another chunk's body.
  [[nodiscard]] std::size_t room() const noexcept {
    return writer_.remaining() < 4 ? 0 : (writer_.remaining() - 4) & ~std::size_t{3};
  }
  [[nodiscard]] bool is_empty() const noexcept { return writer_.size() <= kCommonHeader; }
  /// False, and nothing written, when it does not fit.
  bool chunk(ChunkType type, std::uint8_t flags, Bytes body) noexcept;
  bool data(const DataChunk& chunk) noexcept;
  /// Fills in the checksum; the packet's size.
  [[nodiscard]] std::size_t finish() noexcept;

 private:
  bool head(ChunkType type, std::uint8_t flags, std::size_t body) noexcept;
  void pad(std::size_t body) noexcept;

  ByteWriter writer_;
};

}  // namespace vv::rtc::sctp
