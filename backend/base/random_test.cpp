#include "base/random.hpp"

#include <gtest/gtest.h>

#include <map>

namespace vv {
namespace {

TEST(Random, TextDrawsEveryCharacterOfItsAlphabetEquallyOften) {
  constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz!";  // 33 divides no 256
  constexpr std::size_t kCount = 330'000;
  SeededRandom random(7);
  const std::string text = random.text(kCount, kAlphabet);
  ASSERT_EQ(text.size(), kCount);
  std::map<char, std::size_t> counts;
  for (const char c : text) ++counts[c];
  ASSERT_EQ(counts.size(), kAlphabet.size());
  for (const auto& [c, count] : counts) {
    EXPECT_NEAR(static_cast<double>(count), 10'000, 500) << c;  // five deviations
  }
}

}  // namespace
}  // namespace vv
