#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace vv::rtc {

/// RFC 4571: on TCP each packet follows its length in two bytes.
constexpr std::size_t kTcpFrameHeaderSize = 2;
/// Longest packet taken, as on UDP (threat-model M1).
constexpr std::size_t kMaxDatagramSize = 1500;

/// Cuts a TCP stream into packets (RFC 4571 §2).
///
/// Owns:    the unfinished frame, at most kMaxDatagramSize bytes inside the object.
/// Not its: the socket, nor what a packet means.
class TcpDeframer {
 public:
  /// Takes bytes off the front of `stream` until one packet is whole; call it again with the rest.
  /// The packet is borrowed from this object (it may be decrypted in place) until the next call.
  /// Nothing when the bytes ran out, or when `failed()`.
  [[nodiscard]] std::optional<MutableBytes> next(Bytes& stream) noexcept;
  /// A length of 0 or past kMaxDatagramSize was announced: the stream cannot be trusted any more.
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  std::array<std::uint8_t, kTcpFrameHeaderSize + kMaxDatagramSize> frame_;
  std::size_t have_ = 0;
  bool failed_ = false;
};

/// The two bytes that go before a packet of `size` bytes (at most 65,535).
[[nodiscard]] std::array<std::uint8_t, kTcpFrameHeaderSize> tcp_frame_header(std::size_t size);

}  // namespace vv::rtc
