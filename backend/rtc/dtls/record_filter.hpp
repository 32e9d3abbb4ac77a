#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace vv::rtc {

/// Looks at incoming DTLS datagrams before OpenSSL does (RFC 6347 §4.1, §4.2.2), so that what a
/// peer can make it buffer is bounded (threat-model M8) and unauthenticated bytes cannot end a
/// handshake.
///
/// A datagram passes whole or not at all.
class RecordFilter {
 public:
  /// OpenSSL holds unfinished messages up to ten ahead: these make 32 KiB at most.
  static constexpr std::uint32_t kMaxCertificateMessage = 8 * 1024;
  // Interop: Chrome's ClientHello (message 0, or 1 after a cookie) passes 1.6 KiB with ML-KEM.
  static constexpr std::uint32_t kMaxHelloMessage = 4 * 1024;
  static constexpr std::uint32_t kMaxOtherMessage = 2 * 1024;

  /// @param established  the handshake is done: only protected records matter from here on
  [[nodiscard]] bool admits(Bytes datagram, bool established) noexcept;
  /// Before a new handshake.
  void reset() noexcept { certificate_sequence_.reset(); }

 private:
  bool admits_handshake(Bytes record) noexcept;
  std::optional<std::uint16_t> certificate_sequence_;
};

}  // namespace vv::rtc
