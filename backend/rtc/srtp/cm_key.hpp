#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/bytes.hpp"
#include "rtc/srtp/key_derivation.hpp"

namespace vv::rtc {

/// AES-128 in counter mode with HMAC-SHA1 cut to 80 bits, one session key each (RFC 3711 §4.1.1,
/// §4.2). Allocates at construction only.
class CmKey {
 public:
  static constexpr std::size_t kTagSize = 10;
  using Iv = std::array<std::uint8_t, 16>;
  using Tag = std::array<std::uint8_t, kTagSize>;

  explicit CmKey(const SessionKeys& session);
  ~CmKey();
  CmKey(const CmKey&) = delete;
  CmKey& operator=(const CmKey&) = delete;

  /// RFC 3711 §4.1.1; `index` has 48 bits for RTP and 31 for RTCP.
  [[nodiscard]] Iv iv(std::uint32_t ssrc, std::uint64_t index) const;
  /// Encrypts or decrypts, which is the same; `out` may be `in`'s memory.
  void crypt(const Iv& iv, Bytes in, std::uint8_t* out);
  /// Over `packet` followed by `trailer` (the rollover counter of RTP; RTCP carries its own
  /// inside).
  [[nodiscard]] Tag tag(Bytes packet, Bytes trailer) const;

 private:
  struct State;  // OpenSSL's
  std::unique_ptr<State> state_;
  std::array<std::uint8_t, 14> salt_;
};

}  // namespace vv::rtc
