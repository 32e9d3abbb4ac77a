#pragma once

namespace vv::net {
class EventLoop;
class Router;
}  // namespace vv::net
namespace vv::identity {
class RoomTokens;
}

namespace vv::signaling {

class Rooms;

/// What RoomService needs; all outlive the router.
struct RoomServicePorts {
  Rooms& rooms;
  const identity::RoomTokens& tokens;
  net::EventLoop& loop;
};

/// `/twirp/**`: RoomService over JSON and protobuf (livekit-wire.md 1.8, 7.1). A token and the
/// method's grant are checked before the body is read (threat-model H11).
void mount_room_service(net::Router& router, RoomServicePorts ports);

}  // namespace vv::signaling
