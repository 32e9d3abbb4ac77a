#pragma once

#include <string_view>

#include "base/result.hpp"

namespace vv::identity {
struct RoomClaims;
}

namespace vv::signaling {

/// Who may enter which room, asked after the token itself was verified. Bound by `server`: rooms
/// whose names begin with `meet_` belong to the marketplace (contract section 1, threat-model H10),
/// the others to API keys.
class Admission {
 public:
  virtual ~Admission() = default;
  /// `claims.video.room` is the room's name, `claims.identity` the person, `claims.scope` the key's
  /// reach.
  /// @return forbidden → 401, not_found → 404 "requested room does not exist"
  virtual Status admit(const identity::RoomClaims& claims) = 0;
  /// Whether a join may create the room when it is not there (contract: `auto_create`).
  virtual bool may_create(const identity::RoomClaims& claims) = 0;
  /// Whether the room plays back what one person in it says, to that person alone.
  virtual bool is_echo(std::string_view room) = 0;
};

/// Told who is in which room; bound by `server` to the market's presence mutations. Front loop
/// only.
class RoomObserver {
 public:
  virtual ~RoomObserver() = default;
  /// The person's connection stands (ParticipantInfo.State ACTIVE).
  virtual void participant_active(std::string_view room, std::string_view identity) = 0;
  /// Said once for every participant that was active. A person replaced by their own other tab is
  /// not left.
  virtual void participant_left(std::string_view room, std::string_view identity) = 0;
};

}  // namespace vv::signaling
