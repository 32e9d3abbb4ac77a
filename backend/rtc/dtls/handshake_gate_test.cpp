#include "rtc/dtls/handshake_gate.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vv::rtc {
namespace {

TransportAddress address(const std::string& ip) { return *TransportAddress::parse(ip, 5'000); }

TEST(HandshakeGate, SixtyFourAtOnceAndTheNextWhenOneIsDone) {
  HandshakeGate gate;
  std::vector<HandshakeGate::Place> places;
  for (std::size_t i = 0; i < HandshakeGate::kAtOnce; ++i) {
    places.push_back(gate.enter(address("198.51.100." + std::to_string(i + 1))));
    ASSERT_TRUE(places.back());
  }
  EXPECT_FALSE(gate.enter(address("203.0.113.1"))) << "one past it";
  places.pop_back();
  EXPECT_TRUE(gate.enter(address("203.0.113.1")));
  places.clear();
  EXPECT_EQ(gate.running(), 0U);
}

TEST(HandshakeGate, EightOfOneAddressBlock) {
  HandshakeGate gate;
  std::vector<HandshakeGate::Place> places;
  for (std::size_t i = 0; i < HandshakeGate::kOfBlock; ++i) {
    places.push_back(gate.enter(address("2001:db8:0:7::" + std::to_string(i))));
    ASSERT_TRUE(places.back());
  }
  EXPECT_FALSE(gate.enter(address("2001:db8:0:7:ffff::1")));
  EXPECT_TRUE(gate.enter(address("2001:db8:0:8::1"))) << "another block";
  EXPECT_TRUE(gate.enter(address("198.51.100.1")));
  places[3] = {};
  EXPECT_TRUE(gate.enter(address("2001:db8:0:7:ffff::1")));
}

TEST(HandshakeGate, LoopbackHasNoBlock) {
  HandshakeGate gate;
  std::vector<HandshakeGate::Place> places;
  for (std::size_t i = 0; i < HandshakeGate::kAtOnce; ++i) {
    places.push_back(gate.enter(address(i % 2 == 0 ? "127.0.0.1" : "::1")));
    ASSERT_TRUE(places.back());
  }
  EXPECT_FALSE(gate.enter(address("127.0.0.1")));
}

}  // namespace
}  // namespace vv::rtc
