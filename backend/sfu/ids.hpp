#pragma once

#include <cstdint>

#include "base/id.hpp"

namespace vv::sfu {

// Numbers chosen by the control plane, unique in the process and never used twice. A room's number
// also says which shard runs it.
using RoomId = Number<struct RoomTag>;
using ParticipantId = Number<struct ParticipantTag>;
/// One WebRTC transport of a participant: its only one, or the publisher's or subscriber's of two.
using TransportId = Number<struct TransportTag>;
using TrackId = Number<struct TrackTag>;
/// One track sent to one transport.
using SubscriptionId = Number<struct SubscriptionTag>;

}  // namespace vv::sfu
