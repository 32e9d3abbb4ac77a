#include "identity/turn_credentials.hpp"

#include <gtest/gtest.h>

namespace vv::identity {
namespace {

// covers M21
TEST(TurnCredentials, AreThoseThatASharedSecretServerComputes) {
  // printf 1800000600:PA_1 | openssl dgst -sha1 -hmac north -binary | base64
  const TurnCredentials made =
      turn_credentials(Secret("north"), "PA_1", UnixMillis{1'800'000'600'999});
  EXPECT_EQ(made.username, "1800000600:PA_1");
  EXPECT_EQ(made.password, "o5rfVzyushG42cUQ3AeZYx6QZVE=");
}

}  // namespace
}  // namespace vv::identity
