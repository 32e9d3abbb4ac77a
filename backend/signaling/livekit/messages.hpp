#pragma once

// LiveKit's generated messages under a short name; only .cpp files and livekit/'s own headers see them.
#include "livekit_models.pb.h"
#include "livekit_rtc.pb.h"

namespace vv::signaling {
namespace pb = ::livekit;
}  // namespace vv::signaling
