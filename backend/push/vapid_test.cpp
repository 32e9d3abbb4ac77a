#include "push/vapid.hpp"

#include <gtest/gtest.h>

#include "base/encoding.hpp"

namespace vv::push {
namespace {

TEST(Vapid, NamesThePushServiceTheTimeAndWhoToWriteTo) {
  const auto key = P256Key::generate();
  ASSERT_TRUE(key);
  const auto header = vapid_authorization(*key, "https://push.example.net", "mailto:a@example.org",
                                          UnixMillis{1'700'000'000'000});
  ASSERT_TRUE(header);
  ASSERT_TRUE(header->starts_with("vapid t="));
  const std::size_t dot = header->find('.');
  const std::size_t second = header->find('.', dot + 1);
  const auto claims = base64_decode(header->substr(dot + 1, second - dot - 1));
  ASSERT_TRUE(claims);
  EXPECT_EQ(as_text(*claims),
            R"({"aud":"https://push.example.net","exp":1700043200,"sub":"mailto:a@example.org"})");
  EXPECT_TRUE(header->ends_with(", k=" + base64url_encode(key->point())));
  const std::size_t comma = header->find(',');
  const auto signature = base64_decode(header->substr(second + 1, comma - second - 1));
  ASSERT_TRUE(signature);
  EXPECT_EQ(signature->size(), 64U);
}

}  // namespace
}  // namespace vv::push
