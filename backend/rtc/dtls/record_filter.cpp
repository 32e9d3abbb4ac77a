#include "rtc/dtls/record_filter.hpp"

namespace vv::rtc {
namespace {

constexpr std::uint8_t kChangeCipherSpec = 20;
constexpr std::uint8_t kAlert = 21;
constexpr std::uint8_t kHandshake = 22;
constexpr std::uint8_t kApplicationData = 23;
constexpr std::uint8_t kCertificateMessage = 11;
constexpr int kMaxRecords = 32;  // a datagram; browsers put fewer than ten

}  // namespace

bool RecordFilter::admits(Bytes datagram, bool established) noexcept {
  bool protected_record = false;
  ByteReader reader{datagram};
  for (int count = 0; reader.remaining() > 0; ++count) {
    if (count == kMaxRecords) return false;
    const std::uint8_t type = reader.u8();
    const std::uint16_t version = reader.u16();
    const std::uint16_t epoch = reader.u16();
    reader.skip(6);  // sequence number
    const Bytes fragment = reader.take(reader.u16());
    if (!reader.ok() || (version >> 8) != 0xFE || fragment.empty()) return false;
    if (type < kChangeCipherSpec || type > kApplicationData) return false;
    if (epoch > 0) {
      protected_record = true;
      continue;
    }
    // An unprotected alert is anyone's word; a failed handshake ends by its deadline instead.
    if (type == kAlert || type == kApplicationData) return false;
    if (type == kHandshake && !admits_handshake(fragment)) return false;
  }
  return protected_record || !established;
}

/// RFC 6347 §4.2.2: type, length, message sequence, fragment offset, fragment length.
bool RecordFilter::admits_handshake(Bytes record) noexcept {
  ByteReader reader{record};
  while (reader.remaining() > 0) {
    const std::uint8_t type = reader.u8();
    const std::uint32_t length = reader.u24();
    const std::uint16_t sequence = reader.u16();
    const std::uint32_t offset = reader.u24();
    const std::uint32_t fragment_length = reader.u24();
    reader.skip(fragment_length);
    if (!reader.ok() || offset + fragment_length > length) return false;
    if (fragment_length == 0 && length > 0) return false;
    if (type == kCertificateMessage) {
      if (length > kMaxCertificateMessage) return false;
      if (certificate_sequence_.value_or(sequence) != sequence) return false;
      certificate_sequence_ = sequence;
    } else if (length > (sequence <= 1 ? kMaxHelloMessage : kMaxOtherMessage)) {
      return false;
    }
  }
  return true;
}

}  // namespace vv::rtc
