#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rtc/sdp/session_description.hpp"
#include "sfu/media_config.hpp"

namespace vv::sfu::negotiation {

/// What a section is for, seen from us.
enum class Purpose : std::uint8_t { Receive, Send };

/// The lower-case name of a codec that we forward, empty for others.
[[nodiscard]] std::string_view known_codec(const rtc::sdp::Codec& codec);

/// What we take of the offered codecs, in the offered order, under the offered payload types
/// (livekit-wire.md D-28), rtx with the codec it repairs, feedback cut to what both know (D-30).
[[nodiscard]] std::vector<rtc::sdp::Codec> accepted_codecs(const rtc::sdp::Section& offered,
                                                           Purpose purpose);
/// Every header extension that we use in either direction, under the offered ids.
///
/// Interop: Chrome offers on new sections only what was agreed on for the sections it has, so a
/// pool answered with what we send alone would leave it without rid when it publishes simulcast.
[[nodiscard]] std::vector<rtc::sdp::ExtensionMap> known_extensions(
    const rtc::sdp::Section& offered);
/// Of those, what we read or write for that purpose (section 4.7).
[[nodiscard]] std::vector<rtc::sdp::ExtensionMap> accepted_extensions(
    const rtc::sdp::Section& offered, Purpose purpose);
/// What we offer ourselves (section 4.6): the dual subscriber's sections.
[[nodiscard]] std::vector<rtc::sdp::Codec> own_codecs(MediaKind kind);
[[nodiscard]] std::vector<rtc::sdp::ExtensionMap> own_extensions(MediaKind kind);

/// Takes the playout delay out where nobody asked for one: agreed on, it would be expected.
void leave_out_playout(std::vector<rtc::sdp::ExtensionMap>& extensions);

[[nodiscard]] std::vector<CodecConfig> codec_configs(const std::vector<rtc::sdp::Codec>& codecs);
[[nodiscard]] rtc::rtp::ExtensionIds extension_ids(
    const std::vector<rtc::sdp::ExtensionMap>& extensions);
/// The rids that a section sends, lowest layer first (D-42).
[[nodiscard]] std::vector<std::string> rids_low_to_high(const rtc::sdp::Section& section);
/// Streams that `a=ssrc` names, with the resends that FID pairs with them (D-44).
[[nodiscard]] std::vector<SsrcPair> streams_of(const rtc::sdp::Section& section);

}  // namespace vv::sfu::negotiation
