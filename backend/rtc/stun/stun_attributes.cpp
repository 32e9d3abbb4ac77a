#include "rtc/stun/stun_attributes.hpp"

#include "rtc/stun/stun_message.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstring>

namespace vv::rtc::stun {
namespace {

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = (c & 1U) != 0 ? (c >> 1) ^ 0xEDB88320U : c >> 1;
    table[i] = c;
  }
  return table;
}
constexpr std::array<std::uint32_t, 256> kCrcTable = make_crc_table();

constexpr std::size_t kMaxMessage = 1500;  // threat-model M1

}  // namespace

std::uint32_t crc32(Bytes bytes) noexcept {
  std::uint32_t c = 0xFFFFFFFFU;
  for (const std::uint8_t byte : bytes) c = kCrcTable[(c ^ byte) & 0xFFU] ^ (c >> 8);
  return c ^ 0xFFFFFFFFU;
}

bool message_integrity(Bytes message, std::size_t offset, std::string_view key,
                       std::span<std::uint8_t, kIntegritySize> out) noexcept {
  if (offset < kHeaderSize || offset > message.size() || offset > kMaxMessage) return false;
  std::array<std::uint8_t, kMaxMessage> covered;
  std::memcpy(covered.data(), message.data(), offset);
  store_be16(&covered[2], static_cast<std::uint16_t>(offset + kAttributeHeaderSize +
                                                     kIntegritySize - kHeaderSize));
  unsigned int size = 0;
  return HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), covered.data(), offset,
              out.data(), &size) != nullptr &&
         size == kIntegritySize;
}

}  // namespace vv::rtc::stun
