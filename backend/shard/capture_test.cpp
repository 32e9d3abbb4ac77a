#include "shard/capture.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace vv::shard {
namespace {

const auto kClient = rtc::TransportAddress::v4({192, 0, 2, 1}, 5000);
const auto kServer = rtc::TransportAddress::v4({192, 0, 2, 9}, 7882);

Capture capture() {
  return {sfu::RoomId{1}, sfu::TransportId{2}, Instant{} + seconds(5),
          UnixMillis{1'800'000'000'000}};
}

TEST(Capture, OfAMediaPacketTheHeaderAndItsExtensionsAreKeptAndNothingBehindThem) {
  ByteVector packet(200, 0xEE);
  packet[0] = 0x90;  // RTP with an extension
  packet[1] = 111;
  store_be16(&packet[12], 0xBEDE);
  store_be16(&packet[14], 2);  // words
  EXPECT_EQ(Capture::header_of(packet), 24U);

  Capture made = capture();
  made.add(Instant{} + milliseconds(6'500), kClient, kServer, packet);
  const ByteVector record = made.take();
  ASSERT_EQ(record.size(), 16U + 20 + 8 + 24);
  EXPECT_EQ(load_be32(record.data()), 1'800'000'001U);
  EXPECT_EQ(load_be32(&record[4]), 500'000U);
  EXPECT_EQ(load_be32(&record[8]), 52U) << "kept";
  EXPECT_EQ(load_be32(&record[12]), 228U) << "as it was";
  EXPECT_EQ(record[16], 0x45);
  EXPECT_EQ(load_be16(&record[36]), 5000);
  EXPECT_EQ(load_be16(&record[38]), 7882);
  EXPECT_TRUE(made.take().empty());
}

TEST(Capture, OfOtherPacketsWhatNamesThem) {
  const auto kept = [](std::uint8_t first, std::uint8_t second, std::size_t size = 100) {
    ByteVector packet(size, 0);
    packet[0] = first;
    if (size > 1) packet[1] = second;
    return Capture::header_of(packet);
  };
  EXPECT_EQ(kept(0, 1), 20U);      // STUN
  EXPECT_EQ(kept(22, 254), 13U);   // DTLS
  EXPECT_EQ(kept(0x80, 200), 8U);  // RTCP
  EXPECT_EQ(kept(0x8F, 96), 72U);  // RTP with 15 CSRCs
  EXPECT_EQ(kept(0x9F, 96, 20), 20U) << "shorter than it says";
  EXPECT_EQ(kept(0x80, 0, 1), 1U);
  EXPECT_EQ(Capture::header_of({}), 0U);
}

TEST(Capture, ItEndsAtItsBound) {
  Capture made = capture();
  ByteVector packet(100, 0);
  packet[0] = 0x80;
  std::size_t bytes = 0;
  for (int i = 0; i < 300'000; ++i) {
    made.add(Instant{} + seconds(6), kClient, kServer, packet);
    if (i % 1'000 == 0) bytes += made.take().size();
  }
  bytes += made.take().size();
  EXPECT_LE(bytes, Capture::kMaxBytes);
  EXPECT_GT(bytes, Capture::kMaxBytes - 200);
}

}  // namespace
}  // namespace vv::shard
