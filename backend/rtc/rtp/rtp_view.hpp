#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace vv::rtc::rtp {

enum class RtpError : std::uint8_t { Truncated, BadVersion, BadPadding, BadExtension };

inline constexpr std::size_t kFixedHeaderSize = 12;

/// One RTP packet (RFC 3550 §5.1), borrowed: valid as long as the bytes it was parsed from.
class RtpView {
 public:
  [[nodiscard]] bool marker() const { return (packet_[1] & 0x80) != 0; }
  [[nodiscard]] std::uint8_t payload_type() const { return packet_[1] & 0x7F; }
  [[nodiscard]] std::uint16_t sequence() const { return load_be16(&packet_[2]); }
  [[nodiscard]] std::uint32_t timestamp() const { return load_be32(&packet_[4]); }
  [[nodiscard]] std::uint32_t ssrc() const { return load_be32(&packet_[8]); }

  /// Everything before the payload: fixed header, CSRCs, extension.
  [[nodiscard]] std::size_t header_size() const { return header_size_; }
  [[nodiscard]] std::size_t padding_size() const { return padding_size_; }
  /// Without padding; empty for a pure padding packet.
  [[nodiscard]] Bytes payload() const {
    return packet_.subspan(header_size_, packet_.size() - header_size_ - padding_size_);
  }
  /// 0xBEDE (one-byte elements), 0x1000 to 0x100F (two-byte), another profile, or 0 without
  /// extension.
  [[nodiscard]] std::uint16_t extension_profile() const { return extension_profile_; }
  /// The extension's elements, without its 4-byte head.
  [[nodiscard]] Bytes extension_block() const {
    return packet_.subspan(extension_offset_, extension_size_);
  }
  [[nodiscard]] Bytes packet() const { return packet_; }

 private:
  friend Result<RtpView, RtpError> parse_rtp(Bytes packet) noexcept;
  Bytes packet_;
  std::uint16_t header_size_ = 0;
  std::uint16_t extension_offset_ = 0;
  std::uint16_t extension_size_ = 0;
  std::uint16_t extension_profile_ = 0;
  std::uint8_t padding_size_ = 0;
};

/// Reads one RTP header. Never allocates.
/// @param packet  decrypted bytes, at most 65,535; the view borrows them
[[nodiscard]] Result<RtpView, RtpError> parse_rtp(Bytes packet) noexcept;

/// Whether a datagram of the RTP/RTCP class is RTCP (RFC 5761 §4).
[[nodiscard]] constexpr bool is_rtcp(Bytes datagram) {
  return datagram.size() >= 2 && datagram[1] >= 192 && datagram[1] <= 223;
}

}  // namespace vv::rtc::rtp
