#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/user.hpp"
#include "market/documents.hpp"
#include "market/invariants.hpp"
#include "reactive/promises.hpp"
#include "server/functions.hpp"
#include "server/testing_schema_1_0.hpp"
#include "store/backup.hpp"
#include "store/store.hpp"
#include "store/testing_dump.hpp"
#include "store/testing_store.hpp"

// Forward, from the database of each release: today's server opens it, keeps what it holds, and
// writes into it.
namespace vv::server {
namespace {

using ::testing::IsEmpty;

struct Release {
  const char* name;
  const char* database;
};
constexpr Release kReleases[] = {{"1.0", kSchema10}};

Status look_at_what_every_release_holds(store::Reader& db) {
  for (const auto look : {market::broken_invariants, reactive::broken_promises}) {
    VV_ASSIGN_OR_RETURN(const std::vector<std::string> complaints, look(db));
    EXPECT_THAT(complaints, IsEmpty());
  }
  VV_ASSIGN_OR_RETURN(const auto demandes, db.query<market::Demande>().collect());
  EXPECT_EQ(demandes.size(), 2U);
  EXPECT_EQ(demandes.at(1).titre, "Une étagère");
  VV_ASSIGN_OR_RETURN(const auto user, db.get(demandes.at(0).demandeur_id));
  EXPECT_EQ(user.name, "Amina");
  VV_ASSIGN_OR_RETURN(
      const auto active,
      db.query<market::MeetSession>("by_status").eq(market::MeetStatus::Active).collect());
  EXPECT_EQ(active.size(), 1U);
  VV_ASSIGN_OR_RETURN(const auto messages, db.query<market::Message>().collect());
  EXPECT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages.at(0).texte, "Bonjour");
  VV_ASSIGN_OR_RETURN(const auto file, db.get(*messages.at(1).file_id));
  EXPECT_EQ(file.type, "image/png");
  EXPECT_EQ(file.taille, 9);
  return {};
}

TEST(Releases, TheDatabaseOfEachIsOpenedAndGoesOn) {
  for (const Release& release : kReleases) {
    SCOPED_TRACE(release.name);
    const store::TemporaryFolder folder;
    const std::string path = folder.file("visavis.db");
    store::make_database(path, release.database);
    for (int start = 0; start < 2; ++start) {  // what was migrated opens again
      const auto store = store::Store::open({.path = path}, make_schema());
      ASSERT_TRUE(store) << store.error().message;
      const store::Timestamp before = (*store)->published();
      EXPECT_GT(before.nanos, 1'795'460'000'000'000'000U) << "commits go on from where they were";
      const Status read = (*store)->read(look_at_what_every_release_holds);
      EXPECT_TRUE(read) << read.error().message;
      const auto commit = (*store)->write_and_wait([start](store::Writer& db) -> Status {
        VV_ASSIGN_OR_RETURN(const auto messages, db.query<market::Message>().collect());
        VV_ASSIGN_OR_RETURN(market::Message last, db.get(messages.back().id));
        last.nom_fichier = std::to_string(start) + ".png";
        return db.replace(last);
      });
      ASSERT_TRUE(commit) << commit.error().message;
      EXPECT_GT(commit->ts, before);
    }
    EXPECT_TRUE(store::check_integrity(path));
  }
}

}  // namespace
}  // namespace vv::server
