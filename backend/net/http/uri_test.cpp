#include "net/http/uri.hpp"

#include <gmock/gmock.h>

namespace vv::net {
namespace {

using testing::Eq;
using testing::Optional;

TEST(Uri, SplitsAndDecodesATarget) {
  const auto target = parse_target("/api/fil%C3%A9s?a=1&b=%20");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/api/filés");
  EXPECT_EQ(target->query, "a=1&b=%20");
}

TEST(Uri, CollapsesLeadingSlashesAlone) {
  EXPECT_EQ(parse_target("//api/1.48.0/sync")->path, "/api/1.48.0/sync");
  EXPECT_EQ(parse_target("///")->path, "/");
  EXPECT_EQ(parse_target("/a//b")->path, "/a//b");
}

TEST(Uri, RefusesWhatLooksForFiles) {
  for (const auto* bad :
       {"", "api", "http://x/", "/a/../b", "/%2e%2e/etc", "/a/.", "/%00", "/%4", "/%zz"}) {
    EXPECT_FALSE(parse_target(bad)) << bad;
  }
}

TEST(Uri, FindsTheFirstParameterDecoded) {
  constexpr std::string_view kQuery = "a=1&name=J%C3%BCrgen+M&name=2&flag&bad=%z";
  EXPECT_THAT(query_param(kQuery, "name"), Optional(Eq("Jürgen M")));
  EXPECT_THAT(query_param(kQuery, "flag"), Optional(Eq("")));
  EXPECT_FALSE(query_param(kQuery, "bad"));
  EXPECT_FALSE(query_param(kQuery, "missing"));
}

TEST(Uri, FindsACookieByItsWholeName) {
  constexpr std::string_view kHeader = "xvisavis=no; visavis=a=b ;theme=dark";
  EXPECT_THAT(cookie_value(kHeader, "visavis"), Optional(Eq("a=b")));
  EXPECT_THAT(cookie_value(kHeader, "theme"), Optional(Eq("dark")));
  EXPECT_FALSE(cookie_value(kHeader, "vis"));
}

TEST(Uri, EncodingSurvivesDecoding) {
  const std::string text = "é /?&=%+~";
  EXPECT_THAT(percent_decode(percent_encode(text)), Optional(Eq(text)));
}

}  // namespace
}  // namespace vv::net
