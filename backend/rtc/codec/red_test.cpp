#include "rtc/codec/red.hpp"

#include <gtest/gtest.h>

namespace vv::rtc::codec {
namespace {

// RFC 2198 §5: a copy of 3 bytes, 960 ticks older, and a frame of 2.
constexpr std::array<std::uint8_t, 10> kTwo{0xEF, 0x0F, 0x00, 0x03, 0x6F, 1, 2, 3, 8, 9};

TEST(Red, FindsTheNewestFrameBehindItsCopies) {
  const auto red = parse_red(kTwo);
  ASSERT_TRUE(red);
  EXPECT_EQ(red->blocks, 1);
  EXPECT_EQ(red->payload_type, 111);
  EXPECT_TRUE(red->is_of_one_type);
  EXPECT_EQ(ByteVector(red->primary.begin(), red->primary.end()), (ByteVector{8, 9}));
}

TEST(Red, WithoutCopiesIsAByteAndAFrame) {
  const std::array<std::uint8_t, 3> payload{0x6F, 8, 9};
  const auto red = parse_red(payload);
  ASSERT_TRUE(red);
  EXPECT_EQ(red->blocks, 0);
  EXPECT_EQ(red->primary.size(), 2U);
}

TEST(Red, TellsBlocksOfAnotherType) {
  auto payload = kTwo;
  payload[0] = 0x80;
  EXPECT_FALSE(parse_red(payload)->is_of_one_type);
}

TEST(Red, WhatIsCutShortIsNone) {
  EXPECT_FALSE(parse_red({}));
  for (std::size_t size = 1; size < kTwo.size() - 2; ++size) {
    EXPECT_FALSE(parse_red(Bytes{kTwo}.first(size))) << size;
  }
}

TEST(Red, NineBlocksAreTooMany) {
  const auto of = [](std::size_t blocks) {
    ByteVector payload;
    for (std::size_t i = 0; i < blocks; ++i) payload.insert(payload.end(), {0xEF, 0, 0, 0});
    payload.push_back(0x6F);
    return payload;
  };
  EXPECT_TRUE(parse_red(of(8)));
  EXPECT_FALSE(parse_red(of(9)));
}

}  // namespace
}  // namespace vv::rtc::codec
