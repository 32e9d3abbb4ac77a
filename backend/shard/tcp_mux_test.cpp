#include "shard/tcp_mux.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

namespace vv::shard {
namespace {

constexpr Instant kStart = Instant::from_nanos(1'000'000'000);

/// A stream that seems to come from `remote`, and its other end.
struct Line {
  std::array<int, 2> ends{-1, -1};
  net::FileDescriptor far;

  net::TcpStream open(std::string_view remote, std::uint16_t port) {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
    far = net::FileDescriptor{ends[1]};
    net::Endpoint from = *net::parse_address(remote);
    from.port = port;
    net::Endpoint local = *net::parse_address("127.0.0.1");
    local.port = 7881;
    return {net::FileDescriptor{ends[0]}, from, local};
  }
};

TEST(TcpMux, OfOneNeighbourhoodSixteenMayWaitForTheirCheck) {  // covers M19
  TcpMux mux;
  std::vector<Line> lines(40);
  std::vector<TcpMux::Connection*> added;
  for (std::uint16_t i = 0; i < 20; ++i) {
    added.push_back(mux.add(kStart, lines[i].open("203.0.113." + std::to_string(i), i)));
  }
  for (std::size_t i = 0; i < added.size(); ++i) EXPECT_EQ(added[i] != nullptr, i < 16) << i;
  // The next street is not theirs.
  EXPECT_NE(mux.add(kStart, lines[20].open("203.0.114.1", 1)), nullptr);
  // An IPv6 neighbourhood is a /64.
  for (std::uint16_t i = 0; i < 16; ++i) {
    EXPECT_NE(mux.add(kStart, lines[21 + i].open("2001:db8::1:" + std::to_string(i), i)), nullptr);
  }
  EXPECT_EQ(mux.add(kStart, lines[37].open("2001:db8::2", 1)), nullptr);
  EXPECT_NE(mux.add(kStart, lines[38].open("2001:db8:0:1::1", 1)), nullptr);
  // Who has proved itself waits no more.
  mux.validate(added[0]->path);
  EXPECT_NE(mux.add(kStart, lines[39].open("203.0.113.99", 9)), nullptr);
}

TEST(TcpMux, WithoutACheckAConnectionEndsAfterFiveSeconds) {  // covers M19
  TcpMux mux;
  std::array<Line, 2> lines;
  const TcpMux::Connection* silent = mux.add(kStart, lines[0].open("203.0.113.1", 1));
  const TcpMux::Connection* valid = mux.add(kStart, lines[1].open("203.0.113.2", 2));
  mux.validate(valid->path);
  EXPECT_TRUE(mux.expired(kStart + milliseconds(4'999)).empty());
  const auto expired = mux.expired(kStart + seconds(5));
  ASSERT_EQ(expired.size(), 1U);
  EXPECT_EQ(expired[0], silent->stream.fd());
  mux.remove(expired[0]);
  EXPECT_FALSE(mux.has_unvalidated());
  EXPECT_EQ(mux.size(), 1U);
  EXPECT_TRUE(mux.expired(kStart + hours(1)).empty());
}

TEST(TcpMux, AReaderThatIsStuckLosesPacketsAndHoldsUpNobody) {  // covers M19, F13
  TcpMux mux;
  std::array<Line, 2> lines;
  TcpMux::Connection* stuck = mux.add(kStart, lines[0].open("203.0.113.1", 1));
  TcpMux::Connection* other = mux.add(kStart, lines[1].open("203.0.113.2", 2));
  const ByteVector packet(1'200, 0x42);
  std::size_t taken = 0;
  std::size_t refused = 0;
  std::size_t read = 0;
  for (int i = 0; i < 5'000; ++i) {  // 6 MB
    (TcpMux::send(*stuck, packet) ? taken : refused) += packet.size();
    ASSERT_TRUE(TcpMux::send(*other, packet));
    std::array<std::uint8_t, 4'096> buffer;
    const auto size = ::read(lines[1].far.get(), buffer.data(), buffer.size());
    ASSERT_GT(size, 0);
    read += static_cast<std::size_t>(size);
  }
  EXPECT_GT(refused, 4'000'000U);
  // What the kernel took, and at most 256 KiB of ours on top; whole packets, so that the stream
  // stays readable once its reader goes on.
  std::size_t in_kernel = 0;
  std::array<std::uint8_t, 65'536> buffer;
  for (;;) {
    const auto size = ::read(lines[0].far.get(), buffer.data(), buffer.size());
    if (size <= 0) break;
    in_kernel += static_cast<std::size_t>(size);
  }
  const std::size_t framed = taken / packet.size() * (packet.size() + 2);
  ASSERT_GE(framed, in_kernel);
  EXPECT_LE(framed - in_kernel, net::TcpStream::kMaxUnsent);
  EXPECT_TRUE(stuck->stream.has_unsent());
  EXPECT_FALSE(other->stream.has_unsent());
  EXPECT_EQ(read, 5'000U * 1'202U);
}

}  // namespace
}  // namespace vv::shard
