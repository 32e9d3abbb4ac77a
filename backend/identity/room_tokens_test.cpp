#include "identity/room_tokens.hpp"

#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/encoding.hpp"

namespace vv::identity {
namespace {

constexpr UnixMillis kNow{1'800'000'000'000};
constexpr const char* kSecret = "a secret of at least 32 characters, or more";

RoomTokens tokens() {
  return RoomTokens{Secret{"the marketplace's own secret, of 32 bytes or more"},
                    {{.name = "APIabc", .secret = Secret{kSecret}, .app_rooms = false},
                     {.name = "APIdef",
                      .secret = Secret{"another secret of at least 32 chars"},
                      .app_rooms = true}}};
}

RoomClaims claims(std::string key = "APIabc") {
  RoomClaims claims;
  claims.key = std::move(key);
  claims.identity = "amina";
  claims.name = "Amina";
  claims.attributes = {{"role", "demandeur"}};
  claims.has_video = true;
  claims.video = {
      .room_join = true, .room = "meet_1", .can_publish_sources = {"camera", "microphone"}};
  return claims;
}

/// A token with exactly these parts, signed with kSecret whatever the header claims.
std::string token_of(std::string_view header, std::string_view payload) {
  std::string text = base64url_encode(as_bytes(header)) + "." + base64url_encode(as_bytes(payload));
  std::array<std::uint8_t, 32> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), kSecret, static_cast<int>(std::string_view(kSecret).size()),
       as_bytes(text).data(), text.size(), mac.data(), &size);
  return text + "." + base64url_encode(mac);
}

constexpr std::string_view kHeader = R"({"alg":"HS256"})";
constexpr std::string_view kPayload =
    R"({"iss":"APIabc","sub":"a","exp":1800000100,"video":{"roomJoin":true}})";

TEST(RoomTokens, WhatWasSignedIsReadBack) {
  const Result<std::string> token = tokens().sign(claims(), kNow, minutes(10));
  ASSERT_TRUE(token);
  const Result<RoomClaims> read = tokens().verify(*token, kNow);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->identity, "amina");
  EXPECT_EQ(read->name, "Amina");
  EXPECT_EQ(read->attributes.at("role"), "demandeur");
  EXPECT_TRUE(read->video.room_join);
  EXPECT_EQ(read->video.room, "meet_1");
  EXPECT_THAT(read->video.can_publish_sources, testing::ElementsAre("camera", "microphone"));
  EXPECT_EQ(read->expires_at, kNow + minutes(10));
}

TEST(RoomTokens, TheRoomsConfigurationTravelsAsItIs) {
  RoomClaims with = claims();
  with.room_config = R"({"maxParticipants":2,"metadata":"m"})";
  const auto read = tokens().verify(*tokens().sign(with, kNow, minutes(1)), kNow);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->room_config, with.room_config);
  EXPECT_EQ(tokens().verify(*tokens().sign(claims(), kNow, minutes(1)), kNow)->room_config, "");
}

TEST(RoomTokens, ScopeFollowsTheKeyAndNotTheClaims) {
  const RoomTokens all = tokens();
  EXPECT_EQ(all.verify(*all.sign(claims("APIabc"), kNow, minutes(1)), kNow)->scope, KeyScope::Api);
  EXPECT_EQ(all.verify(*all.sign(claims("APIdef"), kNow, minutes(1)), kNow)->scope,
            KeyScope::ApiAndAppRooms);
  EXPECT_EQ(all.verify(*all.sign(claims("visavis"), kNow, minutes(1)), kNow)->scope,
            KeyScope::Marketplace);
}

TEST(RoomTokens, PermissionsLeftOutAreGranted) {
  const Result<RoomClaims> read = tokens().verify(token_of(kHeader, kPayload), kNow);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->video.may_publish());
  EXPECT_TRUE(read->video.may_subscribe());
  EXPECT_TRUE(read->video.may_publish_data());
  EXPECT_FALSE(read->video.can_update_own_metadata);
  EXPECT_FALSE(read->video.room_admin);
}

TEST(RoomTokens, DataFollowsPublishWhenOnlyPublishIsDenied) {
  VideoGrant grant;
  grant.can_publish = false;
  EXPECT_FALSE(grant.may_publish_data());
}

// covers H8
TEST(RoomTokens, OnlyPlainHs256IsBelieved) {
  for (const std::string_view header :
       {R"({"alg":"none"})", R"({"alg":"HS512"})", R"({"alg":"RS256"})", R"({})",
        R"({"alg":"HS256","crit":["b64"]})", R"({"alg":"HS256","jku":"https://evil.example"})",
        R"({"alg":"HS256","jwk":{}})", R"({"alg":"HS256","x5u":"https://evil.example"})"}) {
    EXPECT_FALSE(tokens().verify(token_of(header, kPayload), kNow)) << header;
  }
}

TEST(RoomTokens, ExpiryIsRequiredAndHasSixtySecondsOfLeeway) {
  EXPECT_FALSE(tokens().verify(token_of(kHeader, R"({"iss":"APIabc","sub":"a"})"), kNow));
  const std::string token = token_of(kHeader, kPayload);
  constexpr UnixMillis kExpiry{1'800'000'100'000};
  EXPECT_TRUE(tokens().verify(token, kExpiry + seconds(60)));
  EXPECT_FALSE(tokens().verify(token, kExpiry + seconds(61)));
}

TEST(RoomTokens, NotBeforeIsHonoured) {
  const std::string token =
      token_of(kHeader, R"({"iss":"APIabc","sub":"a","exp":1900000000,"nbf":1800000100})");
  EXPECT_FALSE(tokens().verify(token, kNow));
  EXPECT_TRUE(tokens().verify(token, kNow + seconds(40)));
}

TEST(RoomTokens, RefusalsUseTheWordsClientsKnow) {
  const std::string wrong_key =
      token_of(kHeader, R"({"iss":"APInone","sub":"a","exp":1900000000})");
  EXPECT_EQ(tokens().verify(wrong_key, kNow).error().message, "invalid API key");
  EXPECT_EQ(tokens().verify("nonsense", kNow).error().message, "invalid authorization token");
  std::string broken = token_of(kHeader, kPayload);
  broken[broken.size() - 5] = broken[broken.size() - 5] == 'A' ? 'B' : 'A';
  EXPECT_THAT(tokens().verify(broken, kNow).error().message,
              testing::StartsWith("invalid authorization token: "));
}

TEST(RoomTokens, SizeAndPartsAreCheckedFirst) {
  EXPECT_FALSE(tokens().verify("a.b.c.d", kNow));
  EXPECT_FALSE(tokens().verify("a.b", kNow));
  const std::string padding(RoomTokens::kMaxTokenBytes, 'x');
  const std::string huge =
      token_of(kHeader, R"({"iss":"APIabc","sub":"a","exp":1900000000,"name":")" + padding + "\"}");
  EXPECT_FALSE(tokens().verify(huge, kNow));
}

}  // namespace
}  // namespace vv::identity
