#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "push/p256_key.hpp"

namespace vv::push {

/// RFC 8188 §2.1: what a record may hold; one record is all that push services must take.
constexpr std::size_t kRecordSize = 4096;
/// The record's own 17 bytes (delimiter, tag) and the header's 86 leave this for the text.
constexpr std::size_t kMaxPlain = kRecordSize - 103;
constexpr std::size_t kAuthSize = 16;
constexpr std::size_t kSaltSize = 16;

/// One message to one browser, readable by that browser alone (RFC 8291, `aes128gcm`).
struct Sealing {
  Bytes receiver;         ///< `p256dh` of its subscription, kPointSize
  Bytes auth;             ///< `auth` of its subscription, kAuthSize
  const P256Key& sender;  ///< used for this message alone
  std::array<std::uint8_t, kSaltSize> salt{};
};
/// @return the body of the request. refuses: invalid when the keys are none or the text is too long
[[nodiscard]] Result<ByteVector> seal(Bytes plain, const Sealing& sealing);

}  // namespace vv::push
