#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace vv::rtc::stun {

/// Attribute numbers (RFC 8489 §18.3, RFC 8445 §16.1).
enum Attribute : std::uint16_t {
  kUsername = 0x0006,
  kMessageIntegrity = 0x0008,
  kErrorCode = 0x0009,
  kXorMappedAddress = 0x0020,
  kPriority = 0x0024,
  kUseCandidate = 0x0025,
  kFingerprint = 0x8028,
  kIceControlled = 0x8029,
  kIceControlling = 0x802A,
};

constexpr std::size_t kAttributeHeaderSize = 4;
constexpr std::size_t kIntegritySize = 20;             // HMAC-SHA1
constexpr std::uint32_t kFingerprintXor = 0x5354554E;  // RFC 8489 §14.7

/// CRC-32 of RFC 8489 §14.7 (ITU V.42).
[[nodiscard]] std::uint32_t crc32(Bytes bytes) noexcept;

/// HMAC-SHA1 over `message` as if its length field ended after the MESSAGE-INTEGRITY attribute that
/// begins at `offset` (RFC 8489 §14.5). False when OpenSSL would not.
bool message_integrity(Bytes message, std::size_t offset, std::string_view key,
                       std::span<std::uint8_t, kIntegritySize> out) noexcept;

}  // namespace vv::rtc::stun
