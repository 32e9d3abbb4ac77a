#include "signaling/twirp/twirp.hpp"

#include <gtest/gtest.h>

#include "livekit_room.pb.h"

namespace vv::signaling::twirp {
namespace {

TEST(Twirp, BothSpellingsOfNamesAreRead) {
  for (const std::string_view body :
       {R"({"name":"r","emptyTimeout":7,"later":1})", R"({"name":"r","empty_timeout":7})"}) {
    ::livekit::CreateRoomRequest request;
    ASSERT_TRUE(decode(Encoding::Json, body, request)) << body;
    EXPECT_EQ(request.empty_timeout(), 7U);
  }
}

TEST(Twirp, RoomJsonUsesLowerCamelAndIntegersAsText) {
  ::livekit::Room room;
  room.set_creation_time(1'800'000'000);
  EXPECT_EQ(encode(Encoding::Json, room), R"({"creationTime":"1800000000"})");
}

// covers H20
TEST(Twirp, DeepJsonIsRefused) {
  ::livekit::CreateRoomRequest request;
  EXPECT_FALSE(decode(Encoding::Json,
                      R"({"later":)" + std::string(10'000, '[') + std::string(10'000, ']') + "}",
                      request));
  EXPECT_FALSE(decode(Encoding::Json, "{\"name\":\"\xff\"}", request));
}

TEST(Twirp, ContentTypeParametersAreIgnoredOnTheWayIn) {
  EXPECT_EQ(encoding_of("application/json;charset=UTF-8"), Encoding::Json);
  EXPECT_EQ(encoding_of("application/protobuf"), Encoding::Protobuf);
  EXPECT_EQ(encoding_of("text/plain"), std::nullopt);
}

TEST(Twirp, FailuresNameTheirCode) {
  EXPECT_EQ(to_json({Code::NotFound, "requested room does not exist"}),
            R"({"code":"not_found","msg":"requested room does not exist"})");
  EXPECT_EQ(http_status(Code::Unauthenticated), 401);
  EXPECT_EQ(http_status(Code::FailedPrecondition), 412);
  EXPECT_EQ(http_status(Code::Canceled), 408);
  EXPECT_EQ(http_status(Code::Unavailable), 503);
}

}  // namespace
}  // namespace vv::signaling::twirp
