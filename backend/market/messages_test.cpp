#include "market/messages.hpp"

#include <gmock/gmock.h>

#include "market/files.hpp"
#include "market/testing_world.hpp"

namespace vv::market {
namespace {

class MessagesTest : public testing::Test {
 protected:
  Answer list(const std::string& who, int n = 10, const std::string& by = "offreId") {
    return world.query(who, "messages:list",
                       format(R"({{"{}":"{}","paginationOpts":{{"numItems":{},"cursor":null}}}})",
                              by, by == "offreId" ? offre : session, n));
  }
  Answer send(const std::string& who, const std::string& more, const std::string& by = "offreId") {
    return world.mutate(who, "messages:send",
                        format(R"({{"{}":"{}",{}}})", by, by == "offreId" ? offre : session, more));
  }
  Answer say(const std::string& who, const std::string& text) {
    return send(who, R"("texte":")" + text + "\"");
  }
  std::string texte(const Answer& list, std::size_t i) {
    return Answer::text_in(list.item(i), "texte");
  }
  std::string may_read(const std::string& file, const std::string& reader) {
    const auto read = world.files->may_read(file, reader);
    return read ? "ok" : std::string(to_string(read.error().code));
  }

  World world;
  std::string amina = world.add_user("amina");
  std::string bruno = world.add_user("bruno");
  std::string chloe = world.add_user("chloe");
  std::string demande = world.add_demande(amina);
  std::string offre = world.add_offre(bruno, demande);
  std::string rival = world.add_offre(chloe, demande);
  std::string session = world.move(amina, offre, "accepted").text("meetSessionId");
};

TEST_F(MessagesTest, TheTwoOfAnOffreReadEachOtherNewestFirst) {
  EXPECT_TRUE(say(amina, "  bonjour  ").ok);
  EXPECT_TRUE(say(bruno, "salut").ok);
  const Answer seen = list(bruno);
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(texte(seen, 0), "salut");
  EXPECT_EQ(Answer::text_in(seen.item(0), "auteurId"), bruno);
  EXPECT_EQ(texte(seen, 1), "bonjour");
  EXPECT_EQ(seen.item(0).find("fichier"), nullptr);
}

TEST_F(MessagesTest, AnOffreAndItsSessionsAreOneConversation) {
  say(amina, "par l'offre");
  send(bruno, R"("texte":"par la séance")", "sessionId");
  world.mutate(amina, "meetSessions:endMeetSession", World::session_args(session));
  EXPECT_EQ(list(amina, 10, "sessionId").size(), 2U);
  EXPECT_EQ(list(bruno).size(), 2U);
  EXPECT_TRUE(say(bruno, "après l'appel").ok);
}

TEST_F(MessagesTest, AConversationIsNamedOnce) {
  EXPECT_EQ(world.mutate(amina, "messages:send", R"({"texte":"x"})").code(), "invalid");
  EXPECT_EQ(
      world
          .mutate(amina, "messages:send",
                  format(R"({{"offreId":"{}","sessionId":"{}","texte":"x"}})", rival, session))
          .code(),
      "invalid");
  EXPECT_TRUE(
      world
          .mutate(amina, "messages:send",
                  format(R"({{"offreId":"{}","sessionId":"{}","texte":"x"}})", offre, session))
          .ok);
}

TEST_F(MessagesTest, ATextHasOneToFourThousandCharacters) {
  EXPECT_EQ(say(amina, "   ").code(), "invalid");
  EXPECT_EQ(send(amina, R"("nomFichier":"x")").code(), "invalid");
  EXPECT_TRUE(say(amina, std::string(4000, 'x')).ok);
  EXPECT_EQ(say(amina, std::string(4001, 'x')).code(), "invalid");
}

// covers H17
TEST_F(MessagesTest, AThirdPersonLearnsNothing) {
  say(amina, "entre nous");
  EXPECT_EQ(list(chloe).code(), "not_found");
  EXPECT_EQ(list(chloe, 10, "sessionId").code(), "not_found");
  EXPECT_EQ(say(chloe, "coucou").code(), "not_found");
  EXPECT_EQ(send(chloe, R"("texte":"x")", "sessionId").code(), "not_found");
  EXPECT_EQ(
      world
          .query(chloe, "messages:list",
                 format(R"({{"offreId":"{}","paginationOpts":{{"numItems":1,"cursor":null}}}})",
                        rival))
          .present_status(),
      "rejected");  // her own, which has no conversation
}

TEST_F(MessagesTest, AFileGoesToTheOtherOfTheTwoAndNobodyElse) {
  const std::string file = world.add_file(amina, "application/pdf");
  EXPECT_EQ(may_read(file, amina), "ok");
  EXPECT_EQ(may_read(file, bruno), "not_found");
  EXPECT_TRUE(
      send(amina, format(R"("storageId":"{}","nomFichier":"C:\\devis\\plan.pdf")", file)).ok);
  const Answer seen = list(bruno);
  const Value& fichier = *seen.item(0).find("fichier");
  EXPECT_EQ(Answer::text_in(fichier, "nom"), "plan.pdf");
  EXPECT_EQ(Answer::text_in(fichier, "type"), "application/pdf");
  EXPECT_EQ(*fichier.find("taille")->number(), 1'000);
  EXPECT_EQ(may_read(file, bruno), "ok");
  EXPECT_EQ(may_read(file, chloe), "not_found");
  EXPECT_EQ(may_read(file, ""), "not_found");
}

TEST_F(MessagesTest, EachReaderGetsALinkOfTheirOwn) {
  send(amina, format(R"("storageId":"{}")", world.add_file(amina)));
  const auto url = [&](const std::string& who) {
    const Answer seen = list(who);
    return Answer::text_in(*seen.item(0).find("fichier"), "url");
  };
  EXPECT_THAT(url(bruno), testing::HasSubstr("p=" + bruno));
  EXPECT_NE(url(amina), url(bruno));
}

TEST_F(MessagesTest, AFileIsSentOnceAndByItsOwner) {
  const std::string file = world.add_file(amina);
  const std::string with_file = format(R"("storageId":"{}")", file);
  EXPECT_EQ(send(bruno, with_file).code(), "not_found");
  EXPECT_TRUE(send(amina, with_file).ok);
  EXPECT_EQ(send(amina, with_file).code(), "conflict");
  EXPECT_EQ(
      world.mutate(amina, "users:update", format(R"({{"avatarStorageId":"{}"}})", file)).code(),
      "conflict");
  EXPECT_EQ(send(amina, R"("storageId":"nothing")").code(), "not_found");
}

TEST_F(MessagesTest, ASentFileStays) {
  const std::string file = world.add_file(amina);
  send(amina, format(R"("storageId":"{}")", file));
  world.advance(days(30));
  world.sweep_files();
  EXPECT_EQ(may_read(file, bruno), "ok");
}

}  // namespace
}  // namespace vv::market
