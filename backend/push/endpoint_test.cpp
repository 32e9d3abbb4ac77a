#include "push/endpoint.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>

namespace vv::push {
namespace {

TEST(PushEndpoint, TakesWhatPushServicesGive) {
  const auto endpoint =
      parse_endpoint("https://fcm.example.com/fcm/send/abc:DEF_-?x=1", Reach::Public);
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->host, "fcm.example.com");
  EXPECT_EQ(endpoint->port, 443);
  EXPECT_EQ(endpoint->target, "/fcm/send/abc:DEF_-?x=1");
  EXPECT_EQ(endpoint->origin(), "https://fcm.example.com");
  EXPECT_TRUE(parse_endpoint("https://a.example:443/x", Reach::Public));
}

// covers H21
TEST(PushEndpoint, RefusesWhatWouldHaveUsKnockElsewhere) {
  for (const auto* url :
       {"http://push.example/x", "https://push.example:8443/x", "https://127.0.0.1/x",
        "https://[::1]/x", "https://2130706433/x", "https://0x7f.1/x", "https://localhost/x",
        "https://me:secret@push.example/x", "https://push.example#x", "https://PUSH.example/x",
        "https://push.example/a b", "https://push.example/a\r\nHost: b", "ftp://push.example/",
        "https:///x", "https://.example/x", "https://push.example:/x", "https://push.example:x/",
        ""}) {
    EXPECT_FALSE(parse_endpoint(url, Reach::Public)) << url;
  }
  EXPECT_FALSE(
      parse_endpoint("https://a.example/" + std::string(kMaxEndpoint, 'x'), Reach::Public));
}

TEST(PushEndpoint, TakesAPushServiceOfOnesOwnInDevelopmentAlone) {
  const auto own = parse_endpoint("http://localhost:9999/push/1", Reach::Any);
  ASSERT_TRUE(own);
  EXPECT_EQ(own->origin(), "http://localhost:9999");
  EXPECT_FALSE(parse_endpoint("http://10.0.0.1/x", Reach::Any));
}

TEST(PushEndpoint, KnowsTheServicesOfBrowsersAndThoseOfTheOperator) {
  for (const auto* host : {"fcm.googleapis.com", "updates.push.services.mozilla.com",
                           "db5p.notify.windows.com", "web.push.apple.com"}) {
    EXPECT_TRUE(is_push_service(host, {})) << host;
  }
  for (const auto* host : {"fcm.googleapis.com.evil.example", "evilpush.apple.com", "example.org",
                           "googleapis.com", "", "ntfy.example.org"}) {
    EXPECT_FALSE(is_push_service(host, {})) << host;
  }
  const std::vector<std::string> more = {"ntfy.example.org"};
  EXPECT_TRUE(is_push_service("ntfy.example.org", more));
  EXPECT_FALSE(is_push_service("example.org", more));
}

bool is_public(const char* text) {
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, text, bytes.data()) == 1) return is_public_address(Bytes(bytes).first(4));
  EXPECT_EQ(inet_pton(AF_INET6, text, bytes.data()), 1) << text;
  return is_public_address(bytes);
}

// covers H21
TEST(PushEndpoint, ConnectsToAddressesThatEverybodyShares) {
  for (const auto* text : {"1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "2606:4700::1111"}) {
    EXPECT_TRUE(is_public(text)) << text;
  }
  for (const auto* text : {"0.0.0.0",
                           "10.1.2.3",
                           "100.64.0.1",
                           "127.0.0.1",
                           "169.254.169.254",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "198.19.0.1",
                           "224.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:8.8.8.8",
                           "fe80::1",
                           "fd00::1",
                           "ff02::1",
                           "2001:db8::1",
                           "2002:7f00:1::",
                           "64:ff9b::7f00:1"}) {
    EXPECT_FALSE(is_public(text)) << text;
  }
  EXPECT_FALSE(is_public_address({}));
}

}  // namespace
}  // namespace vv::push
