#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rtc/rtp/header_extensions.hpp"
#include "sfu/ids.hpp"

namespace vv::sfu {

enum class MediaKind : std::uint8_t { Audio, Video };

/// RTCP feedback agreed on for one payload type (livekit-wire.md D-30).
struct Feedback {
  bool nack = false;
  bool pli = false;
  bool fir = false;
  bool transport_cc = false;
  bool remb = false;
  bool operator==(const Feedback&) const = default;
};

/// One payload type of one media section.
struct CodecConfig {
  std::uint8_t payload_type = 0;
  std::string name;  ///< rtpmap name in lower case: "opus", "red", "vp8", "h264", …
  std::uint32_t clock_rate = 48'000;  ///< Hz
  /// Payload type of RFC 4588 resends of this one; 0 when there is none.
  std::uint8_t rtx_payload_type = 0;
  Feedback feedback;
  /// What of `fmtp` must match between publisher and subscriber, spelled one way by the control
  /// plane ("packetization-mode=1;profile=42e0", "profile-id=0") and compared as text.
  std::string format;
  bool operator==(const CodecConfig&) const = default;
};

/// A stream named by `a=ssrc` and its resends by `a=ssrc-group:FID`; `rtx_ssrc` 0 when there is
/// none.
struct SsrcPair {
  std::uint32_t ssrc = 0;
  std::uint32_t rtx_ssrc = 0;
  bool operator==(const SsrcPair&) const = default;
};

/// What one media section brings in: a published track.
struct ReceiverConfig {
  TrackId track;
  std::string mid;
  MediaKind kind = MediaKind::Audio;
  std::vector<CodecConfig> codecs;  ///< rtx is not in it; red is an entry of its own
  /// Simulcast restriction ids, lowest layer first; empty when the track has one stream. At most 3.
  std::vector<std::string> rids;
  /// Streams named in the SDP, lowest layer first; may be empty, then mid and rid bind them.
  std::vector<SsrcPair> ssrcs;
  rtc::rtp::ExtensionIds extensions;
};

/// A temporal layer above all there are.
inline constexpr std::uint8_t kAllFrames = 3;

/// The highest layers a subscriber may get. Spatial layers are a track's rids in order, 0 lowest.
struct LayerLimit {
  std::uint8_t spatial = 2;
  std::uint8_t temporal = kAllFrames;
  bool operator==(const LayerLimit&) const = default;
};

/// How long receivers shall hold pictures before they show them, as a room asks for
/// (livekit-wire.md F-18). Both 0: as they think best.
struct PlayoutRange {
  std::uint16_t min_ms = 0;
  std::uint16_t max_ms = 0;
  [[nodiscard]] bool is_asked_for() const { return min_ms != 0 || max_ms != 0; }
  bool operator==(const PlayoutRange&) const = default;
};

/// How one track leaves to one transport.
struct SenderConfig {
  std::string mid;
  MediaKind kind = MediaKind::Audio;
  std::uint32_t ssrc = 0;      ///< ours, unique in the transport
  std::uint32_t rtx_ssrc = 0;  ///< 0 when resends were not negotiated
  std::vector<CodecConfig> codecs;
  rtc::rtp::ExtensionIds extensions;
  std::string cname;  ///< SDES CNAME: the stream id (livekit-wire.md D-25)
  LayerLimit limit;
  /// Who gets what a narrow link carries: higher first (livekit-wire.md F-22).
  std::uint8_t priority = 1;
  PlayoutRange playout{};
};

}  // namespace vv::sfu
