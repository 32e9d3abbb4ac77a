#include "server/rooms.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "identity/ended_logins.hpp"
#include "identity/room_tokens.hpp"
#include "market/doorkeeper.hpp"
#include "reactive/internals.hpp"
#include "reactive/scheduler.hpp"
#include "server/functions.hpp"
#include "store/store.hpp"
#include "video/engine.hpp"

namespace vv::server {
namespace {

using identity::KeyScope;

class SilentEngine final : public video::Engine {
 public:
  Result<video::Ticket> ticket(const video::TicketRequest&) override { return unavailable("no"); }
  void close(std::string) override {}
  void remove(std::string, std::string) override {}
};

class RoomsTest : public testing::Test {
 protected:
  RoomsTest() {
    const std::string path = testing::TempDir() + "/vv_rooms_test.db";
    for (const auto* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
    store_ = std::move(store::Store::open({.path = path}, make_schema())).value();
    scheduler_ = std::make_unique<reactive::Scheduler>(
        reactive::Scheduler::Ports{.store = *store_,
                                   .post = [](const std::function<void()>&) {},
                                   .now = {},
                                   .wall_now = {},
                                   .random = random_},
        reactive::Internals());
    doorkeeper_ =
        std::make_unique<market::Doorkeeper>(market::Doorkeeper::Ports{.store = *store_,
                                                                       .video = engine_,
                                                                       .random = random_,
                                                                       .now = wall_now,
                                                                       .scheduler = *scheduler_});
  }
  static identity::RoomClaims claims(KeyScope scope, std::string room) {
    identity::RoomClaims out;
    out.scope = scope;
    out.identity = "u1";
    out.video.room = std::move(room);
    return out;
  }

  SilentEngine engine_;
  SystemRandom random_;
  identity::EndedLogins ended_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<reactive::Scheduler> scheduler_;
  std::unique_ptr<market::Doorkeeper> doorkeeper_;
};

// covers H10
TEST_F(RoomsTest, MarketplaceRoomsAreClosedWithoutAnActiveSessionWhateverTheKey) {
  RoomAdmission admission(*doorkeeper_, ended_, true);
  for (const KeyScope scope : {KeyScope::Api, KeyScope::ApiAndAppRooms, KeyScope::Marketplace}) {
    const Status answer = admission.admit(claims(scope, "meet_unknown"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::NotFound);
  }
}

TEST_F(RoomsTest, AnEchoRoomOpensToItsOwnPersonAloneAndForNoApiKey) {
  RoomAdmission admission(*doorkeeper_, ended_, true);
  const std::string own = video::echo_room_of("u1");
  EXPECT_TRUE(is_app_room(own));
  EXPECT_TRUE(admission.is_echo(own));
  EXPECT_FALSE(admission.is_echo("meet_1"));
  EXPECT_TRUE(admission.admit(claims(KeyScope::Marketplace, own)));
  for (const auto& refused : {claims(KeyScope::Marketplace, video::echo_room_of("u2")),
                              claims(KeyScope::ApiAndAppRooms, own), claims(KeyScope::Api, own)}) {
    const Status answer = admission.admit(refused);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::NotFound);
  }
  identity::RoomClaims gone = claims(KeyScope::Marketplace, own);
  gone.login = "ended";
  ended_.add(gone.login, wall_now());
  EXPECT_FALSE(admission.admit(gone));
}

TEST_F(RoomsTest, OtherRoomsBelongToApiKeysAlone) {
  RoomAdmission admission(*doorkeeper_, ended_, true);
  EXPECT_TRUE(admission.admit(claims(KeyScope::Api, "lobby")));
  EXPECT_TRUE(admission.admit(claims(KeyScope::ApiAndAppRooms, "lobby")));
  EXPECT_FALSE(admission.admit(claims(KeyScope::Marketplace, "lobby")));
}

TEST_F(RoomsTest, AutoCreateIsForOtherRooms) {
  RoomAdmission closed(*doorkeeper_, ended_, false);
  EXPECT_FALSE(closed.may_create(claims(KeyScope::Api, "lobby")));
  EXPECT_TRUE(closed.may_create(claims(KeyScope::Marketplace, "meet_1")));
}

}  // namespace
}  // namespace vv::server
