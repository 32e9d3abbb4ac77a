#pragma once

#include "signaling/ports.hpp"

namespace vv::net {
class Router;
}
namespace vv::identity {
class RoomTokens;
}

namespace vv::signaling {

class Rooms;

/// What the routes need; all outlive the router.
struct SignalRoutes {
  Rooms& rooms;
  const identity::RoomTokens& tokens;
  Admission& admission;
};

/// `/rtc`, `/rtc/v1` and their validate forms (livekit-wire.md 1.2 to 1.7).
void mount_signal_routes(net::Router& router, SignalRoutes ports);

}  // namespace vv::signaling
