#pragma once

#include "base/result.hpp"
#include "rtc/sdp/session_description.hpp"
#include "sfu/negotiation/types.hpp"

// What answers and offers have in common.
namespace vv::sfu::negotiation {

/// The peer's end of the transport, which all live sections must agree on (D-8).
/// @return invalid when they do not, or when something is missing
[[nodiscard]] Result<RemoteTransport> remote_transport(
    const rtc::sdp::SessionDescription& description);

/// Session level of a description of ours: ICE-lite, BUNDLE of `sections`.
[[nodiscard]] rtc::sdp::SessionDescription session_of(std::uint64_t id, std::uint64_t version,
                                                      std::vector<rtc::sdp::Section> sections);
/// A section with our transport in it and no media yet.
[[nodiscard]] rtc::sdp::Section section_of(rtc::sdp::MediaKind kind, std::string mid,
                                           const LocalTransport& local, rtc::sdp::Setup setup);
/// Makes it a data section (D-46).
void add_data(rtc::sdp::Section& section);
/// msid, ssrc and FID lines of a track we send (D-22, D-26).
void add_sender(rtc::sdp::Section& section, const SenderSpec& sender, const SsrcPair& streams);
/// The sender's configuration from the client's section and the codecs agreed on.
[[nodiscard]] SenderConfig sender_config(const rtc::sdp::Section& theirs,
                                         const std::vector<rtc::sdp::Codec>& codecs,
                                         const SenderSpec& sender, const SsrcPair& streams);
[[nodiscard]] MediaKind media_kind(rtc::sdp::MediaKind kind);

}  // namespace vv::sfu::negotiation
