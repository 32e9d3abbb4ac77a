#pragma once

// LiveKit's generated messages under a short name; only .cpp files and livekit/'s own headers see
// them.
#include "livekit_models.pb.h"
#include "livekit_rtc.pb.h"

namespace vv::signaling {
namespace pb = ::livekit;

/// protobuf's own log would write a line to stderr for every string of a stranger's that is no
/// UTF-8 (threat-model H23). Off for the whole process; parsing fails as before.
void silence_protobuf_log();
}  // namespace vv::signaling
