#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace vv::rtc {

/// The two protection profiles we negotiate, in order of preference (RFC 5764 §4.1.2, RFC 7714
/// §14.2).
enum class SrtpProfile : std::uint8_t { Aes128CmSha1_80, AeadAes128Gcm };

constexpr std::size_t kSrtpMasterKeySize = 16;
/// RFC 7714 §12: 12 bytes; RFC 3711 §8.2: 14.
[[nodiscard]] constexpr std::size_t master_salt_size(SrtpProfile profile) {
  return profile == SrtpProfile::AeadAes128Gcm ? 12 : 14;
}
/// Authentication tag at the end of every packet.
[[nodiscard]] constexpr std::size_t tag_size(SrtpProfile profile) {
  return profile == SrtpProfile::AeadAes128Gcm ? 16 : 10;
}
/// Room a caller leaves after an RTP packet, whatever the profile.
constexpr std::size_t kMaxSrtpOverhead = 16;
/// The same for RTCP: tag and index word.
constexpr std::size_t kMaxSrtcpOverhead = 20;

/// Master key and salt of one direction.
struct SrtpMaster {
  SrtpProfile profile = SrtpProfile::AeadAes128Gcm;
  std::array<std::uint8_t, kSrtpMasterKeySize> key{};
  std::array<std::uint8_t, 14> salt{};
};

}  // namespace vv::rtc
