#pragma once

#include "livekit_webhook.pb.h"
#include "signaling/livekit/messages.hpp"

namespace vv::signaling {

/// Told what happens in rooms, in its order: where webhooks begin (livekit-wire.md 7.3).
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// `event` has its name, room, and what it is about; no id and no time yet.
  virtual void emit(pb::WebhookEvent event) = 0;
};

}  // namespace vv::signaling
