#include "net/udp/udp_socket.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <vector>

namespace vv::net {
namespace {

UdpSocket loopback() {
  auto socket = UdpSocket::bind(*parse_address("127.0.0.1"));
  EXPECT_TRUE(socket.has_value());
  return std::move(*socket);
}

std::vector<std::size_t> receive_sizes(UdpReceiver& receiver, const UdpSocket& socket,
                                       std::size_t count) {
  std::vector<std::size_t> sizes;
  while (sizes.size() < count) {
    pollfd ready{socket.fd(), POLLIN, 0};
    if (poll(&ready, 1, 2'000) != 1) break;
    for (const UdpArrival& arrival : receiver.receive(socket)) {
      for (std::size_t at = 0; at < arrival.bytes.size(); at += arrival.segment) {
        sizes.push_back(std::min(arrival.segment, arrival.bytes.size() - at));
      }
    }
  }
  return sizes;
}

TEST(UdpSocket, ARunArrivesAsTheDatagramsItWasMadeOf) {
  UdpSocket from = loopback();
  const UdpSocket to = loopback();
  UdpReceiver receiver;
  UdpSender sender;
  const ByteVector bytes(1'000 * 7 + 300, 0x5A);

  sender.send(from, std::vector<UdpRun>{{to.local(), bytes, 1'000}});

  const auto sizes = receive_sizes(receiver, to, 8);
  ASSERT_EQ(sizes.size(), 8U);
  for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ(sizes[i], 1'000U);
  EXPECT_EQ(sizes[7], 300U);
  EXPECT_EQ(sender.dropped(), 0U);
}

TEST(UdpSocket, ABadDestinationCostsOnlyItsOwnDatagrams) {
  UdpSocket from = loopback();
  const UdpSocket to = loopback();
  UdpReceiver receiver;
  UdpSender sender;
  const ByteVector bytes(100, 1);
  const Endpoint nowhere{.address = to.local().address, .port = 0};

  sender.send(from, std::vector<UdpRun>{{nowhere, bytes, 100}, {to.local(), bytes, 100}});

  EXPECT_EQ(receive_sizes(receiver, to, 1).size(), 1U);
  EXPECT_EQ(sender.dropped(), 1U);
}

TEST(UdpSocket, ATakenPortIsAnError) {
  const UdpSocket first = loopback();
  EXPECT_FALSE(UdpSocket::bind(first.local()).has_value());
}

}  // namespace
}  // namespace vv::net
