#include "sfu/negotiation/media_policy.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>

#include "base/format.hpp"

namespace vv::sfu::negotiation {
namespace {

namespace sdp = rtc::sdp;

using rtc::rtp::Extension;

/// One row of livekit-wire.md 4.7. video-orientation is missing on purpose (D-39): publishers then
/// rotate before they encode, and nobody has to forward it.
struct ExtensionRow {
  Extension extension;
  std::uint8_t own_id;  ///< in our offers, 0 never offered
  bool audio_in, video_in, audio_out, video_out;
};
constexpr std::array<ExtensionRow, 9> kExtensions{{
    {Extension::Mid, 4, true, true, true, true},
    // Interop: Chromium gives a new transceiver the extensions last agreed for the first one of its
    // kind, which in the single-connection mode is one we send on. Without rid there, a camera or
    // screen published later cannot be offered with simulcast; without the level, nobody speaks.
    {Extension::Rid, 0, false, true, false, true},
    {Extension::RepairedRid, 0, false, true, false, true},
    {Extension::AudioLevel, 0, true, false, true, false},
    {Extension::TransportSequence, 3, false, true, false, true},
    {Extension::AbsSendTime, 2, false, true, false, true},
    {Extension::AbsCaptureTime, 7, true, true, true, true},
    {Extension::DependencyDescriptor, 8, false, true, false, true},
    {Extension::PlayoutDelay, 5, false, false, false, true},
}};

const ExtensionRow* row_of(std::string_view uri) {
  for (const ExtensionRow& row : kExtensions) {
    if (rtc::rtp::uri_of(row.extension) == uri) return &row;
  }
  return nullptr;
}

bool is_used(const ExtensionRow& row, MediaKind kind, Purpose purpose) {
  const bool audio = kind == MediaKind::Audio;
  return purpose == Purpose::Receive ? (audio ? row.audio_in : row.video_in)
                                     : (audio ? row.audio_out : row.video_out);
}

struct CodecRow {
  std::string_view name;
  std::uint32_t clock_rate;
};
constexpr std::array<CodecRow, 8> kCodecs{{
    {"opus", 48'000},
    {"red", 48'000},
    {"pcmu", 8'000},
    {"pcma", 8'000},
    {"vp8", 90'000},
    {"h264", 90'000},
    {"vp9", 90'000},
    {"av1", 90'000},
}};

bool agreeable_feedback(std::string_view feedback, MediaKind kind) {
  if (feedback == "nack") return true;
  if (kind == MediaKind::Audio) return false;
  return feedback == "nack pli" || feedback == "ccm fir" || feedback == "transport-cc" ||
         feedback == "goog-remb";
}

MediaKind kind_of(const sdp::Section& section) {
  return section.kind == sdp::MediaKind::Audio ? MediaKind::Audio : MediaKind::Video;
}

/// The two bytes of profile-level-id that name the profile, spelled alike for alike profiles
/// (RFC 6184 §8.1): constrained baseline has several spellings.
std::string h264_profile(std::string_view profile_level_id) {
  std::string id(profile_level_id);
  std::transform(id.begin(), id.end(), id.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (id.size() != 6) return "4200";  // the default without the parameter: baseline
  const std::string_view idc = std::string_view(id).substr(0, 2);
  const char constraints = id[2];
  const bool constraint_set1 =
      std::string_view("4567cdef").find(constraints) != std::string_view::npos;
  if (idc == "42" && constraint_set1) return "42e0";
  if (idc == "4d" && std::string_view("89abcdef").find(constraints) != std::string_view::npos)
    return "42e0";
  return std::string(idc) + (idc == "64" ? id.substr(2, 2) : "00");
}

std::string parameter_or(const sdp::Codec& codec, std::string_view key, std::string_view fallback) {
  const std::string_view value = codec.parameter(key);
  return std::string(value.empty() ? fallback : value);
}

std::string format_of(const sdp::Codec& codec) {
  if (codec.is("h264")) {
    return vv::format("packetization-mode={};profile={}",
                      parameter_or(codec, "packetization-mode", "0"),
                      h264_profile(codec.parameter("profile-level-id")));
  }
  if (codec.is("vp9")) return "profile-id=" + parameter_or(codec, "profile-id", "0");
  if (codec.is("av1")) return "profile=" + parameter_or(codec, "profile", "0");
  return {};
}

Feedback feedback_of(const sdp::Codec& codec) {
  return {.nack = codec.has_feedback("nack"),
          .pli = codec.has_feedback("nack pli"),
          .fir = codec.has_feedback("ccm fir"),
          .transport_cc = codec.has_feedback("transport-cc"),
          .remb = codec.has_feedback("goog-remb")};
}

sdp::Codec own_codec(std::uint8_t payload_type, std::string_view name, std::string_view fmtp) {
  sdp::Codec codec;
  codec.payload_type = payload_type;
  codec.name = std::string(name);
  const bool is_sound = name == "opus" || name == "red";
  codec.clock_rate = is_sound ? 48'000 : 90'000;
  codec.channels = is_sound ? 2 : 1;
  codec.fmtp = std::string(fmtp);
  if (name == "opus")
    codec.feedback = {"nack"};
  else if (name != "rtx" && name != "red")
    codec.feedback = {"goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"};
  return codec;
}

}  // namespace

std::string_view known_codec(const sdp::Codec& codec) {
  for (const CodecRow& row : kCodecs) {
    if (codec.is(row.name) && codec.clock_rate == row.clock_rate) return row.name;
  }
  return {};
}

std::vector<sdp::Codec> accepted_codecs(const sdp::Section& offered, Purpose) {
  const MediaKind kind = kind_of(offered);
  std::vector<sdp::Codec> accepted;
  for (const sdp::Codec& codec : offered.codecs) {
    const std::optional<std::uint8_t> repaired = codec.is("rtx") ? codec.apt() : std::nullopt;
    const sdp::Codec* repairs = repaired ? offered.codec(*repaired) : nullptr;
    const bool taken = codec.is("rtx") ? repairs != nullptr && !known_codec(*repairs).empty()
                                       : !known_codec(codec).empty();
    if (!taken) continue;
    sdp::Codec& answer = accepted.emplace_back(codec);
    std::erase_if(answer.feedback,
                  [kind](const std::string& f) { return !agreeable_feedback(f, kind); });
    // Interop: browsers do not offer it for sound, but do it both ways once an answer says so
    // (livekit-wire.md D-30).
    if (answer.is("opus") && !answer.has_feedback("nack")) answer.feedback.push_back("nack");
  }
  return accepted;
}

std::vector<sdp::ExtensionMap> known_extensions(const sdp::Section& offered) {
  std::vector<sdp::ExtensionMap> known;
  const MediaKind kind = kind_of(offered);
  for (const sdp::ExtensionMap& extension : offered.extensions) {
    const ExtensionRow* row = row_of(extension.uri);
    const bool used = row != nullptr &&
                      (is_used(*row, kind, Purpose::Receive) || is_used(*row, kind, Purpose::Send));
    if (used)
      known.push_back({.id = extension.id, .direction = std::nullopt, .uri = extension.uri});
  }
  return known;
}

std::vector<sdp::ExtensionMap> accepted_extensions(const sdp::Section& offered, Purpose purpose) {
  std::vector<sdp::ExtensionMap> accepted = known_extensions(offered);
  const MediaKind kind = kind_of(offered);
  std::erase_if(accepted, [&](const sdp::ExtensionMap& extension) {
    return !is_used(*row_of(extension.uri), kind, purpose);
  });
  return accepted;
}

std::vector<sdp::Codec> own_codecs(MediaKind kind) {
  if (kind == MediaKind::Audio) {
    return {own_codec(111, "opus", "minptime=10;useinbandfec=1"), own_codec(63, "red", "111/111")};
  }
  return {
      own_codec(96, "VP8", ""),
      own_codec(97, "rtx", "apt=96"),
      own_codec(98, "VP9", "profile-id=0"),
      own_codec(99, "rtx", "apt=98"),
      own_codec(125, "H264",
                "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"),
      own_codec(107, "rtx", "apt=125"),
      own_codec(108, "H264",
                "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f"),
      own_codec(109, "rtx", "apt=108"),
      own_codec(35, "AV1", ""),
      own_codec(36, "rtx", "apt=35"),
  };
}

std::vector<sdp::ExtensionMap> own_extensions(MediaKind kind) {
  std::vector<sdp::ExtensionMap> extensions;
  for (const ExtensionRow& row : kExtensions) {
    const bool out = kind == MediaKind::Audio ? row.audio_out : row.video_out;
    if (out && row.own_id != 0) {
      extensions.push_back({.id = row.own_id,
                            .direction = std::nullopt,
                            .uri = std::string(rtc::rtp::uri_of(row.extension))});
    }
  }
  return extensions;
}

void leave_out_playout(std::vector<sdp::ExtensionMap>& extensions) {
  std::erase_if(extensions, [](const sdp::ExtensionMap& extension) {
    return extension.uri == rtc::rtp::uri_of(Extension::PlayoutDelay);
  });
}

std::vector<CodecConfig> codec_configs(const std::vector<sdp::Codec>& codecs) {
  std::vector<CodecConfig> configs;
  for (const sdp::Codec& codec : codecs) {
    const std::string_view known = known_codec(codec);
    if (known.empty()) continue;
    CodecConfig config{.payload_type = codec.payload_type,
                       .name = std::string(known),
                       .clock_rate = codec.clock_rate,
                       .rtx_payload_type = 0,
                       .feedback = feedback_of(codec),
                       .format = format_of(codec)};
    const auto rtx = std::find_if(codecs.begin(), codecs.end(), [&codec](const sdp::Codec& other) {
      return other.is("rtx") && other.apt() == codec.payload_type;
    });
    if (rtx != codecs.end()) config.rtx_payload_type = rtx->payload_type;
    configs.push_back(std::move(config));
  }
  return configs;
}

rtc::rtp::ExtensionIds extension_ids(const std::vector<sdp::ExtensionMap>& extensions) {
  rtc::rtp::ExtensionIds ids;
  for (const sdp::ExtensionMap& extension : extensions) {
    if (const ExtensionRow* row = row_of(extension.uri)) ids.map(extension.id, row->extension);
  }
  return ids;
}

std::vector<std::string> rids_low_to_high(const sdp::Section& section) {
  std::vector<std::string> rids;
  if (section.simulcast) {
    for (const sdp::SimulcastStream& stream : section.simulcast->send) {
      if (!stream.empty()) rids.push_back(stream.front().id);
    }
  } else {
    for (const sdp::Rid& rid : section.rids) {
      if (rid.direction == sdp::RidDirection::Send) rids.push_back(rid.id);
    }
  }
  // Browsers differ in the order they list; the two known families of names say it themselves.
  for (const std::string_view family : {"qhf", "210"}) {
    const bool all = std::all_of(rids.begin(), rids.end(), [family](const std::string& rid) {
      return rid.size() == 1 && family.find(rid) != std::string_view::npos;
    });
    if (!all) continue;
    std::sort(rids.begin(), rids.end(), [family](const std::string& a, const std::string& b) {
      return family.find(a) < family.find(b);
    });
    break;
  }
  return rids;
}

std::vector<SsrcPair> streams_of(const sdp::Section& section) {
  std::vector<std::uint32_t> primaries;
  std::vector<std::uint32_t> repairs;
  for (const sdp::SsrcGroup& group : section.ssrc_groups) {
    if (group.semantics == "SIM") primaries = group.ssrcs;
    if (group.semantics == "FID" && group.ssrcs.size() == 2) repairs.push_back(group.ssrcs[1]);
  }
  if (primaries.empty()) {
    for (const sdp::Ssrc& source : section.ssrcs) {
      if (std::find(repairs.begin(), repairs.end(), source.ssrc) == repairs.end()) {
        primaries.push_back(source.ssrc);
      }
    }
  }
  std::vector<SsrcPair> pairs;
  for (const std::uint32_t ssrc : primaries) {
    pairs.push_back({.ssrc = ssrc, .rtx_ssrc = section.rtx_ssrc_of(ssrc)});
  }
  return pairs;
}

}  // namespace vv::sfu::negotiation
