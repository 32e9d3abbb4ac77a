#include "market/market.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "market/testing_world.hpp"

namespace vv::market {
namespace {

using testing::ElementsAre;

class MarketTest : public testing::Test {
 protected:
  World world;
  std::string amina = world.add_user("amina");
  std::string bruno = world.add_user("bruno");
  std::string chloe = world.add_user("chloe");
};

TEST_F(MarketTest, TellsWhoIsSignedIn) {
  EXPECT_TRUE(world.query("", "users:me", "{}").value.is_null());
  const Answer me = world.query(amina, "users:me", "{}");
  EXPECT_EQ(me.text("_id"), amina);
  EXPECT_EQ(me.text("email"), "amina@example.org");
  EXPECT_EQ(me.text("locale"), "fr");
  EXPECT_TRUE(me.value.find("avatarUrl")->is_null());
}

TEST_F(MarketTest, ChangesOnesOwnProfile) {
  EXPECT_EQ(world.mutate(amina, "users:update", R"({"name":" Amina B. ","locale":"en"})").code(),
            "ok");
  EXPECT_EQ(world.query(amina, "users:me", "{}").text("name"), "Amina B.");
  EXPECT_EQ(world.mutate(amina, "users:update", R"({"locale":"de"})").code(), "invalid");
  EXPECT_EQ(world.mutate(amina, "users:update", R"({"avatarStorageId":"nothing"})").code(),
            "not_found");
}

TEST_F(MarketTest, ListsOpenDemandesNewestFirstInPages) {
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) made.push_back(world.add_demande(amina));
  const Answer first = world.query("", "demandes:list", World::page(3));
  ASSERT_EQ(first.size(), 3U);
  EXPECT_EQ(Answer::text_in(first.item(0), "_id"), made[4]);
  EXPECT_EQ(Answer::text_in(*first.item(0).find("demandeur"), "name"), "amina");
  const Answer second =
      world.query("", "demandes:list", World::page(3, first.text("continueCursor")));
  ASSERT_EQ(second.size(), 2U);
  EXPECT_EQ(Answer::text_in(second.item(1), "_id"), made[0]);
  EXPECT_TRUE(*second.value.find("isDone")->boolean());
}

TEST_F(MarketTest, FindsDemandesByWordsWithoutAccents) {
  world.add_demande(amina);
  world.mutate(amina, "demandes:create",
               R"({"titre":"Guitare","description":"Une épée","prix":0,"devise":"USD"})");
  const auto search = [&](const std::string& words) {
    return world
        .query("", "demandes:list",
               format(R"({{"recherche":"{}","paginationOpts":{{"numItems":9,"cursor":null}}}})",
                      words))
        .size();
  };
  EXPECT_EQ(search("velo"), 1U);
  EXPECT_EQ(search("EPEE guit"), 1U);
  EXPECT_EQ(search("guitare vélo"), 0U);
  EXPECT_EQ(search(""), 2U);
}

TEST_F(MarketTest, AcceptingAssignsRejectsTheOthersAndOpensOneMeeting) {
  const std::string demande = world.add_demande(amina);
  const std::string offre = world.add_offre(bruno, demande);
  const std::string other = world.add_offre(chloe, demande);
  const Answer accepted = world.move(amina, offre, "accepted");
  ASSERT_EQ(accepted.code(), "ok") << accepted.message;
  EXPECT_TRUE(accepted.text("callId").starts_with("meet_"));

  EXPECT_EQ(world.query(amina, "demandes:get", World::demande_args(demande)).text("status"),
            "assigned");
  const Answer offres = world.query(amina, "offres:listForDemande", World::demande_args(demande));
  ASSERT_EQ(offres.size(), 2U);
  EXPECT_EQ(Answer::text_in(offres.item(0), "status"), "rejected");
  EXPECT_EQ(Answer::text_in(offres.item(1), "status"), "accepted");
  EXPECT_EQ(Answer::text_in(offres.item(1), "meetSessionId"), accepted.text("meetSessionId"));
  EXPECT_EQ(Answer::text_in(offres.item(1), "devise"), "EUR");

  for (const auto& [who, role, peer] :
       {std::tuple{amina, "demandeur", "bruno"}, std::tuple{bruno, "offreur", "amina"}}) {
    const Answer meets = world.query(who, "meetSessions:getUserActiveMeetSessions", "{}");
    ASSERT_EQ(meets.size(), 1U);
    EXPECT_EQ(Answer::text_in(meets.item(0), "role"), role);
    EXPECT_EQ(Answer::text_in(meets.item(0), "status"), "active");
    EXPECT_EQ(Answer::text_in(*meets.item(0).find("autre"), "name"), peer);
    EXPECT_EQ(Answer::text_in(*meets.item(0).find("demande"), "titre"), "Vélo");
  }
  EXPECT_EQ(world.query(chloe, "meetSessions:getUserActiveMeetSessions", "{}").size(), 0U);
  EXPECT_EQ(broken_invariant(world), "");
  EXPECT_EQ(other.size(), 26U);
}

TEST_F(MarketTest, ShowsReceivedAndSentOffresWithTheirDemande) {
  const std::string demande = world.add_demande(amina);
  world.add_offre(bruno, demande);
  const Answer received = world.query(amina, "offres:received", World::page(9));
  const Answer sent = world.query(bruno, "offres:sent", World::page(9));
  for (const Answer& page : {received, sent}) {
    ASSERT_EQ(page.size(), 1U);
    EXPECT_EQ(Answer::text_in(*page.item(0).find("demande"), "titre"), "Vélo");
    EXPECT_EQ(Answer::text_in(*page.item(0).find("offreur"), "name"), "bruno");
  }
  EXPECT_EQ(world.query(bruno, "offres:received", World::page(9)).size(), 0U);
}

TEST_F(MarketTest, CancellingADemandeRejectsItsPendingOffres) {
  const std::string demande = world.add_demande(amina);
  world.add_offre(bruno, demande);
  EXPECT_EQ(world.mutate(amina, "demandes:cancel", World::demande_args(demande)).code(), "ok");
  EXPECT_EQ(Answer::text_in(world.query(bruno, "offres:sent", World::page(9)).item(0), "status"),
            "rejected");
  EXPECT_EQ(world.mutate(amina, "demandes:cancel", World::demande_args(demande)).code(), "ok")
      << "a state already reached is no error";
  EXPECT_EQ(world.offer(chloe, demande).code(), "conflict");
}

TEST_F(MarketTest, JoiningGivesAPartyATicketOfItsOwn) {
  const std::string demande = world.add_demande(amina);
  const Answer pair = world.move(amina, world.add_offre(bruno, demande), "accepted");
  const std::string session = pair.text("meetSessionId");
  const Answer ticket = world.act(bruno, "video:join", World::session_args(session));
  ASSERT_EQ(ticket.code(), "ok") << ticket.message;
  EXPECT_EQ(ticket.text("roomName"), pair.text("callId"));
  EXPECT_EQ(ticket.text("token"), bruno + "@" + pair.text("callId"));
  EXPECT_EQ(ticket.text("serverUrl"), "http://localhost:8080");
}

TEST_F(MarketTest, HistoryTellsHowLongBothWereThere) {
  const std::string demande = world.add_demande(amina);
  const Answer pair = world.move(amina, world.add_offre(bruno, demande), "accepted");
  const std::string room = pair.text("callId");
  world.doorkeeper->joined(room, amina);
  world.settle();
  world.advance(minutes(1));
  world.doorkeeper->joined(room, bruno);
  world.settle();
  world.advance(minutes(5));
  world.doorkeeper->left(room, bruno);
  world.settle();
  world.advance(minutes(1));
  world.mutate(amina, "meetSessions:endMeetSession",
               World::session_args(pair.text("meetSessionId")));

  for (const std::string& who : {amina, bruno}) {
    const Answer history = world.query(who, "meetSessions:history", World::page(9));
    ASSERT_EQ(history.size(), 1U);
    EXPECT_EQ(*history.item(0).find("togetherMs")->number(), 5 * 60'000);
    EXPECT_EQ(history.item(0).find("participants")->array()->size(), 2U);
    EXPECT_EQ(Answer::text_in(history.item(0), "endedBy"), amina);
    EXPECT_EQ(Answer::text_in(history.item(0), "status"), "completed");
    EXPECT_EQ(world.query(who, "meetSessions:getUserActiveMeetSessions", "{}").size(), 0U);
  }
  EXPECT_THAT(world.video.closed(), ElementsAre(room));
}

TEST_F(MarketTest, RefusesBadArgumentsWithTheirField) {
  const Answer refused = world.mutate(amina, "demandes:create",
                                      R"({"titre":" ","description":"","prix":1,"devise":"EUR"})");
  EXPECT_EQ(refused.code(), "invalid");
  EXPECT_EQ(Answer::text_in(refused.data, "field"), "titre");
  EXPECT_EQ(world
                .mutate(amina, "demandes:create",
                        R"({"titre":"x","description":"","prix":1000000001,"devise":"EUR"})")
                .code(),
            "invalid");
}

TEST_F(MarketTest, AddsTheDemoDemandeOnce) {
  for (int i = 0; i < 2; ++i) {
    const auto done = world.store->write_and_wait([&](store::Writer& db) {
      MutationContext ctx(db, {.identity = nullptr, .now = world.now(), .random = &world.random});
      return add_demo_demande(ctx, UserId(amina));
    });
    ASSERT_TRUE(done);
  }
  EXPECT_EQ(world.query("", "demandes:list", World::page(9)).size(), 1U);
}

}  // namespace
}  // namespace vv::market
