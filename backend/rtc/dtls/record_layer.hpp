#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "rtc/srtp/gcm_key.hpp"
#include "rtc/srtp/replay_window.hpp"

namespace vv::rtc {

enum class ContentType : std::uint8_t {
  ChangeCipherSpec = 20,
  Alert = 21,
  Handshake = 22,
  ApplicationData = 23
};

/// DTLS 1.2 records under AES-128-GCM, once the handshake is done (RFC 6347 §4.1, RFC 5288 §3).
///
/// OpenSSL makes the handshake and would keep 74 KiB for each connection afterwards; these are 2.
///
/// Owns:    epoch 1 of both directions: keys, our sequence numbers, the peer's replay window.
/// Not its: what the records say.
class RecordLayer {
 public:
  static constexpr std::size_t kHeaderSize = 13;
  /// Header, explicit nonce and tag.
  static constexpr std::size_t kOverhead = kHeaderSize + 8 + GcmKey::kTagSize;

  struct Direction {
    std::array<std::uint8_t, 16> key{};
    std::array<std::uint8_t, 4> iv{};
  };
  /// @param next_sequence  the first of ours that the handshake did not use
  RecordLayer(const Direction& write, const Direction& read, std::uint64_t next_sequence);

  /// Writes one record of plain.size() + kOverhead bytes into `out`.
  void seal(ContentType type, Bytes plain, MutableBytes out);

  struct Opened {
    ContentType type = ContentType::ApplicationData;
    std::size_t size = 0;
  };
  /// Takes one record off the front of `datagram` and decrypts it into `out`. Nothing when it is
  /// not of our epoch, seen before, not authentic, or too long for `out`; a malformed rest is
  /// discarded.
  [[nodiscard]] std::optional<Opened> open_next(Bytes& datagram, MutableBytes out);

 private:
  GcmKey write_;
  GcmKey read_;
  std::array<std::uint8_t, 4> write_iv_;
  std::array<std::uint8_t, 4> read_iv_;
  std::uint64_t next_sequence_;
  ReplayWindow window_;
  bool window_started_ = false;
};

}  // namespace vv::rtc
