#include "engines/embedded/embedded_engine.hpp"

#include "base/clock.hpp"
#include "identity/room_tokens.hpp"

namespace vv::engines {
namespace {

// threat-model H9: replaced every 5 minutes while connected, so that a resume has a live one.
constexpr Duration kTicketLifetime = minutes(10);
// To come in, and back within the life of the room (signaling's Room::kEchoLifetime).
constexpr Duration kEchoTicketLifetime = minutes(3);

/// `https://a` → `wss://a`.
std::string socket_url(const std::string& base_url) {
  return base_url.starts_with("http") ? "ws" + base_url.substr(4) : base_url;
}

}  // namespace

EmbeddedEngine::EmbeddedEngine(const identity::RoomTokens& tokens, Rooms rooms)
    : tokens_(tokens), rooms_(std::move(rooms)) {}

Result<video::Ticket> EmbeddedEngine::ticket(const video::TicketRequest& request) {
  const UnixMillis now = wall_now();
  identity::RoomClaims claims;
  claims.key = identity::RoomTokens::kOwnKey;
  claims.scope = identity::KeyScope::Marketplace;
  claims.identity = request.user_id;
  claims.name = request.display_name;
  claims.login = request.login;
  claims.has_video = true;
  claims.video.room_join = true;
  claims.video.room = request.room_name;
  claims.video.can_publish = true;
  claims.video.can_subscribe = true;
  claims.video.can_publish_data = true;
  claims.video.can_publish_sources = {"camera", "microphone"};
  if (!request.echo) {
    claims.video.can_publish_sources.emplace_back("screen_share");
    claims.video.can_publish_sources.emplace_back("screen_share_audio");
  }
  const Duration lifetime = request.echo ? kEchoTicketLifetime : kTicketLifetime;
  VV_ASSIGN_OR_RETURN(std::string token, tokens_.sign(claims, now, lifetime));
  return video::Ticket{.engine = "embedded",
                       .server_url = socket_url(request.base_url),
                       .token = std::move(token),
                       .room_name = request.room_name,
                       .expires_at = now + lifetime};
}

void EmbeddedEngine::close(std::string room_name) { rooms_.close(std::move(room_name)); }

void EmbeddedEngine::remove(std::string room_name, std::string user_id) {
  rooms_.remove(std::move(room_name), std::move(user_id));
}

}  // namespace vv::engines
