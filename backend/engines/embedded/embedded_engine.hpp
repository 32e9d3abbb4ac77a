#pragma once

#include <functional>
#include <string>

#include "video/engine.hpp"

namespace vv::identity {
class RoomTokens;
}

namespace vv::engines {

/// Our own SFU in this process, behind the market's port.
///
/// Owns:    nothing: rooms appear in `signaling` when somebody joins.
/// Not its: who may join (Admission), the key's keeping (RoomTokens::kOwnKey).
class EmbeddedEngine final : public video::Engine {
 public:
  /// How to reach the rooms; bound by `server`. Any thread; return at once.
  struct Rooms {
    std::function<void(std::string room)> close;
    std::function<void(std::string room, std::string person)> remove;
  };
  EmbeddedEngine(const identity::RoomTokens& tokens, Rooms rooms);

  [[nodiscard]] Result<video::Ticket> ticket(const video::TicketRequest& request) override;
  void close(std::string room_name) override;
  void remove(std::string room_name, std::string user_id) override;

 private:
  const identity::RoomTokens& tokens_;
  Rooms rooms_;
};

}  // namespace vv::engines
