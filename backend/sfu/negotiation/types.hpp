#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rtc/dtls/fingerprint.hpp"
#include "rtc/ice/ice_credentials.hpp"
#include "rtc/sdp/candidate.hpp"
#include "sfu/media_config.hpp"

namespace vv::sfu::negotiation {

/// Our end of one transport, the same in every section (BUNDLE).
struct LocalTransport {
  rtc::IceCredentials ice;
  rtc::Fingerprint fingerprint;
  std::vector<rtc::sdp::Candidate> candidates;
};

/// The other end, as its description says.
struct RemoteTransport {
  rtc::IceCredentials ice;
  rtc::Fingerprint fingerprint;
  /// Ours, answering the peer's `a=setup`.
  rtc::DtlsRole role = rtc::DtlsRole::Client;
};

/// A track that shall be sent to the peer.
struct SenderSpec {
  SubscriptionId subscription;
  MediaKind kind = MediaKind::Audio;
  /// `PA_…|TR_…`: the msid's first token and the RTCP CNAME. Tracks with one are played together.
  std::string stream_id;
  std::string track_sid;   ///< `TR_…`: the msid's second token
  PlayoutRange playout{};  ///< of a picture
  bool stereo = false;     ///< a voice of two channels (livekit-wire.md D-33)
};

/// A sender whose section the peer has been told of: it may be sent now.
struct BoundSender {
  SubscriptionId subscription;
  SenderConfig config;
};

using MidToTrack = std::map<std::string, std::string>;

/// How many receive-only sections the client should add, of each kind.
struct Requirement {
  std::uint32_t audios = 0;
  std::uint32_t videos = 0;
  bool operator==(const Requirement&) const = default;
};

}  // namespace vv::sfu::negotiation
