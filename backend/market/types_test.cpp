#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "market/testing_world.hpp"
#include "reactive/typescript.hpp"

namespace vv::market {
namespace {

// The frontend is written against these names.
TEST(MarketTypes, AreNamedAsTheFrontendUsesThem) {
  World world;
  const std::string types = reactive::typescript(world.engine->registry());
  for (const char* line :
       {"export type Personne = { _id: Id<\"users\">; name: string; avatarUrl: string | null };",
        "export type Demande = ", "export type Offre = ", "export type OffreAvecDemande = ",
        "export type ActiveMeet = ", "export type MeetSession = ", "export type PastMeet = ",
        "export type Ticket = ", "export type Message = ", "export type Fichier = ",
        "recordings: Recording[]", "export type Me = ", "callId: string", "togetherMs: number",
        "export type DemandeStatus = \"open\" | \"assigned\" | \"cancelled\";",
        "export type OffreStatus = ", "export type MeetStatus = ", "export type MeetRole = "}) {
    EXPECT_THAT(types, testing::HasSubstr(line));
  }
  EXPECT_THAT(types, testing::Not(testing::HasSubstr("password")));
}

}  // namespace
}  // namespace vv::market
