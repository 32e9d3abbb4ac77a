#include "rtc/stun/stun_message.hpp"

#include <cstring>

#include "base/secret.hpp"
#include "rtc/stun/stun_attributes.hpp"

namespace vv::rtc::stun {
namespace {

constexpr std::size_t padded(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

bool is_known(std::uint16_t type) {
  switch (static_cast<MessageType>(type)) {
    case MessageType::BindingRequest:
    case MessageType::BindingIndication:
    case MessageType::BindingSuccess:
    case MessageType::BindingError:
      return true;
  }
  return false;
}

/// RFC 8489 §14.2.
bool read_xor_address(Bytes value, const TransactionId& transaction, MessageView& out) {
  if (value.size() < 8) return false;
  const auto port = static_cast<std::uint16_t>(load_be16(&value[2]) ^ (kMagicCookie >> 16));
  std::array<std::uint8_t, 16> mask{};
  store_be32(mask.data(), kMagicCookie);
  std::memcpy(mask.data() + 4, transaction.data(), transaction.size());
  if (value[1] == 1 && value.size() == 8) {
    std::array<std::uint8_t, 4> ip{};
    for (std::size_t i = 0; i < ip.size(); ++i) ip[i] = value[4 + i] ^ mask[i];
    out.mapped_address = TransportAddress::v4(ip, port);
    return true;
  }
  if (value[1] == 2 && value.size() == 20) {
    std::array<std::uint8_t, 16> ip{};
    for (std::size_t i = 0; i < ip.size(); ++i) ip[i] = value[4 + i] ^ mask[i];
    out.mapped_address = TransportAddress::v6(ip, port);
    return true;
  }
  return false;
}

/// Notes one attribute that lies before any MESSAGE-INTEGRITY. False when its size is wrong.
bool read_attribute(std::uint16_t type, Bytes value, MessageView& out) {
  switch (type) {
    case kUsername:
      if (value.empty() || value.size() > 513)
        return false;  // RFC 8489 §14.3: fewer than 509 + slack
      if (out.username.empty()) out.username = as_text(value);
      return true;
    case kPriority:
      if (value.size() != 4) return false;
      if (!out.priority) out.priority = load_be32(value.data());
      return true;
    case kUseCandidate:
      out.use_candidate = true;
      return value.empty();
    case kIceControlling:
      if (value.size() != 8) return false;
      if (!out.controlling) out.controlling = load_be64(value.data());
      return true;
    case kIceControlled:
      if (value.size() != 8) return false;
      if (!out.controlled) out.controlled = load_be64(value.data());
      return true;
    case kXorMappedAddress:
      return out.mapped_address.has_value() || read_xor_address(value, out.transaction, out);
    case kErrorCode:
      if (value.size() < 4) return false;
      if (!out.error_code) {
        out.error_code = static_cast<std::uint16_t>((value[2] & 7U) * 100U + value[3] % 100U);
      }
      return true;
    default:
      return true;
  }
}

}  // namespace

Result<MessageView, StunError> parse(Bytes datagram) noexcept {
  if (datagram.size() < kHeaderSize) return StunError::Truncated;
  ByteReader reader{datagram};
  const std::uint16_t type = reader.u16();
  const std::uint16_t length = reader.u16();
  if ((type & 0xC000U) != 0 || reader.u32() != kMagicCookie) return StunError::NotStun;
  if (!is_known(type)) return StunError::UnknownType;
  if (length % 4 != 0 || length + kHeaderSize != datagram.size()) return StunError::BadLength;

  MessageView message;
  message.type = static_cast<MessageType>(type);
  message.datagram = datagram;
  std::memcpy(message.transaction.data(), reader.take(12).data(), 12);

  for (int count = 0; reader.remaining() > 0; ++count) {
    if (count == kMaxAttributes) return StunError::TooManyAttributes;
    if (message.has_fingerprint) return StunError::AfterFingerprint;
    const std::size_t offset = reader.position();
    const std::uint16_t attribute = reader.u16();
    const std::uint16_t size = reader.u16();
    const Bytes value = reader.take(padded(size)).first(reader.ok() ? size : 0);
    if (!reader.ok()) return StunError::Truncated;

    if (attribute == kFingerprint) {
      if (size != 4) return StunError::BadAttribute;
      // The length field already ends after FINGERPRINT, as §14.7 wants it for the CRC.
      if (load_be32(value.data()) != (crc32(datagram.first(offset)) ^ kFingerprintXor)) {
        return StunError::BadFingerprint;
      }
      message.has_fingerprint = true;
    } else if (message.integrity_offset != 0) {
      continue;  // RFC 8489 §14.5: what follows is not protected
    } else if (attribute == kMessageIntegrity) {
      if (size != kIntegritySize) return StunError::BadAttribute;
      message.integrity_offset = offset;
    } else if (!read_attribute(attribute, value, message)) {
      return StunError::BadAttribute;
    }
  }
  return message;
}

bool MessageView::is_authentic(std::string_view password) const {
  if (integrity_offset == 0) return false;
  std::array<std::uint8_t, kIntegritySize> expected{};
  if (!message_integrity(datagram, integrity_offset, password, expected)) return false;
  return constant_time_equal(
      expected, datagram.subspan(integrity_offset + kAttributeHeaderSize, kIntegritySize));
}

std::string_view MessageView::receiver_ufrag() const {
  const std::size_t colon = username.find(':');
  return colon == std::string_view::npos ? std::string_view{} : username.substr(0, colon);
}

std::string_view peek_receiver_ufrag(Bytes datagram) noexcept {
  const auto message = parse(datagram);
  if (!message || message->type != MessageType::BindingRequest) return {};
  return message->receiver_ufrag();
}

}  // namespace vv::rtc::stun
