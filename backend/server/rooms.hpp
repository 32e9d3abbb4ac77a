#pragma once

#include "signaling/ports.hpp"

namespace vv::market {
class Doorkeeper;
}
namespace vv::identity {
class EndedLogins;
}

namespace vv::server {

/// Which rooms a token opens: the marketplace's (`meet_…`) by the market's word, the others to API
/// keys (contract section 1, threat-model H10).
class RoomAdmission final : public signaling::Admission {
 public:
  RoomAdmission(market::Doorkeeper& doorkeeper, const identity::EndedLogins& ended,
                bool auto_create)
      : doorkeeper_(doorkeeper), ended_(ended), auto_create_(auto_create) {}
  Status admit(const identity::RoomClaims& claims) override;
  bool may_create(const identity::RoomClaims& claims) override;
  bool is_echo(std::string_view room) override;

 private:
  market::Doorkeeper& doorkeeper_;
  const identity::EndedLogins& ended_;
  bool auto_create_;
};

/// Tells the market who is in its rooms.
class RoomPresence final : public signaling::RoomObserver {
 public:
  explicit RoomPresence(market::Doorkeeper& doorkeeper) : doorkeeper_(doorkeeper) {}
  void participant_active(std::string_view room, std::string_view identity) override;
  void participant_left(std::string_view room, std::string_view identity) override;

 private:
  market::Doorkeeper& doorkeeper_;
};

/// Whether the room is one person's own, to hear and see themselves (video/engine.hpp).
[[nodiscard]] bool is_echo_room(std::string_view room);
/// Whether the room belongs to the marketplace.
[[nodiscard]] bool is_app_room(std::string_view room);

}  // namespace vv::server
