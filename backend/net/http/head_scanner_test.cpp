#include "net/http/head_scanner.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vv::net {
namespace {

using Verdict = HeadScanner::Verdict;

Verdict scan(std::string_view bytes) { return HeadScanner().scan(bytes); }

TEST(HeadScanner, TakesAHeadInAnyPieces) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";
  HeadScanner scanner;
  for (std::size_t i = 0; i < head.size(); ++i) {
    ASSERT_EQ(scanner.scan(head.substr(0, i)), Verdict::NeedMore) << i;
  }
  EXPECT_EQ(scanner.scan(head + "body"), Verdict::Complete);
  EXPECT_EQ(scanner.head_size(), head.size());
}

// covers H1
TEST(HeadScanner, RefusesWhatTwoReadersCouldUnderstandDifferently) {
  for (const auto* bad : {
           "GET / HTTP/1.1\nHost: a\r\n\r\n",                                    // bare LF
           "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n",                               // bare CR
           "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",                       // folding
           "GET / HTTP/1.1\r\nHost : a\r\n\r\n",                                 // space in a name
           "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",                       // twice
           "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",  // twice
           "POST / HTTP/1.1\r\nTransfer-Encoding: a\r\nTransfer-Encoding: chunked\r\n\r\n",
           "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
           "GET /a b HTTP/1.1\r\n\r\n",
           "GET  / HTTP/1.1\r\n\r\n",
           "GET / HTTP/2.0\r\n\r\n",
           "\r\nGET / HTTP/1.1\r\n\r\n",
           "GET / HTTP/1.1\r\n: x\r\n\r\n",
       }) {
    EXPECT_EQ(scan(bad), Verdict::Malformed) << bad;
  }
}

std::string request_line_of(std::size_t size, std::string_view path) {
  std::string line = "GET " + std::string(path);
  const std::string version = " HTTP/1.1\r";
  line.append(size - line.size() - version.size(), 'x');
  return line + version + "\n";
}

// covers H1
TEST(HeadScanner, RequestLinesEndAt8KibOr256UnderRtc) {
  EXPECT_EQ(scan(request_line_of(HeadScanner::kMaxRequestLine, "/")), Verdict::NeedMore);
  EXPECT_EQ(scan(request_line_of(HeadScanner::kMaxRequestLine + 1, "/")), Verdict::LineTooLong);
  EXPECT_EQ(scan(request_line_of(HeadScanner::kMaxRequestLine + 1, "/rtcx?")),
            Verdict::LineTooLong);
  for (const auto* rtc : {"/rtc?", "//rtc/v1?"}) {
    EXPECT_EQ(scan(request_line_of(HeadScanner::kMaxRtcRequestLine, rtc)), Verdict::NeedMore);
    EXPECT_EQ(scan(request_line_of(HeadScanner::kMaxRtcRequestLine + 1, rtc)),
              Verdict::LineTooLong);
  }
}

// covers H1
TEST(HeadScanner, HeadersEndAt32Kib) {
  const std::string line = "GET / HTTP/1.1\r\n";
  EXPECT_EQ(scan(line + "A: " + std::string(HeadScanner::kMaxHeaders - 3, 'x')), Verdict::NeedMore);
  EXPECT_EQ(scan(line + "A: " + std::string(HeadScanner::kMaxHeaders - 2, 'x')),
            Verdict::HeadersTooLarge);
}

}  // namespace
}  // namespace vv::net
