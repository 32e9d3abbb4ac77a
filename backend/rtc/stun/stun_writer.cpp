#include "rtc/stun/stun_writer.hpp"

#include <cstring>

#include "rtc/stun/stun_attributes.hpp"

namespace vv::rtc::stun {

MessageWriter::MessageWriter(MutableBytes out, MessageType type, const TransactionId& transaction)
    : out_(out), writer_(out), transaction_(transaction) {
  writer_.u16(static_cast<std::uint16_t>(type));
  writer_.u16(0);
  writer_.u32(kMagicCookie);
  writer_.bytes(transaction);
}

void MessageWriter::header(std::uint16_t attribute, std::size_t size) {
  writer_.u16(attribute);
  writer_.u16(static_cast<std::uint16_t>(size));
}

void MessageWriter::username(std::string_view name) {
  header(kUsername, name.size());
  writer_.bytes(as_bytes(name));
  writer_.zeros((4 - name.size() % 4) % 4);
}

void MessageWriter::priority(std::uint32_t value) {
  header(kPriority, 4);
  writer_.u32(value);
}

void MessageWriter::use_candidate() { header(kUseCandidate, 0); }

void MessageWriter::controlling(std::uint64_t tie_breaker) {
  header(kIceControlling, 8);
  writer_.u64(tie_breaker);
}

void MessageWriter::controlled(std::uint64_t tie_breaker) {
  header(kIceControlled, 8);
  writer_.u64(tie_breaker);
}

void MessageWriter::xor_mapped_address(const TransportAddress& address) {
  std::array<std::uint8_t, 16> mask{};
  store_be32(mask.data(), kMagicCookie);
  std::memcpy(mask.data() + 4, transaction_.data(), transaction_.size());
  const Bytes ip = address.ip();
  header(kXorMappedAddress, 4 + ip.size());
  writer_.u8(0);
  writer_.u8(ip.size() == 4 ? 1 : 2);
  writer_.u16(static_cast<std::uint16_t>(address.port() ^ (kMagicCookie >> 16)));
  for (std::size_t i = 0; i < ip.size(); ++i) writer_.u8(ip[i] ^ mask[i]);
}

void MessageWriter::set_length(std::size_t total) {
  store_be16(&out_[2], static_cast<std::uint16_t>(total - kHeaderSize));
}

std::size_t MessageWriter::finish(std::string_view password) {
  const std::size_t offset = writer_.size();
  constexpr std::size_t kTail = kAttributeHeaderSize + kIntegritySize + kAttributeHeaderSize + 4;
  if (!writer_.ok() || writer_.remaining() < kTail) return 0;

  std::array<std::uint8_t, kIntegritySize> digest{};
  if (!message_integrity(out_, offset, password, digest)) return 0;
  header(kMessageIntegrity, kIntegritySize);
  writer_.bytes(digest);

  const std::size_t fingerprint_offset = writer_.size();
  set_length(fingerprint_offset + kAttributeHeaderSize + 4);
  header(kFingerprint, 4);
  writer_.u32(crc32(Bytes{out_}.first(fingerprint_offset)) ^ kFingerprintXor);
  return writer_.size();
}

}  // namespace vv::rtc::stun
