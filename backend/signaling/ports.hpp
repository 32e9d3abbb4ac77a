#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

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

/// One event that one webhook receiver has not taken yet.
struct WaitingWebhook {
  std::string id;        ///< of the waiting, not of the event: each receiver has its own
  std::string resource;  ///< a room's name: its events are told in their order
  std::string url;
  std::string body;
  UnixMillis since;  ///< when it happened
};

/// Keeps what waits while there is no process (threat-model H22); bound by `server` to a table.
/// Front loop only. What is asked comes to pass in the order of asking.
class WebhookOutbox {
 public:
  virtual ~WebhookOutbox() = default;
  /// What an earlier process left, oldest first.
  [[nodiscard]] virtual std::vector<WaitingWebhook> waiting() = 0;
  virtual void keep(WaitingWebhook webhook) = 0;
  /// It was taken, or given up.
  virtual void forget(const std::string& id) = 0;
};

}  // namespace vv::signaling
