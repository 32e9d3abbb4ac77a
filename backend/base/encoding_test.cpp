#include "base/encoding.hpp"

#include <gtest/gtest.h>

namespace vv {
namespace {

struct Vector {
  const char* text;
  const char* encoded;
};

// RFC 4648 §10
constexpr Vector kVectors[] = {{"", ""},
                               {"f", "Zg=="},
                               {"fo", "Zm8="},
                               {"foo", "Zm9v"},
                               {"foob", "Zm9vYg=="},
                               {"fooba", "Zm9vYmE="},
                               {"foobar", "Zm9vYmFy"}};

TEST(Base64, MatchesTheVectorsOfTheRfcBothWays) {
  for (const Vector& v : kVectors) {
    EXPECT_EQ(base64_encode(as_bytes(v.text)), v.encoded);
    const auto decoded = base64_decode(v.encoded);
    ASSERT_TRUE(decoded.has_value()) << v.encoded;
    EXPECT_EQ(as_text(*decoded), v.text);
  }
}

TEST(Base64, ReadsTheUrlSafeAlphabetWithAndWithoutPadding) {
  const ByteVector bytes{0xFB, 0xFF};
  EXPECT_EQ(base64url_encode(bytes), "-_8");
  EXPECT_EQ(base64_decode("-_8"), bytes);
  EXPECT_EQ(base64_decode("-_8="), bytes);
}

TEST(Base64, RefusesWrongLengthsAndCharacters) {
  for (const char* bad : {"A", "AB=", "A===", "AB C", "AB\n=", "===="}) {
    EXPECT_FALSE(base64_decode(bad).has_value()) << bad;
  }
}

TEST(Utf8, RefusesSurrogatesOverlongFormsAndCutSequences) {
  EXPECT_TRUE(is_utf8("déménagement — 😀"));
  for (const char* bad : {"\xED\xA0\x80", "\xC0\xAF", "\xE2\x82", "\xF5\x80\x80\x80", "\x80"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

// ASCII is passed over eight bytes at a time.
TEST(Utf8, SeesOneBadByteWhereverItStands) {
  for (std::size_t place = 0; place < 20; ++place) {
    std::string text(20, 'a');
    text[place] = '\xff';
    EXPECT_FALSE(is_utf8(text)) << place;
  }
}

}  // namespace
}  // namespace vv
