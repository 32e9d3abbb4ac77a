#include "signaling/livekit/shared_message.hpp"

#include <google/protobuf/util/json_util.h>

#include <utility>

namespace vv::signaling {

SharedMessage::SharedMessage(pb::SignalResponse message) : message_(std::move(message)) {}

const std::string& SharedMessage::binary() const {
  if (binary_.empty() && !message_.SerializeToString(&binary_)) binary_.clear();
  return binary_;
}

const std::string& SharedMessage::json() const {
  if (json_.empty() && !google::protobuf::util::MessageToJsonString(message_, &json_).ok())
    json_.clear();
  return json_;
}

}  // namespace vv::signaling
