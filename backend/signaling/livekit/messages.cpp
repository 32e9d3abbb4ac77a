#include "signaling/livekit/messages.hpp"

#include <google/protobuf/stubs/logging.h>

namespace vv::signaling {

void silence_protobuf_log() { google::protobuf::SetLogHandler(nullptr); }

}  // namespace vv::signaling
