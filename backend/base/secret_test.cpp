#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/log.hpp"

namespace vv {
namespace {

// covers H26
TEST(Secret, IsEqualToTheSameBytesAlone) {
  const std::string text = "a secret of the operator's";
  EXPECT_TRUE(Secret(text) == Secret(text));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_FALSE(Secret(text) == Secret(other)) << i;
  }
  EXPECT_FALSE(Secret(text) == Secret(text.substr(1)));
  EXPECT_FALSE(Secret(text) == Secret(text + "x"));
  EXPECT_FALSE(Secret(text) == Secret());
}

}  // namespace
}  // namespace vv
