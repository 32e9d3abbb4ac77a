#include <gtest/gtest.h>

#include "market/rates.hpp"
#include "market/testing_world.hpp"

// threat-model.md section 4, the marketplace's rows, each at its limit and one past it.
//
//   demandes a user            200/h                      rate_limited
//   offres a user              300/h                      rate_limited
//   messages a user            10/s, burst 50             rate_limited
//   upload addresses a user    120/h                      rate_limited
//   a user's uploads a day     200 MiB                    rate_limited
//   one upload                 25 MiB (server/limits_test.cpp)
//   a picture of oneself       5 MiB                      invalid
//   texts                      120 and 4,000 characters   invalid (text_test.cpp)
namespace vv::market {
namespace {

struct MarketLimits : testing::Test {
  World world{7, Rates::Limited};
  std::string amina = world.add_user("amina");
  std::string bruno = world.add_user("bruno");

  std::string create_demande(const std::string& who) {
    return world
        .mutate(who, "demandes:create", R"({"titre":"x","description":"","prix":1,"devise":"EUR"})")
        .code();
  }
  std::string ask_for_url(const std::string& who) {
    return world.mutate(who, "files:generateUploadUrl", "{}").code();
  }
};

TEST_F(MarketLimits, DemandesAnHour) {
  for (std::size_t i = 0; i < 200; ++i) ASSERT_EQ(create_demande(amina), "ok");
  EXPECT_EQ(create_demande(amina), "rate_limited");
  EXPECT_EQ(create_demande(bruno), "ok") << "each counts for themselves";
  world.advance(minutes(61));
  EXPECT_EQ(create_demande(amina), "ok");
}

TEST_F(MarketLimits, OffresAnHour) {
  std::vector<std::string> demandes;
  for (int owner = 0; owner < 2; ++owner) {
    const std::string who = world.add_user(format("owner{}", owner));
    for (int i = 0; i < 151; ++i) demandes.push_back(world.add_demande(who));
  }
  for (std::size_t i = 0; i < 300; ++i) ASSERT_EQ(world.offer(bruno, demandes[i]).code(), "ok");
  EXPECT_EQ(world.offer(bruno, demandes[300]).code(), "rate_limited");
  EXPECT_EQ(world.offer(amina, demandes[300]).code(), "ok") << "each counts for themselves";
  world.advance(minutes(61));
  EXPECT_EQ(world.offer(bruno, demandes[300]).code(), "ok");
}

TEST_F(MarketLimits, MessagesABurstAndASecond) {
  const std::string offre = world.add_offre(bruno, world.add_demande(amina));
  world.move(amina, offre, "accepted");
  const std::string line = format(R"({{"offreId":"{}","texte":"x"}})", offre);
  const auto send = [&](const std::string& who) {
    return world.mutate(who, "messages:send", line).code();
  };
  for (int i = 0; i < 50; ++i) ASSERT_EQ(send(amina), "ok");
  EXPECT_EQ(send(amina), "rate_limited");
  EXPECT_EQ(send(bruno), "ok") << "each counts for themselves";
  world.advance(seconds(6));
  EXPECT_EQ(send(amina), "ok");
}

TEST_F(MarketLimits, UploadAddressesAnHour) {
  for (int i = 0; i < 120; ++i) ASSERT_EQ(ask_for_url(amina), "ok");
  EXPECT_EQ(ask_for_url(amina), "rate_limited");
  EXPECT_EQ(ask_for_url(bruno), "ok");
  world.advance(minutes(61));
  EXPECT_EQ(ask_for_url(amina), "ok");
}

TEST_F(MarketLimits, BytesUploadedADay) {
  const auto upload = [&](const std::string& who, std::int64_t bytes) {
    return world.upload(world.upload_url(who), bytes);
  };
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(upload(amina, 25 * 1024 * 1024));
  EXPECT_EQ(upload(amina, 1).error().code, ErrorCode::RateLimited);
  EXPECT_TRUE(upload(bruno, 1)) << "each counts for themselves";
  world.advance(hours(24) + seconds(1));
  EXPECT_TRUE(upload(amina, 1));
}

TEST_F(MarketLimits, APictureOfOneself) {
  const auto choose = [&](std::int64_t bytes) {
    const std::string file = *world.upload(world.upload_url(amina), bytes);
    return world.mutate(amina, "users:update", format(R"({{"avatarStorageId":"{}"}})", file))
        .code();
  };
  EXPECT_EQ(choose(5 * 1024 * 1024), "ok");
  EXPECT_EQ(choose(5 * 1024 * 1024 + 1), "invalid");
}

}  // namespace
}  // namespace vv::market
