#include "identity/password_hasher.hpp"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>

namespace vv::identity {
namespace {

// covers H13
TEST(PasswordHasher, OneAtATimeAThreadThirtyTwoWaitAndTheNextIsRefused) {
  PasswordHasher hasher(1);
  std::promise<void> go;
  const std::shared_future<void> gone = go.get_future();
  std::promise<void> begun;
  ASSERT_TRUE(hasher.try_post([&] {
    begun.set_value();
    gone.wait();
  }));
  begun.get_future().wait();
  std::promise<void> last;
  for (std::size_t i = 1; i < PasswordHasher::kMaxWaiting; ++i) {
    EXPECT_TRUE(hasher.try_post([] {}));
  }
  EXPECT_TRUE(hasher.try_post([&last] { last.set_value(); }));
  EXPECT_FALSE(hasher.try_post([] {})) << "one past it";
  go.set_value();
  last.get_future().wait();
  EXPECT_TRUE(hasher.try_post([] {}));
}

// covers H13
TEST(PasswordHasher, AnUnknownEmailCostsTheSameHash) {
  const PasswordHasher hasher(1);
  const std::string hash = PasswordHasher::hash("un château de sable");
  const std::string& decoy = hasher.decoy();
  EXPECT_TRUE(PasswordHasher::verify(hash, "un château de sable"));
  EXPECT_FALSE(PasswordHasher::verify(hash, "un chateau de sable"));
  EXPECT_FALSE(PasswordHasher::verify(decoy, ""));
  // $argon2id$v=19$m=19456,t=2,p=1$salt$hash: what it costs stands before the salt.
  const auto cost = [](const std::string& text) { return text.substr(0, text.find("p=1$")); };
  EXPECT_EQ(cost(hash), "$argon2id$v=19$m=19456,t=2,");
  EXPECT_EQ(cost(decoy), cost(hash));
}

}  // namespace
}  // namespace vv::identity
