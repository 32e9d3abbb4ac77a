#include "identity/account_rules.hpp"

#include <gtest/gtest.h>

namespace vv::identity {
namespace {

TEST(AccountRules, EmailsAreComparedTrimmedAndInLowerCase) {
  EXPECT_EQ(normalize_email("  Amina@Example.ORG "), "amina@example.org");
  for (const auto* bad : {"", "@", "a@", "@b", "a b@c", "a@b@c", "a@.b", "a@b.", "a\n@b"}) {
    EXPECT_FALSE(normalize_email(bad)) << bad;
  }
  EXPECT_TRUE(normalize_email(std::string(252, 'a') + "@b"));
  EXPECT_FALSE(normalize_email(std::string(253, 'a') + "@b"));
}

TEST(AccountRules, NamesHaveOneTo120Characters) {
  EXPECT_EQ(normalize_name("  Zoé "), "Zoé");
  EXPECT_FALSE(normalize_name(" \t"));
  std::string name;
  for (int i = 0; i < 120; ++i) name += "é";
  EXPECT_TRUE(normalize_name(name));
  EXPECT_FALSE(normalize_name(name + "x"));
}

TEST(AccountRules, LocalesAreFrenchOrEnglish) {
  EXPECT_EQ(normalize_locale(""), "fr");
  EXPECT_EQ(normalize_locale("en-GB"), "en");
  EXPECT_FALSE(normalize_locale("de"));
  EXPECT_FALSE(normalize_locale("french"));
}

// covers H13
TEST(AccountRules, PasswordsAreLongOrVariedAndNotCommon) {
  EXPECT_FALSE(refuse_password("visavis-demo"));  // 12 characters
  EXPECT_FALSE(refuse_password("tR8!kq#2Lz"));    // short, but over 50 bits
  EXPECT_TRUE(refuse_password("visavis-dem"));    // 11
  EXPECT_TRUE(refuse_password("Password1234"));   // common
  EXPECT_TRUE(refuse_password("aaaaaaaaaab"));    // no bits in repetition
  EXPECT_FALSE(refuse_password(std::string(1024, 'x')));
  EXPECT_TRUE(refuse_password(std::string(1025, 'x')));
}

}  // namespace
}  // namespace vv::identity
