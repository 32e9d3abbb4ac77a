#pragma once

#include <variant>

#include "rtc/srtp/cm_key.hpp"
#include "rtc/srtp/gcm_key.hpp"

namespace vv::rtc {

/// The session keys of one direction, for RTP and for RTCP.
template <class Key>
struct KeyPair {
  explicit KeyPair(const SrtpMaster& master)
      : rtp(derive_session_keys(master, SrtpKind::Rtp)),
        rtcp(derive_session_keys(master, SrtpKind::Rtcp)) {}
  Key rtp;
  Key rtcp;
};

using SessionPair = std::variant<KeyPair<GcmKey>, KeyPair<CmKey>>;

inline void make_session_pair(std::optional<SessionPair>& pair, const SrtpMaster& master) {
  if (master.profile == SrtpProfile::AeadAes128Gcm) {
    pair.emplace(std::in_place_type<KeyPair<GcmKey>>, master);
  } else {
    pair.emplace(std::in_place_type<KeyPair<CmKey>>, master);
  }
}

/// Size of an RTP header with its CSRCs and extension (RFC 3550 §5.1, §5.3.1); 0 when it does not
/// fit the packet. The first 12 bytes must be there.
[[nodiscard]] inline std::size_t rtp_header_size(Bytes packet) {
  if (packet.size() < 12 || (packet[0] >> 6) != 2) return 0;
  std::size_t size = 12 + std::size_t{4} * (packet[0] & 0x0FU);
  if ((packet[0] & 0x10U) != 0) {
    if (packet.size() < size + 4) return 0;
    size += 4 + std::size_t{4} * load_be16(&packet[size + 2]);
  }
  return size <= packet.size() ? size : 0;
}

}  // namespace vv::rtc
