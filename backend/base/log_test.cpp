#include "base/log.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vv::log {
namespace {

// covers H23
TEST(Log, ControlCharactersAreEscapedAndSecretsAreNot) {
  ::testing::internal::CaptureStderr();
  warn("somebody writes", {{"what", "a\nforged line\x1b[31m \x7f"}, {"key", Private<int>(7)}});
  const std::string written = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(written.find(R"(somebody writes what="a\x0aforged line\x1b[31m \x7f" key=‹redacted›)"),
            std::string::npos)
      << written;
  EXPECT_EQ(written.find('\n'), written.size() - 1) << "one line";
}

// covers H23
TEST(Log, AFloodOfOneKindIsTenLinesASecond) {
  ::testing::internal::CaptureStderr();
  for (int i = 0; i < 1'000; ++i) warn("a flood", {{"whose", "the same"}, {"number", i}});
  const std::string written = ::testing::internal::GetCapturedStderr();
  std::size_t lines = 0;
  for (std::size_t at = 0; (at = written.find("a flood", at)) != std::string::npos; ++at) ++lines;
  EXPECT_GE(lines, 10U);
  EXPECT_LT(lines, 1'000U);
}

}  // namespace
}  // namespace vv::log
