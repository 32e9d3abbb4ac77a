#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "rtc/sdp/candidate.hpp"

namespace vv::rtc::sdp {

// threat-model.md section 4; past one of these the description is refused, the call goes on.
inline constexpr std::size_t kMaxBytes = 256 * 1024;
inline constexpr std::size_t kMaxLines = 4'096;
inline constexpr std::size_t kMaxSections = 128;
inline constexpr std::size_t kMaxCandidates =
    32;  ///< kept in a description; further ones are ignored

enum class MediaKind : std::uint8_t { Audio, Video, Application, Other };
enum class Direction : std::uint8_t { SendRecv, SendOnly, RecvOnly, Inactive };
/// DTLS role in an SDP (RFC 4145 §4, RFC 8842).
enum class Setup : std::uint8_t { ActPass, Active, Passive, HoldConn };
enum class RidDirection : std::uint8_t { Send, Recv };

[[nodiscard]] constexpr bool sends(Direction d) {
  return d == Direction::SendRecv || d == Direction::SendOnly;
}
[[nodiscard]] constexpr bool receives(Direction d) {
  return d == Direction::SendRecv || d == Direction::RecvOnly;
}
/// The same arrangement seen from the other side: sendonly ↔ recvonly.
[[nodiscard]] Direction reversed(Direction direction);

/// `a=fingerprint:sha-256 AB:CD:…`
struct Fingerprint {
  std::string algorithm;  ///< lower case
  std::string value;      ///< upper-case hex pairs with colons
  bool operator==(const Fingerprint&) const = default;
};

struct IceParameters {
  std::string ufrag;  ///< 4 to 256 characters
  std::string pwd;    ///< 22 to 256 characters
  bool operator==(const IceParameters&) const = default;
};

/// One payload type with its rtpmap, fmtp and rtcp-fb lines.
struct Codec {
  std::uint8_t payload_type = 0;      ///< 0 to 127
  std::string name;                   ///< as written: `opus`, `VP8`, `rtx`; empty without rtpmap
  std::uint32_t clock_rate = 0;       ///< Hz
  std::uint8_t channels = 1;          ///< the third part of an audio rtpmap
  std::string fmtp;                   ///< everything after the payload type; empty when none
  std::vector<std::string> feedback;  ///< `nack`, `nack pli`, `ccm fir`, `transport-cc`, …

  [[nodiscard]] bool is(std::string_view codec_name) const;  ///< ignoring case
  /// The value of one `key=value` of the fmtp, empty when absent.
  [[nodiscard]] std::string_view parameter(std::string_view key) const;
  /// `apt` of an rtx codec.
  [[nodiscard]] std::optional<std::uint8_t> apt() const;
  [[nodiscard]] bool has_feedback(std::string_view what) const;
  bool operator==(const Codec&) const = default;
};

/// `a=extmap:3/sendonly URI` (RFC 8285 §5)
struct ExtensionMap {
  std::uint8_t id = 0;  ///< 1 to 255; 15 only in the two-byte form
  std::optional<Direction> direction;
  std::string uri;
  bool operator==(const ExtensionMap&) const = default;
};

/// `a=rid:q send pt=96;max-width=320` (RFC 8851)
struct Rid {
  std::string id;  ///< 1 to 32 alphanumeric characters, `-` and `_`
  RidDirection direction = RidDirection::Send;
  std::string restrictions;  ///< raw, empty when none
  bool operator==(const Rid&) const = default;
};

/// One rid in a simulcast list; `~` before it means that it starts paused (RFC 8853 §5.1).
struct SimulcastRid {
  std::string id;
  bool paused = false;
  bool operator==(const SimulcastRid&) const = default;
};
/// One stream of a simulcast list: alternatives, the most preferred first.
using SimulcastStream = std::vector<SimulcastRid>;
struct Simulcast {
  std::vector<SimulcastStream> send;
  std::vector<SimulcastStream> recv;
  bool operator==(const Simulcast&) const = default;
};

struct Msid {
  std::string stream;  ///< `-` means no stream
  std::string track;   ///< empty when the line has one token only
  bool operator==(const Msid&) const = default;
};

/// All `a=ssrc:` lines of one SSRC.
struct Ssrc {
  std::uint32_t ssrc = 0;
  std::string cname;
  std::optional<Msid> msid;
  bool operator==(const Ssrc&) const = default;
};
/// `a=ssrc-group:FID 1 2`
struct SsrcGroup {
  std::string semantics;
  std::vector<std::uint32_t> ssrcs;
  bool operator==(const SsrcGroup&) const = default;
};

/// One `m=` section. What a session says for all sections (fingerprint, ICE, setup, direction,
/// extensions) has been copied into every section that does not say otherwise, so readers look
/// here.
struct Section {
  MediaKind kind = MediaKind::Audio;
  std::string media = "audio";  ///< the word in the m-line
  std::uint16_t port = 9;       ///< 0: rejected, unless bundle-only
  std::string protocol = "UDP/TLS/RTP/SAVPF";
  std::vector<std::string> formats;  ///< only where they are no payload types
  std::string mid;                   ///< at most 16 characters
  Direction direction = Direction::SendRecv;
  bool bundle_only = false;
  bool rtcp_mux = false;
  bool rtcp_rsize = false;
  std::optional<Setup> setup;
  std::optional<IceParameters> ice;
  std::optional<Fingerprint> fingerprint;
  std::vector<Candidate> candidates;
  bool end_of_candidates = false;
  std::vector<Codec> codecs;  ///< in order of preference
  std::vector<ExtensionMap> extensions;
  std::vector<Rid> rids;
  std::optional<Simulcast> simulcast;
  std::vector<Msid> msids;
  std::vector<Ssrc> ssrcs;
  std::vector<SsrcGroup> ssrc_groups;
  std::optional<std::uint16_t> sctp_port;
  std::optional<std::uint64_t> max_message_size;

  [[nodiscard]] bool is_rejected() const { return port == 0 && !bundle_only; }
  [[nodiscard]] const Codec* codec(std::uint8_t payload_type) const;
  [[nodiscard]] const Codec* rtx_of(std::uint8_t payload_type) const;
  /// The id of an extension, 0 when it is not mapped.
  [[nodiscard]] std::uint8_t extension_id(std::string_view uri) const;
  /// The retransmission SSRC that an FID group pairs with `ssrc`, 0 when none.
  [[nodiscard]] std::uint32_t rtx_ssrc_of(std::uint32_t ssrc) const;
  bool operator==(const Section&) const = default;
};

/// An offer or an answer (RFC 8866, RFC 8829), as far as WebRTC uses it.
struct SessionDescription {
  std::uint64_t session_id = 0;       ///< `o=`, < 2^63
  std::uint64_t session_version = 0;  ///< `o=`; grows with every new description of ours
  bool ice_lite = false;
  bool extmap_allow_mixed = false;
  std::vector<std::string> ice_options;  ///< `trickle`, `renomination`
  std::vector<std::string> bundle;       ///< mids of the first BUNDLE group
  std::string msid_semantic;  ///< after `WMS `: `*` or stream ids; written when not empty
  std::vector<Section> sections;

  [[nodiscard]] const Section* section(std::string_view mid) const;
  bool operator==(const SessionDescription&) const = default;
};

/// Reads an offer or answer of Chrome, Firefox, libwebrtc or pion. Unknown lines and attributes are
/// ignored. Refuses (`Invalid`, naming the line) what breaks the grammar where it matters, repeated
/// mids, and what is past the limits above.
[[nodiscard]] Result<SessionDescription> parse(std::string_view text);

/// Writes what libwebrtc and Firefox accept: CRLF lines, everything at section level.
[[nodiscard]] std::string serialise(const SessionDescription& description);

}  // namespace vv::rtc::sdp
