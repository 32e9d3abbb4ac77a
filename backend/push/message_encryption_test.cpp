#include "push/message_encryption.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/encoding.hpp"

namespace vv::push {
namespace {

ByteVector decoded(std::string_view text) { return base64_decode(text).value(); }

// RFC 8291 §5 and appendix A
constexpr std::string_view kSenderNumber = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
constexpr std::string_view kSenderPoint =
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
constexpr std::string_view kReceiver =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
constexpr std::string_view kAuth = "BTBZMqHH6r4Tts7J_aSIgg";
constexpr std::string_view kSalt = "DGv6ra1nlYgDCS1FRnbzlw";
constexpr std::string_view kBody =
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6T"
    "lzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4"
    "a-fN";

Result<ByteVector> seal_example(Bytes plain, Bytes receiver, Bytes auth) {
  auto key = P256Key::from_parts(decoded(kSenderNumber), decoded(kSenderPoint));
  VV_CHECK(key.has_value(), "the RFC's key is one");
  Sealing sealing{.receiver = receiver, .auth = auth, .sender = *key};
  const ByteVector salt = decoded(kSalt);
  std::copy(salt.begin(), salt.end(), sealing.salt.begin());
  return seal(plain, sealing);
}

TEST(PushEncryption, SealsTheExampleOfTheRfcByteForByte) {
  const auto body = seal_example(as_bytes("When I grow up, I want to be a watermelon"),
                                 decoded(kReceiver), decoded(kAuth));
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(base64url_encode(*body), kBody);
}

TEST(PushEncryption, KnowsAPointWhenItSeesOne) {
  ByteVector point = decoded(kReceiver);
  EXPECT_TRUE(is_point(point));
  point.back() ^= 1;
  EXPECT_FALSE(is_point(point));
  EXPECT_FALSE(is_point({}));
}

TEST(PushEncryption, RefusesKeysThatAreNone) {
  const ByteVector auth = decoded(kAuth);
  ByteVector off_the_curve = decoded(kReceiver);
  off_the_curve.back() ^= 1;
  EXPECT_FALSE(seal_example({}, off_the_curve, auth));
  EXPECT_FALSE(seal_example({}, ByteVector(kPointSize), auth));
  EXPECT_FALSE(seal_example({}, ByteVector(3), auth));
  EXPECT_FALSE(seal_example({}, decoded(kReceiver), ByteVector(15)));
}

TEST(PushEncryption, HoldsOneRecordAndNotAByteMore) {
  const ByteVector receiver = decoded(kReceiver);
  const ByteVector auth = decoded(kAuth);
  const auto full = seal_example(ByteVector(kMaxPlain, 'x'), receiver, auth);
  ASSERT_TRUE(full);
  EXPECT_EQ(full->size(), kRecordSize);
  EXPECT_FALSE(seal_example(ByteVector(kMaxPlain + 1, 'x'), receiver, auth));
}

TEST(P256Key, IsTheSameAfterItWasWrittenAndRead) {
  const auto key = P256Key::generate();
  ASSERT_TRUE(key);
  const auto pem = key->pem();
  ASSERT_TRUE(pem);
  const auto again = P256Key::from_pem(*pem);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->point(), key->point());
  EXPECT_FALSE(P256Key::from_pem("no key"));
}

}  // namespace
}  // namespace vv::push
