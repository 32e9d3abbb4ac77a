#include "rtc/codec/codec.hpp"

#include <gtest/gtest.h>

#include <array>

#include "rtc/codec/av1.hpp"
#include "rtc/codec/vp8.hpp"
#include "rtc/codec/vp9.hpp"

namespace vv::rtc::codec {
namespace {

// X with I, L and T+K; picture id 0x1234, TL0PICIDX 7, TID 2, Y, KEYIDX 5; then a key frame of
// 640x360.
const ByteVector kVp8Key{0x90, 0xF0, 0x92, 0x34, 0x07, 0xA5, 0x50, 0x42, 0x00,
                         0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01, 0x00};

TEST(Vp8, ReadsEveryFieldAndTheSizeOfAKeyFrame) {
  const auto d = parse_vp8(kVp8Key);
  ASSERT_TRUE(d.has_value());
  EXPECT_EQ(d->size, 6);
  EXPECT_EQ(d->picture_id, 0x1234);
  EXPECT_EQ(d->tl0_picture_index, 7);
  EXPECT_EQ(d->temporal, 2);
  EXPECT_TRUE(d->layer_sync);
  EXPECT_EQ(d->key_index, 5);
  EXPECT_TRUE(d->keyframe);
  EXPECT_EQ(d->resolution, (Resolution{640, 360}));

  const auto info = inspect(Kind::Vp8, kVp8Key, true, {});
  ASSERT_TRUE(info.has_value());
  EXPECT_TRUE(info->keyframe && info->start_of_frame && info->end_of_frame);
  EXPECT_EQ(info->temporal, 2);
}

// covers M13
TEST(Codecs, ACutPayloadIsRefusedAtEveryLength) {
  for (std::size_t size = 0; size <= 6; ++size) {
    EXPECT_FALSE(parse_vp8(Bytes{kVp8Key}.first(size)).has_value()) << size;
  }
  const ByteVector vp9{0xAA, 0x92, 0x34, 0x26, 7, 0x38, 1, 2, 3, 4, 5, 6, 7, 8, 1, 0x04, 9, 0};
  for (std::size_t size = 0; size < vp9.size(); ++size) {
    EXPECT_FALSE(parse_vp9(Bytes{vp9}.first(size)).has_value()) << size;
  }
  EXPECT_TRUE(parse_vp9(vp9).has_value());
  EXPECT_FALSE(inspect(Kind::H264, ByteVector{0x7C}, false, {}).has_value());
  EXPECT_FALSE(inspect(Kind::H264, ByteVector{0x78, 0, 5, 0x67}, false, {}).has_value());
  EXPECT_FALSE(inspect(Kind::Av1, ByteVector{0x08}, false, {}).has_value());
  EXPECT_FALSE(inspect(Kind::Opus, {}, false, {}).has_value());
}

TEST(Vp8, WritesADescriptorWithOtherNumbersInTheSameWidths) {
  const auto d = parse_vp8(kVp8Key);
  std::array<std::uint8_t, kMaxVp8Descriptor> out{};
  ASSERT_EQ(write_vp8_descriptor(out, kVp8Key, *d, 0x7FFF, 255), 6U);
  ByteVector rewritten{out.begin(), out.end()};
  rewritten.insert(rewritten.end(), kVp8Key.begin() + 6, kVp8Key.end());
  const auto moved = parse_vp8(rewritten);
  ASSERT_TRUE(moved.has_value());
  EXPECT_EQ(moved->picture_id, 0x1233);
  EXPECT_EQ(moved->tl0_picture_index, 6);
  EXPECT_EQ(moved->temporal, 2);
  EXPECT_EQ(write_vp8_descriptor(MutableBytes{out}.first(5), kVp8Key, *d, 0, 0), 0U);
}

Vp8Descriptor frame(std::uint16_t picture_id, std::uint8_t tl0, std::uint8_t temporal = 0) {
  Vp8Descriptor d;
  d.size = 6;
  d.start_of_partition = true;
  d.picture_id = picture_id & 0x7FFF;
  d.long_picture_id = true;
  d.tl0_picture_index = tl0;
  d.has_temporal = true;
  d.temporal = temporal;
  return d;
}

TEST(Vp8Rewriter, PictureIdsStayContiguousAcrossDropsAndSwitchesAndTheWrap) {
  Vp8Rewriter rewriter;
  std::uint16_t expected = 32'760;
  const auto sent = [&](const Vp8Descriptor& d) {
    return static_cast<std::uint16_t>((*d.picture_id + rewriter.forward(d).picture_id) & 0x7FFF);
  };
  for (std::uint16_t i = 0; i < 20; ++i) {
    const Vp8Descriptor d = frame(static_cast<std::uint16_t>(32'760 + i), 1, i % 2);
    if (i % 2 == 1) {
      rewriter.drop(d);
      continue;
    }
    ASSERT_EQ(sent(d), expected);
    ASSERT_EQ(sent(d), expected);  // its second packet
    expected = (expected + 1) & 0x7FFF;
  }
  rewriter.switch_source();
  const Vp8Descriptor other = frame(77, 200);
  const auto offsets = rewriter.forward(other);
  EXPECT_EQ((77 + offsets.picture_id) & 0x7FFF, expected);
  EXPECT_EQ(static_cast<std::uint8_t>(200 + offsets.tl0), 2);
}

TEST(Vp8Rewriter, ALatePacketKeepsTheNumbersOfItsOwnFrame) {
  Vp8Rewriter rewriter;
  const auto first = rewriter.forward(frame(10, 1));
  rewriter.drop(frame(11, 1, 2));
  const auto second = rewriter.forward(frame(12, 2));
  EXPECT_NE(first.picture_id, second.picture_id);
  EXPECT_EQ(rewriter.forward(frame(10, 1)).picture_id, first.picture_id);
  rewriter.drop(frame(9, 1, 2));  // late and unwanted: closes no gap twice
  EXPECT_EQ(rewriter.forward(frame(13, 3)).picture_id, second.picture_id);
}

TEST(Vp9, ReadsLayersKeyFramesAndTheStructure) {
  const ByteVector key{0xAA, 0x92, 0x34, 0x24, 7,    0x38, 1,    0x40, 0,
                       0xB4, 2,    0x80, 1,    0x68, 1,    0x04, 9,    0};
  const auto d = parse_vp9(key);
  ASSERT_TRUE(d.has_value());
  EXPECT_EQ(d->picture_id, 0x1234);
  EXPECT_EQ(d->temporal, 1);
  EXPECT_EQ(d->spatial, 2);
  EXPECT_EQ(d->resolution, (Resolution{640, 360}));
  EXPECT_FALSE(inspect(Kind::Vp9, key, false, {})->keyframe);  // spatial layer 2
  const ByteVector base{0xA8, 0x12, 0x00, 7, 0x55};
  EXPECT_TRUE(inspect(Kind::Vp9, base, false, {})->keyframe);
  const ByteVector delta{0xE8, 0x12, 0x00, 7, 0x55};
  EXPECT_FALSE(inspect(Kind::Vp9, delta, false, {})->keyframe);
}

TEST(H264, FindsKeyFramesInEveryPacketization) {
  const auto is_key = [](const ByteVector& payload) {
    return inspect(Kind::H264, payload, false, {})->keyframe;
  };
  EXPECT_TRUE(is_key({0x65, 1}));
  EXPECT_TRUE(is_key({0x67, 1}));
  EXPECT_FALSE(is_key({0x61, 1}));
  EXPECT_TRUE(is_key({0x78, 0, 1, 0x06, 0, 2, 0x67, 1}));
  EXPECT_FALSE(is_key({0x78, 0, 1, 0x06}));
  EXPECT_TRUE(is_key({0x7C, 0x85, 1}));
  EXPECT_FALSE(is_key({0x7C, 0x45, 1}));
  EXPECT_FALSE(is_key({0x7C, 0x81, 1}));
}

TEST(Av1, FindsKeyFramesByTheAggregationHeaderOrTheDescriptor) {
  EXPECT_TRUE(inspect(Kind::Av1, ByteVector{0x18, 0x0A}, false, {})->keyframe);
  EXPECT_FALSE(inspect(Kind::Av1, ByteVector{0x10, 0x32}, false, {})->keyframe);
  const ByteVector with_structure{0x80, 0x00, 0x01, 0x80, 0};
  EXPECT_TRUE(inspect(Kind::Av1, ByteVector{0x10, 0x32}, false, with_structure)->keyframe);
  const ByteVector without{0xC1, 0x00, 0x02};
  const auto info = inspect(Kind::Av1, ByteVector{0x10, 0x32}, false, without);
  EXPECT_FALSE(info->keyframe);
  EXPECT_TRUE(info->start_of_frame && info->end_of_frame);
  EXPECT_EQ(parse_dependency_descriptor(without)->frame_number, 2);
}

TEST(Codecs, KnowTheirNames) {
  EXPECT_EQ(kind_of("opus"), Kind::Opus);
  EXPECT_EQ(kind_of("VP8"), Kind::Vp8);
  EXPECT_EQ(kind_of("AV1"), Kind::Av1);
  EXPECT_EQ(kind_of("VP80"), Kind::Other);
}

}  // namespace
}  // namespace vv::rtc::codec
