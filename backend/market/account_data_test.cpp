#include "market/account_data.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "market/rates.hpp"
#include "market/testing_world.hpp"
#include "reactive/types.hpp"

namespace vv::market {
namespace {

using testing::HasSubstr;
using testing::Not;

class AccountData : public testing::Test {
 protected:
  void say(const std::string& who, const std::string& fields) {
    ASSERT_TRUE(
        world.mutate(who, "messages:send", format(R"({{"offreId":"{}",{}}})", offre, fields)).ok);
  }
  std::string copy_of(const std::string& who) {
    const auto copy = export_account(*world.store, UserId(who), world.now(),
                                     [](const FileId& id) { return "/" + id.str(); });
    EXPECT_TRUE(copy);
    std::string text;
    if (copy) reactive::Codec<AccountExport>::encode(*copy, text);
    return text;
  }
  ErasedAccount erase(const std::string& who) {
    ErasedAccount erased;
    const auto done = world.store->write_and_wait([&](store::Writer& db) -> Status {
      MutationContext ctx(db, {.identity = nullptr,
                               .now = world.now(),
                               .random = &world.random,
                               .base_url = {},
                               .scheduler = world.scheduler.get()});
      VV_ASSIGN_OR_RETURN(erased, erase_account(ctx, UserId(who)));
      return {};
    });
    EXPECT_TRUE(done);
    return erased;
  }
  Answer talk(const std::string& who) {
    return world.query(
        who, "messages:list",
        format(R"({{"offreId":"{}","paginationOpts":{{"numItems":9,"cursor":null}}}})", offre));
  }

  World world;
  std::string amina = world.add_user("amina");
  std::string bruno = world.add_user("bruno");
  std::string chloe = world.add_user("chloe");
  std::string demande = world.add_demande(amina);
  std::string offre = world.add_offre(bruno, demande);
  std::string session = world.move(amina, offre, "accepted").text("meetSessionId");
};

// covers P2
TEST_F(AccountData, ACopyHoldsEverythingOfOnesOwnAndNothingOfStrangers) {
  say(amina, R"("texte":"bonjour")");
  say(bruno, R"("texte":"salut")");
  const std::string file = world.add_file(bruno);
  say(bruno, format(R"("storageId":"{}","nomFichier":"plan.png")", file));
  world.mutate(chloe, "demandes:create",
               R"({"titre":"Secret","description":"","prix":1,"devise":"EUR"})");
  const std::string his = copy_of(bruno);
  for (const auto& part :
       {std::string("bruno@example.org"), std::string("bonjour"), std::string("salut"),
        std::string("plan.png"), "/" + file, session, std::string("\"autre\":\"amina\"")}) {
    EXPECT_THAT(his, HasSubstr(part));
  }
  for (const char* part : {"Secret", "chloe", "amina@example.org", "password"}) {
    EXPECT_THAT(his, Not(HasSubstr(part)));
  }
}

TEST_F(AccountData, LinksToCopiesAreCountedAndForOneself) {
  World limited(7, Rates::Limited);
  const std::string who = limited.add_user("dora");
  for (std::size_t i = 0; i < kExportsADay; ++i) {
    const Answer link = limited.mutate(who, "users:generateExportUrl", "{}");
    ASSERT_TRUE(link.ok);
    EXPECT_THAT(*link.value.string(), HasSubstr(std::string(kExportPath) + who + "?"));
  }
  EXPECT_EQ(limited.mutate(who, "users:generateExportUrl", "{}").code(), "rate_limited");
  limited.advance(hours(24) + seconds(1));
  EXPECT_TRUE(limited.mutate(who, "users:generateExportUrl", "{}").ok);
}

// covers P2
TEST_F(AccountData, ErasureLeavesTheOtherPartyTheirConversationAndNothingElse) {
  say(bruno, R"("texte":"salut")");
  const std::string shared = world.add_file(bruno);
  say(bruno, format(R"("storageId":"{}","nomFichier":"plan.png")", shared));
  const std::string unused = world.add_file(bruno);
  const std::string his = world.add_demande(bruno);
  const std::string hers = world.add_offre(chloe, his);
  const std::string elsewhere = world.add_offre(bruno, world.add_demande(chloe));

  const ErasedAccount erased = erase(bruno);
  EXPECT_THAT(erased.files, testing::UnorderedElementsAre(shared, unused));
  ASSERT_EQ(erased.rooms.size(), 1U);
  const Answer read = talk(amina);
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(Answer::text_in(read.item(0), "texte"), "[fichier supprimé]");
  EXPECT_EQ(read.item(0).find("fichier"), nullptr);
  EXPECT_EQ(Answer::text_in(read.item(1), "texte"), "salut");
  const Answer past = world.query(amina, "meetSessions:history", World::page(9));
  ASSERT_EQ(past.size(), 1U);
  EXPECT_EQ(Answer::text_in(past.item(0), "endedBy"), "system");
  EXPECT_EQ(Answer::text_in(world.query(chloe, "offres:sent", World::page(9)).item(0), "status"),
            "rejected");
  EXPECT_EQ(world.query(chloe, "offres:received", World::page(9))
                .item(0)
                .find("message")
                ->string()
                ->size(),
            0U);
  EXPECT_EQ(world.query(chloe, "demandes:get", World::demande_args(his)).text("titre"),
            "Demande supprimée");
  EXPECT_EQ(broken_invariant(world), "");
}

TEST_F(AccountData, ErasureOfOneEndsNoCallOfOthers) {
  erase(chloe);
  EXPECT_EQ(world.query(amina, "meetSessions:getUserActiveMeetSessions", "{}").size(), 1U);
}

}  // namespace
}  // namespace vv::market
