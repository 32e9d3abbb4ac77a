#include <gtest/gtest.h>

#include "market/documents.hpp"
#include "market/market.hpp"
#include "store/store.hpp"
#include "store/testing_store.hpp"

// Databases of earlier versions open, and keep what they hold.
namespace vv::market {
namespace {

/// As 0.1 had them.
namespace earlier {
struct File {
  Id<File> id;
  double creation_time = 0;
  UserId owner_id;
  std::string type;
  std::int64_t taille = 0;
};
BOOST_DESCRIBE_STRUCT(File, (), (id, creation_time, owner_id, type, taille))

struct Message {
  Id<Message> id;
  double creation_time = 0;
  OffreId offre_id;
  UserId auteur_id;
  std::optional<std::string> texte;
  std::optional<Id<File>> file_id;
  std::optional<std::string> nom_fichier;
};
BOOST_DESCRIBE_STRUCT(Message, (),
                      (id, creation_time, offre_id, auteur_id, texte, file_id, nom_fichier))

store::Schema schema() {
  store::Schema schema;
  identity::declare_schema(schema);
  schema.add(store::table<Demande>("demandes")
                 .index("by_status", &Demande::status)
                 .index("by_demandeur", &Demande::demandeur_id));
  schema.add(store::table<Offre>("offres").index("by_demande", &Offre::demande_id));
  schema.add(store::table<MeetSession>("meetSessions").unique("by_call", &MeetSession::call_id));
  schema.add(store::table<File>("files").index("by_owner", &File::owner_id));
  schema.add(store::table<Message>("messages").index("by_offre", &Message::offre_id));
  return schema;
}
}  // namespace earlier

TEST(Migration, FilesAndMessagesOfAnEarlierDatabaseStay) {
  const store::TemporaryFolder folder;
  const std::string path = folder.file("market.db");
  Id<earlier::File> file_id;
  Id<earlier::Message> message_id;
  {
    auto store = store::Store::open({.path = path}, earlier::schema());
    ASSERT_TRUE(store) << store.error().message;
    const auto done = (*store)->write_and_wait([&](store::Writer& db) -> Status {
      User user;
      user.email = "a@example.org";
      VV_ASSIGN_OR_RETURN(user.id, db.insert(user));
      Demande demande;
      demande.demandeur_id = user.id;
      VV_ASSIGN_OR_RETURN(demande.id, db.insert(demande));
      Offre offre;
      offre.demande_id = demande.id;
      offre.demandeur_id = user.id;
      offre.offreur_id = user.id;
      VV_ASSIGN_OR_RETURN(offre.id, db.insert(offre));
      earlier::File file;
      file.owner_id = user.id;
      file.type = "image/png";
      file.taille = 7;
      VV_ASSIGN_OR_RETURN(file_id, db.insert(file));
      earlier::Message message;
      message.offre_id = offre.id;
      message.auteur_id = user.id;
      message.file_id = file_id;
      VV_ASSIGN_OR_RETURN(message_id, db.insert(message));
      return {};
    });
    ASSERT_TRUE(done) << done.error().message;
  }
  store::Schema schema;
  identity::declare_schema(schema);
  declare_schema(schema);
  auto store = store::Store::open({.path = path}, std::move(schema));
  ASSERT_TRUE(store) << store.error().message;
  const Status read = (*store)->read([&](store::Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(const File file, db.get(FileId(file_id.str())));
    EXPECT_EQ(file.taille, 7);
    EXPECT_FALSE(file.attached);
    EXPECT_FALSE(file.offre_id);
    VV_ASSIGN_OR_RETURN(const Message message, db.get(Id<Message>(message_id.str())));
    EXPECT_EQ(message.file_id, file.id);
    VV_ASSIGN_OR_RETURN(const std::size_t unattached,
                        db.query<File>("by_attached").eq(false).count(10));
    EXPECT_EQ(unattached, 1U);
    return {};
  });
  EXPECT_TRUE(read) << read.error().message;
}

}  // namespace
}  // namespace vv::market
