#include "identity/accounts.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <future>

#include "base/random.hpp"
#include "identity/access_tokens.hpp"
#include "identity/ended_logins.hpp"
#include "identity/password_hasher.hpp"
#include "identity/user.hpp"
#include "store/store.hpp"

namespace vv::identity {
namespace {

constexpr UnixMillis kNow{1'700'000'000'000};
constexpr auto kPassword = "correct horse battery";

class AccountsTest : public testing::Test {
 protected:
  AccountsTest() {
    const std::string path = testing::TempDir() + "/vv_accounts_test.db";
    for (const auto* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
    store::Schema schema;
    declare_schema(schema);
    auto opened = store::Store::open({.path = path}, std::move(schema));
    EXPECT_TRUE(opened) << opened.error().message;
    store_ = std::move(opened).value();
    tokens_ = std::move(AccessTokens::create({.key_file = {}, .issuer = "visavis"})).value();
    accounts_ =
        std::make_unique<Accounts>(*store_, *tokens_, hasher_, random_,
                                   Accounts::Options{.on_login_ended = [this](std::string login) {
                                     ended_.push_back(std::move(login));
                                   }});
  }

  template <class Start>
  AuthResult wait(Start start) {
    auto promise = std::make_shared<std::promise<AuthResult>>();
    auto future = promise->get_future();
    start([promise](AuthResult result) { promise->set_value(std::move(result)); });
    return future.get();
  }
  AuthResult signup(std::string email, UnixMillis now = kNow) {
    return wait([&](Accounts::Done done) {
      accounts_->signup(
          {.email = std::move(email), .password = kPassword, .name = "Zoé", .locale = ""}, "", now,
          std::move(done));
    });
  }
  AuthResult login(std::string email, std::string password, UnixMillis now = kNow) {
    return wait([&](Accounts::Done done) {
      accounts_->login({.email = std::move(email), .password = std::move(password)}, "", now,
                       std::move(done));
    });
  }
  AuthResult refresh(std::string cookie, UnixMillis now) {
    return wait(
        [&](Accounts::Done done) { accounts_->refresh(std::move(cookie), now, std::move(done)); });
  }
  void logout(std::string cookie) {
    std::promise<void> done;
    accounts_->logout(std::move(cookie), [&] { done.set_value(); });
    done.get_future().get();
  }
  std::optional<AuthError> erase(std::string cookie, std::string password) {
    std::promise<std::optional<AuthError>> done;
    accounts_->erase(std::move(cookie), std::move(password), kNow,
                     [&](std::optional<AuthError> refused) { done.set_value(std::move(refused)); });
    return done.get_future().get();
  }
  std::string login_of(const AuthResult& result) {
    return tokens_->verify(result->access_token, kNow).value().login;
  }

  std::vector<std::string> ended_;  // written on the writer's thread, before `done`
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<AccessTokens> tokens_;
  SystemRandom random_;
  PasswordHasher hasher_{2};
  std::unique_ptr<Accounts> accounts_;
};

TEST_F(AccountsTest, WhoSignsUpIsSignedIn) {
  const AuthResult result = signup(" Zoe@Example.org");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->user.email, "zoe@example.org");
  const auto claims = tokens_->verify(result->access_token, kNow);
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->subject, result->user.id);
  EXPECT_EQ(signup("zoe@example.org").error().kind, AuthError::Kind::EmailTaken);
}

TEST_F(AccountsTest, LoginSaysTheSameForAWrongPasswordAndAnUnknownEmail) {
  ASSERT_TRUE(signup("zoe@example.org"));
  EXPECT_TRUE(login("ZOE@example.org", kPassword));
  const auto wrong = login("zoe@example.org", "correct horse batterz");
  const auto unknown = login("nobody@example.org", kPassword);
  EXPECT_EQ(wrong.error().kind, AuthError::Kind::Unauthenticated);
  EXPECT_EQ(unknown.error().kind, wrong.error().kind);
  EXPECT_EQ(unknown.error().message, wrong.error().message);
}

// covers P2
TEST_F(AccountsTest, ErasureNeedsThePasswordEndsEveryLoginAndLeavesNothingToSignInWith) {
  const AuthResult here = signup("zoe@example.org");
  const AuthResult there = login("zoe@example.org", kPassword);
  ASSERT_TRUE(here && there);
  const auto wrong = erase(here->refresh_secret, "not her password");
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->field, "password");
  EXPECT_EQ(erase("nobody.nothing", kPassword)->kind, AuthError::Kind::Unauthenticated);
  EXPECT_TRUE(ended_.empty());

  EXPECT_FALSE(erase(here->refresh_secret, kPassword));
  EXPECT_EQ(ended_.size(), 2U);
  EXPECT_EQ(refresh(there->refresh_secret, kNow).error().kind, AuthError::Kind::Unauthenticated);
  EXPECT_EQ(login("zoe@example.org", kPassword).error().kind, AuthError::Kind::Unauthenticated);
  EXPECT_TRUE(erase(here->refresh_secret, kPassword));  // there is nobody left to erase
  EXPECT_TRUE(store_->read([&](store::Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(const User left, db.get(Id<User>(here->user.id)));
    EXPECT_EQ(left.name, kErasedName);
    EXPECT_EQ(left.email.find("zoe"), std::string::npos);
    EXPECT_TRUE(left.password_hash.empty());
    return {};
  }));
  EXPECT_TRUE(signup("zoe@example.org"));  // her address is free again
}

// covers H14
TEST_F(AccountsTest, FiveFailuresDelayTheSixthTry) {
  ASSERT_TRUE(signup("zoe@example.org"));
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(login("zoe@example.org", "wrong password!"));
  const auto refused = login("zoe@example.org", kPassword);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, AuthError::Kind::RateLimited);
  EXPECT_GT(refused.error().retry_after, Duration());
  EXPECT_TRUE(login("zoe@example.org", kPassword, kNow + minutes(1)));
}

// covers H15
TEST_F(AccountsTest, ARefreshCookieIsSpentByUse) {
  const auto first = signup("zoe@example.org");
  const auto second = refresh(first->refresh_secret, kNow + minutes(10));
  ASSERT_TRUE(second);
  EXPECT_NE(second->refresh_secret, first->refresh_secret);
  EXPECT_TRUE(tokens_->verify(second->access_token, kNow + minutes(20)));
  EXPECT_TRUE(refresh(second->refresh_secret, kNow + minutes(11)));
}

// covers H15
TEST_F(AccountsTest, ASecondTabWithinThirtySecondsIsGivenTheSameNewCookie) {
  const auto first = signup("zoe@example.org");
  const auto second = refresh(first->refresh_secret, kNow);
  const auto tab = refresh(first->refresh_secret, kNow + seconds(30));
  ASSERT_TRUE(tab);
  EXPECT_EQ(tab->refresh_secret, second->refresh_secret);
  EXPECT_TRUE(refresh(second->refresh_secret, kNow + seconds(31)));
}

// covers H15: a page left while it asked took the answer, and the new cookie, with it
TEST_F(AccountsTest, WhoNeverGotTheNewCookieGetsItFromTheNextPage) {
  const auto first = signup("zoe@example.org");
  ASSERT_TRUE(refresh(first->refresh_secret, kNow));  // an answer that nobody reads
  const auto next_page = refresh(first->refresh_secret, kNow + seconds(2));
  ASSERT_TRUE(next_page);
  EXPECT_TRUE(refresh(next_page->refresh_secret, kNow + minutes(10)));
}

// covers H15
TEST_F(AccountsTest, AStolenCookieEndsTheLoginForBoth) {
  const auto first = signup("zoe@example.org");
  const auto second = refresh(first->refresh_secret, kNow);
  EXPECT_FALSE(refresh(first->refresh_secret, kNow + seconds(31)));
  EXPECT_FALSE(refresh(second->refresh_secret, kNow + seconds(32)));
  EXPECT_TRUE(login("zoe@example.org", kPassword));
}

TEST_F(AccountsTest, LogoutEndsThatLoginAlone) {
  const auto here = signup("zoe@example.org");
  const auto there = login("zoe@example.org", kPassword);
  logout(here->refresh_secret);
  EXPECT_FALSE(refresh(here->refresh_secret, kNow));
  EXPECT_TRUE(refresh(there->refresh_secret, kNow));
  logout("nonsense");
  EXPECT_FALSE(refresh("nonsense", kNow));
}

// covers R14
TEST_F(AccountsTest, ATokenNamesItsLoginAndItsEndIsTold) {
  const auto here = signup("zoe@example.org");
  const auto there = login("zoe@example.org", kPassword);
  EXPECT_NE(login_of(here), login_of(there));
  const auto later = refresh(there->refresh_secret, kNow);
  EXPECT_EQ(login_of(later), login_of(there));
  logout(here->refresh_secret);
  logout(here->refresh_secret);
  EXPECT_EQ(ended_, std::vector{login_of(here)});
  EXPECT_FALSE(refresh(there->refresh_secret, kNow + seconds(31)));  // spent: somebody has a copy
  EXPECT_EQ(ended_.back(), login_of(there));
}

// covers R14
TEST_F(AccountsTest, TheNextProcessKnowsWhichLoginsHaveEnded) {
  const auto here = signup("zoe@example.org");
  const auto there = login("zoe@example.org", kPassword);
  const auto elsewhere = login("zoe@example.org", kPassword);
  logout(here->refresh_secret);
  EXPECT_TRUE(refresh(there->refresh_secret, kNow));
  EXPECT_FALSE(refresh(there->refresh_secret, kNow + seconds(31)));  // somebody has a copy
  EndedLogins next;
  ASSERT_TRUE(next.load(*store_));
  EXPECT_TRUE(next.contains(login_of(here)));
  EXPECT_TRUE(next.contains(login_of(there)));
  EXPECT_FALSE(next.contains(login_of(elsewhere)));
}

TEST_F(AccountsTest, ALoginEndsAfterThirtyDaysUnused) {
  const auto first = signup("zoe@example.org");
  EXPECT_FALSE(refresh(first->refresh_secret, kNow + days(30) + seconds(1)));
}

}  // namespace
}  // namespace vv::identity
