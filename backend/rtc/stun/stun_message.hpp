#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "rtc/transport_address.hpp"

namespace vv::rtc::stun {

/// RFC 8489 §5: fixed header of every message, and the constant in it.
constexpr std::size_t kHeaderSize = 20;
constexpr std::uint32_t kMagicCookie = 0x2112A442;

using TransactionId = std::array<std::uint8_t, 12>;

/// Binding is the only method ICE uses (RFC 8489 §18.2).
enum class MessageType : std::uint16_t {
  BindingRequest = 0x0001,
  BindingIndication = 0x0011,
  BindingSuccess = 0x0101,
  BindingError = 0x0111,
};

enum class StunError : std::uint8_t {
  Truncated,          ///< shorter than its header, or than an attribute says
  NotStun,            ///< wrong magic cookie or leading bits
  UnknownType,        ///< another method or class than the four above
  BadLength,          ///< length field differs from the datagram's, or is no multiple of 4
  BadAttribute,       ///< a known attribute of the wrong size
  AfterFingerprint,   ///< something follows FINGERPRINT, which must be the last
  BadFingerprint,     ///< CRC differs
  TooManyAttributes,  ///< more than kMaxAttributes
};

constexpr int kMaxAttributes = 32;

/// One Binding message, borrowed from its datagram. Attributes after MESSAGE-INTEGRITY other than
/// FINGERPRINT are skipped (RFC 8489 §14.5); the first of a repeated attribute counts.
struct MessageView {
  MessageType type = MessageType::BindingRequest;
  TransactionId transaction{};
  std::string_view username;                 ///< empty when absent
  std::optional<std::uint32_t> priority;     ///< RFC 8445 §7.1.1
  bool use_candidate = false;                ///< RFC 8445 §7.1.2
  std::optional<std::uint64_t> controlling;  ///< tie-breaker, RFC 8445 §7.1.3
  std::optional<std::uint64_t> controlled;
  std::optional<TransportAddress> mapped_address;  ///< XOR-MAPPED-ADDRESS
  std::optional<std::uint16_t> error_code;         ///< 300 to 699
  bool has_fingerprint = false;
  std::size_t integrity_offset = 0;  ///< of MESSAGE-INTEGRITY; 0 when absent
  Bytes datagram;                    ///< the whole message

  /// Whether MESSAGE-INTEGRITY is there and made with `password` (short-term credentials: the key
  /// is the password itself). Compared in constant time.
  [[nodiscard]] bool is_authentic(std::string_view password) const;
  /// The half of USERNAME before ':', which names the receiver of a check.
  [[nodiscard]] std::string_view receiver_ufrag() const;
};

/// Reads one whole STUN Binding message; the view borrows `datagram`. Never allocates. A
/// FINGERPRINT that is there is verified here, MESSAGE-INTEGRITY is not (`is_authentic`).
[[nodiscard]] Result<MessageView, StunError> parse(Bytes datagram) noexcept;

/// The receiver's ufrag of a Binding request, without verifying anything: how a socket shared by
/// many peers finds the one to ask. Empty for whatever else.
[[nodiscard]] std::string_view peek_receiver_ufrag(Bytes datagram) noexcept;

}  // namespace vv::rtc::stun
