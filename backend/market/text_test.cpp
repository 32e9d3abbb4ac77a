#include "market/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace vv::market {
namespace {

TEST(Text, IsTrimmedThenMeasuredInCharacters) {
  EXPECT_EQ(title("  Épée \n\xc2\xa0", "titre").value(), "Épée");
  std::string longest;
  for (std::size_t i = 0; i < kMaxTitle; ++i) longest += "é";
  EXPECT_TRUE(title(longest, "titre"));
  const auto refused = title(longest + "e", "titre");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Invalid);
  EXPECT_EQ(refused.error().field, "titre");
  EXPECT_FALSE(title("   ", "titre"));
  EXPECT_TRUE(body("", "description"));
  EXPECT_TRUE(body(std::string(kMaxText, 'x'), "description"));
  EXPECT_FALSE(body(std::string(kMaxText + 1, 'x'), "description"));
  EXPECT_FALSE(title("\xff", "titre"));
}

TEST(Text, FileNamesAreTheLastPartWithoutTricks) {
  EXPECT_EQ(file_name(" plan.pdf ", "n").value(), "plan.pdf");
  EXPECT_EQ(file_name("C:\\a/b\\plan été.pdf", "n").value(), "plan été.pdf");
  EXPECT_EQ(file_name("a\r\nSet-Cookie: x\"", "n").value(), "aSet-Cookie: x\"");
  EXPECT_EQ(file_name("image\u202egnp.exe", "n").value(), "imagegnp.exe");
  for (const std::string_view bad : {"", "   ", "a/", "\u202e", "\xff"}) {
    EXPECT_FALSE(file_name(bad, "n")) << bad;
  }
  EXPECT_TRUE(file_name(std::string(120, 'x'), "n"));
  EXPECT_FALSE(file_name(std::string(121, 'x'), "n"));
}

TEST(Text, PricesAreBounded) {
  EXPECT_TRUE(price(0, "prix"));
  EXPECT_TRUE(price(kMaxPrix, "prix"));
  EXPECT_FALSE(price(-1, "prix"));
  EXPECT_FALSE(price(kMaxPrix + 1, "prix"));
  EXPECT_FALSE(price(1.5, "prix"));
  EXPECT_FALSE(price(std::nan(""), "prix"));
}

TEST(Text, CurrenciesAreThreeCapitals) {
  EXPECT_TRUE(currency("EUR", "devise"));
  for (const char* bad : {"", "eur", "EURO", "E1R"}) EXPECT_FALSE(currency(bad, "devise")) << bad;
}

TEST(Text, FoldsCaseAndAccents) {
  EXPECT_EQ(folded("L’ÉPÉE Çà et Là œuvre"), "l’epee ca et la œuvre");
}

// covers H19
TEST(Text, BoundsASearch) {
  EXPECT_THAT(search_words("  Vélo  ROUGE ").value(), testing::ElementsAre("velo", "rouge"));
  EXPECT_TRUE(search_words(std::string(kMaxRecherche, 'x')));
  EXPECT_FALSE(search_words(std::string(kMaxRecherche + 1, 'x')));
}

}  // namespace
}  // namespace vv::market
