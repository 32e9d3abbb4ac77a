#pragma once

#include <string>
#include <string_view>

#include "base/random.hpp"
#include "signaling/livekit/messages.hpp"

namespace vv::signaling {

/// `RM_`, `PA_`, … followed by 12 characters of 57 (livekit-wire.md T-10).
[[nodiscard]] std::string make_sid(std::string_view prefix, Random& random);
/// `TR_`, a letter of the kind, one of the source, and the rest (T-11).
[[nodiscard]] std::string make_track_sid(pb::TrackType type, pb::TrackSource source,
                                         Random& random);

}  // namespace vv::signaling
