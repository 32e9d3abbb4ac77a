#include "rtc/ice/tcp_framing.hpp"

#include <gtest/gtest.h>

namespace vv::rtc {
namespace {

ByteVector framed(std::initializer_list<std::size_t> sizes) {
  ByteVector stream;
  for (const std::size_t size : sizes) {
    const auto header = tcp_frame_header(size);
    stream.insert(stream.end(), header.begin(), header.end());
    stream.insert(stream.end(), size, static_cast<std::uint8_t>(size));
  }
  return stream;
}

TEST(TcpDeframer, FindsTheSamePacketsHoweverTheStreamIsCut) {
  const ByteVector stream = framed({1, 700, 1500, 3});
  for (std::size_t step = 1; step <= stream.size(); step += 97) {
    TcpDeframer deframer;
    std::vector<std::size_t> sizes;
    for (std::size_t at = 0; at < stream.size(); at += step) {
      Bytes piece = Bytes{stream}.subspan(at, std::min(step, stream.size() - at));
      while (const auto packet = deframer.next(piece)) {
        sizes.push_back(packet->size());
        EXPECT_EQ(packet->back(), static_cast<std::uint8_t>(packet->size()));
      }
      EXPECT_TRUE(piece.empty());
    }
    EXPECT_EQ(sizes, (std::vector<std::size_t>{1, 700, 1500, 3})) << step;
  }
}

TEST(TcpDeframer, GivesUpOnLengthsThatNoPacketHas) {
  for (const ByteVector& bad :
       {ByteVector{0, 0, 1}, ByteVector{0x05, 0xDD, 1}, ByteVector{0xFF, 0xFF}}) {
    TcpDeframer deframer;
    Bytes stream = bad;
    EXPECT_FALSE(deframer.next(stream));
    EXPECT_TRUE(deframer.failed());
    const ByteVector good = framed({4});
    stream = good;
    EXPECT_FALSE(deframer.next(stream));
  }
}

}  // namespace
}  // namespace vv::rtc
