#include "engines/embedded/embedded_engine.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "identity/room_tokens.hpp"

namespace vv::engines {
namespace {

// covers H9
TEST(EmbeddedEngine, ATicketOpensOneRoomAndNothingOfTheAdminApi) {
  const identity::RoomTokens tokens(Secret(std::string(32, 'k')), {});
  EmbeddedEngine engine(tokens, {});
  const auto ticket = engine.ticket({.room_name = "meet_1",
                                     .user_id = "u1",
                                     .display_name = "Zoé",
                                     .base_url = "https://visavis.example",
                                     .login = "l1"});
  ASSERT_TRUE(ticket);
  EXPECT_EQ(ticket->server_url, "wss://visavis.example");
  EXPECT_LE(ticket->expires_at - wall_now(), minutes(10));
  const auto claims = tokens.verify(ticket->token, wall_now());
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->scope, identity::KeyScope::Marketplace);
  EXPECT_EQ(claims->identity, "u1");
  EXPECT_EQ(claims->login, "l1");
  EXPECT_EQ(claims->video.room, "meet_1");
  EXPECT_TRUE(claims->video.room_join && claims->video.may_publish());
  EXPECT_FALSE(claims->video.room_admin || claims->video.room_create || claims->video.room_list ||
               claims->video.room_record || claims->video.hidden ||
               claims->video.can_update_own_metadata);
}

TEST(EmbeddedEngine, AnEchoTicketIsShortAndSharesNoScreen) {
  const identity::RoomTokens tokens(Secret(std::string(32, 'k')), {});
  EmbeddedEngine engine(tokens, {});
  const auto ticket = engine.ticket({.room_name = video::echo_room_of("u1"),
                                     .user_id = "u1",
                                     .display_name = "",
                                     .base_url = "https://visavis.example",
                                     .login = "l1",
                                     .echo = true});
  ASSERT_TRUE(ticket);
  EXPECT_LE(ticket->expires_at - wall_now(), minutes(3));
  const auto claims = tokens.verify(ticket->token, wall_now());
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->video.can_publish_sources, (std::vector<std::string>{"camera", "microphone"}));
}

}  // namespace
}  // namespace vv::engines
