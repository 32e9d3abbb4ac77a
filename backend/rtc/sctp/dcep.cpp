#include "rtc/sctp/dcep.hpp"

#include <algorithm>

namespace vv::rtc::sctp {
namespace {

constexpr std::uint8_t kAck = 2;
constexpr std::uint8_t kOpen = 3;
constexpr std::uint8_t kUnordered = 0x80;
constexpr std::uint8_t kLimitedRetransmits = 1;
constexpr std::uint8_t kLimitedLifetime = 2;
constexpr std::size_t kHeader = 12;

}  // namespace

bool is_dcep_ack(Bytes message) noexcept { return !message.empty() && message[0] == kAck; }

std::optional<DcepOpen> parse_dcep_open(Bytes message) {
  ByteReader reader{message};
  const std::uint8_t type = reader.u8();
  const std::uint8_t channel_type = reader.u8();
  reader.skip(2);  // priority
  const std::uint32_t reliability = reader.u32();
  const std::size_t label_size = reader.u16();
  const std::size_t protocol_size = reader.u16();
  const Bytes label = reader.take(label_size);
  const Bytes protocol = reader.take(protocol_size);
  if (!reader.ok() || type != kOpen || label_size > kMaxLabel || protocol_size > kMaxLabel) {
    return std::nullopt;
  }
  DcepOpen open;
  open.label = as_text(label);
  open.options.protocol = as_text(protocol);
  open.options.ordered = (channel_type & kUnordered) == 0;
  const auto limit = static_cast<std::uint16_t>(std::min<std::uint32_t>(reliability, 0xFFFF));
  switch (channel_type & ~kUnordered) {
    case 0:
      break;
    case kLimitedRetransmits:
      open.options.max_retransmits = limit;
      break;
    case kLimitedLifetime:
      open.options.max_lifetime_ms = limit;
      break;
    default:
      return std::nullopt;
  }
  return open;
}

ByteVector write_dcep_open(std::string_view label, const ChannelOptions& options) {
  label = label.substr(0, kMaxLabel);
  const std::string_view protocol = std::string_view{options.protocol}.substr(0, kMaxLabel);
  ByteVector message(kHeader + label.size() + protocol.size());
  std::uint8_t type = options.ordered ? 0 : kUnordered;
  std::uint32_t reliability = 0;
  if (options.max_retransmits) {
    type |= kLimitedRetransmits;
    reliability = *options.max_retransmits;
  } else if (options.max_lifetime_ms) {
    type |= kLimitedLifetime;
    reliability = *options.max_lifetime_ms;
  }
  ByteWriter out{message};
  out.u8(kOpen);
  out.u8(type);
  out.u16(256);  // RFC 8831 §6.4: normal priority
  out.u32(reliability);
  out.u16(static_cast<std::uint16_t>(label.size()));
  out.u16(static_cast<std::uint16_t>(protocol.size()));
  out.bytes(as_bytes(label));
  out.bytes(as_bytes(protocol));
  return message;
}

ByteVector write_dcep_ack() { return {kAck}; }

}  // namespace vv::rtc::sctp
