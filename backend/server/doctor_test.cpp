#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "identity/user.hpp"
#include "market/documents.hpp"
#include "server/commands.hpp"
#include "server/functions.hpp"
#include "store/store.hpp"
#include "store/testing_store.hpp"

namespace vv::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// What `visavis doctor` prints of the data in `folder`.
std::string examined(const store::TemporaryFolder& folder, int& status) {
  ConfigSources sources;
  sources.environment = {"VISAVIS_DATA=" + folder.path()};
  ::testing::internal::CaptureStdout();
  status = examine(sources);
  return ::testing::internal::GetCapturedStdout();
}

// covers I2
TEST(Doctor, SaysWhichRowsDoNotAgree) {
  const store::TemporaryFolder folder;
  const auto write = [&](const std::function<Status(store::Writer&)>& body) {
    const auto store = store::Store::open({.path = folder.file("visavis.db")}, make_schema());
    ASSERT_TRUE(store) << store.error().message;
    const auto done = (*store)->write_and_wait(body);
    ASSERT_TRUE(done) << done.error().message;
  };
  market::Offre offre;
  market::Demande demande;
  write([&](store::Writer& db) -> Status {
    identity::User user;
    user.email = "a@example.org";
    VV_ASSIGN_OR_RETURN(user.id, db.insert(user));
    demande.demandeur_id = user.id;
    demande.nombre_offres = 1;
    VV_ASSIGN_OR_RETURN(demande.id, db.insert(demande));
    offre.demande_id = demande.id;
    offre.demandeur_id = user.id;
    offre.offreur_id = user.id;
    VV_ASSIGN_OR_RETURN(offre.id, db.insert(offre));
    return {};
  });
  int status = 0;
  std::string said = examined(folder, status);
  EXPECT_THAT(said, HasSubstr("ok    demandes, offres, sessions and commits agree"));
  EXPECT_THAT(said, Not(HasSubstr("FAIL  I")));

  write([&](store::Writer& db) {
    demande.status = market::DemandeStatus::Cancelled;
    return db.replace(demande);
  });
  said = examined(folder, status);
  EXPECT_THAT(said, HasSubstr("FAIL  I2: offre " + offre.id.str()));
  EXPECT_EQ(status, 1);
}

}  // namespace
}  // namespace vv::server
