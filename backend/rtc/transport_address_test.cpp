#include "rtc/transport_address.hpp"

#include <gtest/gtest.h>

namespace vv::rtc {
namespace {

TEST(TransportAddress, ReadsAndWritesBothFamilies) {
  const auto v4 = TransportAddress::parse("192.0.2.1", 7882);
  ASSERT_TRUE(v4);
  EXPECT_TRUE(v4->is_v4());
  EXPECT_EQ(v4->ip().size(), 4U);
  EXPECT_EQ(v4->to_string(), "192.0.2.1:7882/udp");

  const auto v6 = TransportAddress::parse("2001:db8::1", 7881, Protocol::Tcp);
  ASSERT_TRUE(v6);
  EXPECT_FALSE(v6->is_v4());
  EXPECT_EQ(v6->to_string(), "[2001:db8::1]:7881/tcp");

  for (const char* bad : {"", "1.2.3", "example.org", "[::1]", "fe80::1%eth0",
                          "1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111"}) {
    EXPECT_FALSE(TransportAddress::parse(bad, 1)) << bad;
  }
}

TEST(TransportAddress, MappedAndPlainIpv4AreOneAddress) {
  EXPECT_EQ(TransportAddress::parse("::ffff:192.0.2.1", 5),
            TransportAddress::parse("192.0.2.1", 5));
}

TEST(TransportAddress, PortAndProtocolTellApart) {
  const auto udp = *TransportAddress::parse("192.0.2.1", 5);
  const auto tcp = *TransportAddress::parse("192.0.2.1", 5, Protocol::Tcp);
  const auto other = *TransportAddress::parse("192.0.2.1", 6);
  EXPECT_NE(udp, tcp);
  EXPECT_NE(udp, other);
  EXPECT_NE(udp.hash(), tcp.hash());
  EXPECT_NE(udp.hash(), other.hash());
}

}  // namespace
}  // namespace vv::rtc
