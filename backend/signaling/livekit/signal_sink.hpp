#pragma once

#include <cstdint>

#include "signaling/livekit/messages.hpp"
#include "signaling/livekit/shared_message.hpp"

namespace vv::signaling {

/// Where a participant's messages go: one WebSocket. Replaced when the participant resumes.
class SignalSink {
 public:
  virtual ~SignalSink() = default;
  virtual void send(const pb::SignalResponse& message) = 0;
  /// The same for what many are sent.
  virtual void send_shared(const SharedMessage& message) { send(message.message()); }
  /// Sends what is queued, then closes (1000, S-38). Nothing is sent afterwards.
  virtual void close() = 0;
};

}  // namespace vv::signaling
