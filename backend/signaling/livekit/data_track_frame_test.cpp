#include "signaling/livekit/data_track_frame.hpp"

#include <gtest/gtest.h>

namespace vv::signaling {
namespace {

TEST(DataTrackFrame, TheHandleAloneIsRewritten) {
  ByteVector packet{0x18, 0, 0, 7, 1, 2, 3, 4, 9, 9, 9, 9, 42};
  const auto header = read_data_track_header(packet);
  ASSERT_TRUE(header);
  EXPECT_TRUE(header->start && header->final);
  EXPECT_EQ(header->handle, 7);
  EXPECT_EQ(header->sequence, 0x0102);
  EXPECT_EQ(header->frame, 0x0304);
  write_data_track_handle(packet, 0x0A0B);
  EXPECT_EQ(packet, (ByteVector{0x18, 0, 0x0A, 0x0B, 1, 2, 3, 4, 9, 9, 9, 9, 42}));
}

TEST(DataTrackFrame, WhatIsShorterThanItSaysIsRefused) {
  EXPECT_FALSE(read_data_track_header({}));
  EXPECT_FALSE(read_data_track_header(ByteVector(11, 1)));
  ByteVector packet(16, 0);
  packet[3] = 1;
  EXPECT_TRUE(read_data_track_header(packet));
  packet[0] = 0x04;  // extended: one word of extensions, then two
  EXPECT_TRUE(read_data_track_header(packet));
  packet[13] = 1;
  EXPECT_FALSE(read_data_track_header(packet));
  packet[0] = 0x20;  // another version
  EXPECT_FALSE(read_data_track_header(packet));
}

}  // namespace
}  // namespace vv::signaling
