#include "server/rooms.hpp"

#include <string>

#include "identity/ended_logins.hpp"
#include "identity/room_tokens.hpp"
#include "market/doorkeeper.hpp"
#include "video/engine.hpp"

namespace vv::server {

using identity::KeyScope;

bool is_echo_room(std::string_view room) { return room.starts_with(video::kEchoRooms); }

bool is_app_room(std::string_view room) { return room.starts_with("meet_"); }

Status RoomAdmission::admit(const identity::RoomClaims& claims) {
  const std::string& room = claims.video.room;
  if (is_echo_room(room)) {
    const bool own = claims.scope == KeyScope::Marketplace &&
                     room == video::echo_room_of(claims.identity) && !ended_.contains(claims.login);
    if (!own) return not_found("requested room does not exist");
    return {};
  }
  if (is_app_room(room)) {
    // H17: whoever may not know of the room learns nothing from the answer.
    if (claims.scope == KeyScope::Api) return not_found("requested room does not exist");
    if (ended_.contains(claims.login) || !doorkeeper_.may_join(room, claims.identity)) {
      return not_found("requested room does not exist");
    }
    return {};
  }
  // Our own key signs tickets for the marketplace's rooms, and opens no other.
  if (claims.scope == KeyScope::Marketplace) return forbidden("permissions denied");
  return {};
}

bool RoomAdmission::may_create(const identity::RoomClaims& claims) {
  return is_app_room(claims.video.room) || auto_create_;
}

bool RoomAdmission::is_echo(std::string_view room) { return is_echo_room(room); }

void RoomPresence::participant_active(std::string_view room, std::string_view identity) {
  if (is_app_room(room) && !is_echo_room(room))
    doorkeeper_.joined(std::string(room), std::string(identity));
}

void RoomPresence::participant_left(std::string_view room, std::string_view identity) {
  if (is_app_room(room) && !is_echo_room(room))
    doorkeeper_.left(std::string(room), std::string(identity));
}

}  // namespace vv::server
