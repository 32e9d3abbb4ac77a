#pragma once

#include <string>
#include <string_view>

#include "signaling/livekit/messages.hpp"

namespace vv::signaling {

/// `VP8`, `video/vp8` or `vp8` → `vp8`.
[[nodiscard]] std::string codec_name(std::string_view text);
/// `video/VP8`: the registered spelling.
[[nodiscard]] std::string mime_of(pb::TrackType type, std::string_view codec);

}  // namespace vv::signaling
