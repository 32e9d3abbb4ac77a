#pragma once

#include <string>

#include "signaling/livekit/messages.hpp"

namespace vv::signaling {

/// One message for many receivers, encoded once however many they are. Of one thread, like all of
/// signalling.
class SharedMessage {
 public:
  explicit SharedMessage(pb::SignalResponse message);

  [[nodiscard]] const pb::SignalResponse& message() const { return message_; }
  /// Encoded when first asked for; empty when it cannot be.
  [[nodiscard]] const std::string& binary() const;
  [[nodiscard]] const std::string& json() const;

 private:
  pb::SignalResponse message_;
  mutable std::string binary_;
  mutable std::string json_;
};

}  // namespace vv::signaling
