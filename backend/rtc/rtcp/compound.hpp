#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "rtc/rtcp/packets.hpp"

namespace vv::rtc::rtcp {

enum class RtcpError : std::uint8_t { Truncated, BadVersion, BadLength, BadPadding, TooManyBlocks };

inline constexpr std::size_t kMaxBlocks = 32;  // threat-model M14

/// One RTCP datagram, compound or reduced-size (RFC 3550 §6.1, RFC 5506). Its framing was checked
/// as a whole, so walking cannot fail; blocks whose counts or types make no sense are skipped and
/// counted.
class Compound {
 public:
  [[nodiscard]] static Result<Compound, RtcpError> parse(Bytes packet) noexcept;

  /// The next block of a kind we know, borrowed from the packet.
  [[nodiscard]] std::optional<Block> next() noexcept;
  /// Blocks skipped so far: unknown types (XR, APP) and broken ones.
  [[nodiscard]] std::size_t skipped() const { return skipped_; }

 private:
  explicit Compound(Bytes packet) : rest_(packet) {}
  Bytes rest_;
  std::size_t skipped_ = 0;
};

}  // namespace vv::rtc::rtcp
