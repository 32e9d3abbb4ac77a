#include "sfu/negotiation/description.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "sfu/negotiation/media_policy.hpp"

namespace vv::sfu::negotiation {
namespace {

namespace sdp = rtc::sdp;

// Threat-model M18: longer messages are not taken.
constexpr std::uint64_t kMaxMessageBytes = 65'536;

rtc::DtlsRole our_role(const std::optional<sdp::Setup>& theirs) {
  // RFC 8842 §5.3: an `actpass` offer leaves the choice to us. The server picks the SRTP profile,
  // and Interop: Chromium 156 as the server picks AES-CM with SHA-1, which costs ten times our
  // AES-GCM for every packet of the call; as the client its handshake starts half a round trip
  // later, once.
  return theirs == sdp::Setup::Passive ? rtc::DtlsRole::Client : rtc::DtlsRole::Server;
}

}  // namespace

Result<RemoteTransport> remote_transport(const sdp::SessionDescription& description) {
  std::optional<RemoteTransport> found;
  for (const sdp::Section& section : description.sections) {
    if (section.is_rejected()) continue;
    if (!section.ice || !section.fingerprint) {
      if (found && section.bundle_only) continue;
      return invalid(vv::format("section {} has no ICE credentials or fingerprint", section.mid));
    }
    VV_ASSIGN_OR_RETURN(
        const rtc::Fingerprint fingerprint,
        rtc::Fingerprint::parse(section.fingerprint->algorithm + " " + section.fingerprint->value));
    const rtc::IceCredentials ice{.ufrag = section.ice->ufrag, .password = section.ice->pwd};
    if (!found) {
      found =
          RemoteTransport{.ice = ice, .fingerprint = fingerprint, .role = our_role(section.setup)};
    } else if (!(found->ice == ice) || !(found->fingerprint == fingerprint)) {
      return invalid("sections disagree about the transport");
    }
  }
  if (!found) return invalid("no section is left to talk over");
  return *found;
}

sdp::SessionDescription session_of(std::uint64_t id, std::uint64_t version,
                                   std::vector<sdp::Section> sections) {
  sdp::SessionDescription description;
  description.session_id = id;
  description.session_version = version;
  description.ice_lite = true;
  description.ice_options = {"trickle"};
  description.msid_semantic = "*";
  for (const sdp::Section& section : sections) {
    if (!section.is_rejected()) description.bundle.push_back(section.mid);
  }
  description.sections = std::move(sections);
  return description;
}

sdp::Section section_of(sdp::MediaKind kind, std::string mid, const LocalTransport& local,
                        sdp::Setup setup) {
  sdp::Section section;
  section.kind = kind;
  section.media = kind == sdp::MediaKind::Audio   ? "audio"
                  : kind == sdp::MediaKind::Video ? "video"
                                                  : "application";
  section.mid = std::move(mid);
  section.direction = sdp::Direction::Inactive;
  section.rtcp_mux = kind != sdp::MediaKind::Application;
  section.rtcp_rsize = section.rtcp_mux;
  section.setup = setup;
  section.ice = sdp::IceParameters{.ufrag = local.ice.ufrag, .pwd = local.ice.password};
  const std::string fingerprint = local.fingerprint.to_string();
  const std::size_t space = fingerprint.find(' ');
  section.fingerprint =
      sdp::Fingerprint{.algorithm = fingerprint.substr(0, space),
                       .value = space == std::string::npos ? "" : fingerprint.substr(space + 1)};
  section.candidates = local.candidates;
  section.end_of_candidates = !local.candidates.empty();
  return section;
}

void add_data(sdp::Section& section) {
  section.protocol = "UDP/DTLS/SCTP";
  section.formats = {"webrtc-datachannel"};
  section.direction = sdp::Direction::SendRecv;
  section.sctp_port = 5000;
  section.max_message_size = kMaxMessageBytes;
}

void add_sender(sdp::Section& section, const SenderSpec& sender, const SsrcPair& streams) {
  section.direction = sdp::Direction::SendOnly;
  const sdp::Msid msid{.stream = sender.stream_id, .track = sender.track_sid};
  section.msids = {msid};
  for (sdp::Codec& codec : section.codecs) {
    if (sender.stereo && codec.is("opus"))
      codec.fmtp += codec.fmtp.empty() ? "sprop-stereo=1" : ";sprop-stereo=1";
  }
  section.ssrcs.push_back({.ssrc = streams.ssrc, .cname = sender.stream_id, .msid = msid});
  const bool has_rtx = std::any_of(section.codecs.begin(), section.codecs.end(),
                                   [](const sdp::Codec& c) { return c.is("rtx"); });
  if (!has_rtx) return;
  section.ssrcs.push_back({.ssrc = streams.rtx_ssrc, .cname = sender.stream_id, .msid = msid});
  section.ssrc_groups.push_back({.semantics = "FID", .ssrcs = {streams.ssrc, streams.rtx_ssrc}});
}

SenderConfig sender_config(const sdp::Section& theirs, const std::vector<sdp::Codec>& codecs,
                           const SenderSpec& sender, const SsrcPair& streams) {
  SenderConfig config;
  config.mid = theirs.mid;
  config.kind = sender.kind;
  config.ssrc = streams.ssrc;
  config.codecs = codec_configs(codecs);
  const bool has_rtx =
      std::any_of(config.codecs.begin(), config.codecs.end(),
                  [](const CodecConfig& codec) { return codec.rtx_payload_type != 0; });
  config.rtx_ssrc = has_rtx ? streams.rtx_ssrc : 0;
  std::vector<sdp::ExtensionMap> extensions = accepted_extensions(theirs, Purpose::Send);
  if (!sender.playout.is_asked_for()) leave_out_playout(extensions);
  config.extensions = extension_ids(extensions);
  config.playout = sender.playout;
  config.cname = sender.stream_id;
  return config;
}

MediaKind media_kind(sdp::MediaKind kind) {
  return kind == sdp::MediaKind::Audio ? MediaKind::Audio : MediaKind::Video;
}

}  // namespace vv::sfu::negotiation
