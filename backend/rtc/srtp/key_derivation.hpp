#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.hpp"
#include "rtc/srtp/srtp_profile.hpp"

namespace vv::rtc {

/// What RFC 3711 §4.3.2 derives from a master for RTP (or RTCP): cipher key, salt, and for AES-CM
/// an authentication key.
struct SessionKeys {
  std::array<std::uint8_t, 16> cipher{};
  std::array<std::uint8_t, 14> salt{};  // AEAD uses the first 12
  std::array<std::uint8_t, 20> auth{};
  ~SessionKeys();
};

enum class SrtpKind : std::uint8_t { Rtp, Rtcp };

/// Derives with AES-CM and a derivation rate of 0, as everyone does (RFC 3711 §4.3, RFC 7714 §11).
[[nodiscard]] SessionKeys derive_session_keys(const SrtpMaster& master, SrtpKind kind);

}  // namespace vv::rtc
