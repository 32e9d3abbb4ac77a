#pragma once

#include "visavis_statistics.pb.h"

namespace vv::signaling {

class Room;

/// How everybody in the room is connected, and what they send and get.
[[nodiscard]] visavis::RoomStatistics statistics_of(const Room& room);

}  // namespace vv::signaling
