#pragma once

#include <optional>
#include <string>

#include "net/websocket/socket.hpp"
#include "signaling/livekit/join_options.hpp"
#include "signaling/livekit/rooms.hpp"

namespace vv::signaling {

/// One signalling WebSocket: frames to messages and back, in the encoding the client last used
/// (S-2).
class SignalSession final : public net::SocketSession, private SignalSink {
 public:
  /// `rooms` outlives every session.
  SignalSession(Rooms& rooms, identity::RoomClaims claims, JoinOptions options);

  void on_open(net::WebSocket& socket) override;
  void on_text(std::string_view message) override;
  void on_binary(Bytes message) override;
  void on_closed(std::uint16_t code, std::string_view reason) override;

 private:
  void send(const pb::SignalResponse& message) override;
  void send_shared(const SharedMessage& message) override;
  void close() override;
  void refuse();

  Rooms& rooms_;
  identity::RoomClaims claims_;
  JoinOptions options_;
  net::WebSocket* socket_ = nullptr;
  std::optional<Rooms::Seat> seat_;
  bool json_ = false;
};

}  // namespace vv::signaling
