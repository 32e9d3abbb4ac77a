#include "rtc/sdp/candidate.hpp"

#include <gtest/gtest.h>

namespace vv::rtc::sdp {
namespace {

TEST(Candidate, ReadsWhatBrowsersTrickle) {
  const auto chrome = parse_candidate(
      "candidate:842163049 1 udp 1677729535 198.51.100.9 46154 typ srflx raddr 10.0.0.1 rport "
      "36768 "
      "generation 0 ufrag Wx/3 network-id 1 network-cost 10");
  ASSERT_TRUE(chrome.has_value());
  EXPECT_EQ(chrome->type, CandidateType::ServerReflexive);
  EXPECT_EQ(chrome->priority, 1'677'729'535U);
  EXPECT_EQ(chrome->related_address, "10.0.0.1");
  EXPECT_EQ(chrome->username_fragment, "Wx/3");

  const auto tcp =
      parse_candidate("a=candidate:2 1 TCP 2105458943 ::1 9 typ host tcptype active\r\n");
  ASSERT_TRUE(tcp.has_value());
  EXPECT_EQ(tcp->protocol, CandidateProtocol::Tcp);
  EXPECT_EQ(tcp->tcp_type, TcpType::Active);
  EXPECT_EQ(tcp->address, "::1");
}

TEST(Candidate, WritesWhatItReads) {
  for (const std::string_view line :
       {"candidate:1 1 udp 2130706431 192.0.2.7 7882 typ host",
        "candidate:1 1 tcp 1671430143 2001:db8::7 7881 typ host tcptype passive",
        "candidate:9 2 udp 1 198.51.100.1 7882 typ relay raddr 0.0.0.0 rport 0 ufrag abcd"}) {
    const auto candidate = parse_candidate(line);
    ASSERT_TRUE(candidate.has_value()) << line;
    EXPECT_EQ(to_string(*candidate), line);
  }
}

TEST(Candidate, RefusesBrokenLines) {
  for (const std::string_view bad :
       {"", "candidate:", "candidate:1 0 udp 1 192.0.2.7 1 typ host",
        "candidate:1 1 udp 4294967296 192.0.2.7 1 typ host", "candidate:1 1 udp 1 a;b 1 typ host",
        "candidate:1 1 udp 1 192.0.2.7 65536 typ host", "candidate:1 1 udp 1 192.0.2.7 1 type host",
        "candidate:1 1 udp 1 192.0.2.7 1 typ hosts", "candidate:1 1 udp 1 192.0.2.7 1",
        "candidate:1 1 tcp 1 192.0.2.7 1 typ host tcptype idle",
        "candidate:1 1 udp 1 192.0.2.7 1 typ host generation"}) {
    EXPECT_FALSE(parse_candidate(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace vv::rtc::sdp
