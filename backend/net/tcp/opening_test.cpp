#include "net/tcp/opening.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace vv::net {
namespace {

/// A framed binding request with `attributes` bytes behind its head.
ByteVector check(std::size_t attributes) {
  ByteVector frame(22 + attributes, 0xEE);
  store_be16(frame.data(), static_cast<std::uint16_t>(20 + attributes));
  store_be16(&frame[2], 0x0001);
  store_be16(&frame[4], static_cast<std::uint16_t>(attributes));
  store_be32(&frame[6], 0x2112A442);
  return frame;
}

Opening::Kind kind_of(std::string_view text) { return read_opening(as_bytes(text)).kind; }

TEST(Opening, ACheckIsKnownOnceItIsWholeAndNotBefore) {
  for (const std::size_t attributes : {0U, 4U, 80U, 232U, 236U, 1'480U}) {
    const ByteVector frame = check(attributes);
    std::size_t wanted = 1;
    for (std::size_t size = 0; size < frame.size(); ++size) {
      const Opening opening = read_opening(Bytes{frame}.first(size));
      ASSERT_EQ(opening.kind, Opening::Kind::Unknown) << size << " of " << frame.size();
      // It asks for more than there is, never for more than there will be, and never for less than
      // it asked before.
      ASSERT_GT(opening.size, size);
      ASSERT_GE(opening.size, wanted);
      ASSERT_LE(opening.size, frame.size());
      wanted = opening.size;
    }
    ByteVector and_more = frame;
    and_more.insert(and_more.end(), 100, 0x16);
    for (const ByteVector& bytes : {frame, and_more}) {
      const Opening opening = read_opening(bytes);
      EXPECT_EQ(opening.kind, Opening::Kind::Check);
      EXPECT_EQ(opening.size, frame.size());
    }
  }
}

TEST(Opening, TheWebIsKnownByItsFirstByte) {
  EXPECT_EQ(kind_of("G"), Opening::Kind::Web);
  EXPECT_EQ(kind_of("\r"), Opening::Kind::Web);    // a lenient client's empty line
  EXPECT_EQ(kind_of("\x16"), Opening::Kind::Web);  // a TLS hello
  EXPECT_EQ(kind_of("\x06"), Opening::Kind::Web);  // a frame longer than any packet
  EXPECT_EQ(kind_of("\x80"), Opening::Kind::Web);  // what nobody knows is theirs to refuse
  EXPECT_EQ(kind_of(""), Opening::Kind::Unknown);
}

TEST(Opening, AByteThatNoCheckHasMakesItTheWebsAtOnce) {
  const ByteVector frame = check(80);
  for (std::size_t at = 0; at < 10; ++at) {
    for (int value = 0; value < 256; ++value) {
      ByteVector bytes = frame;
      bytes[at] = static_cast<std::uint8_t>(value);
      if (bytes[at] == frame[at]) continue;
      if (at == 0 && bytes[at] <= 5) continue;  // of the two lengths the second is wrong, then
      const bool first_of_length = at == 1 && bytes[at] >= 20 && bytes[at] % 4 == 0;
      const std::size_t known_at = first_of_length ? 6 : at + 1;
      EXPECT_EQ(read_opening(Bytes{bytes}.first(known_at)).kind, Opening::Kind::Web)
          << at << " " << value;
    }
  }
  // An answer, an indication, another method, a length that is no whole number of words.
  ByteVector answer = check(80);
  answer[2] = 0x01;
  EXPECT_EQ(read_opening(answer).kind, Opening::Kind::Web);
  EXPECT_EQ(read_opening(check(82)).kind, Opening::Kind::Web);
  EXPECT_EQ(read_opening(check(1'484)).kind, Opening::Kind::Web);
}

}  // namespace
}  // namespace vv::net
