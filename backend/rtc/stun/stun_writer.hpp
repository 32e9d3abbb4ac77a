#pragma once

#include <string_view>

#include "base/bytes.hpp"
#include "rtc/stun/stun_message.hpp"

namespace vv::rtc::stun {

/// Writes one Binding message into a caller's buffer (RFC 8489 §5). Attributes go out in the order
/// of the calls; `finish` comes last.
class MessageWriter {
 public:
  MessageWriter(MutableBytes out, MessageType type, const TransactionId& transaction);

  void username(std::string_view name);
  void priority(std::uint32_t value);
  void use_candidate();
  void controlling(std::uint64_t tie_breaker);
  void controlled(std::uint64_t tie_breaker);
  void xor_mapped_address(const TransportAddress& address);

  /// Adds MESSAGE-INTEGRITY made with `password`, and FINGERPRINT.
  /// @return the message's size; 0 when the buffer was too small
  [[nodiscard]] std::size_t finish(std::string_view password);

 private:
  void header(std::uint16_t attribute, std::size_t size);
  void set_length(std::size_t total);

  MutableBytes out_;
  ByteWriter writer_;
  TransactionId transaction_;
};

}  // namespace vv::rtc::stun
