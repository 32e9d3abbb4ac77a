#include "store/sqlite/connection.hpp"

#include <gtest/gtest.h>

#include "store/testing_store.hpp"

namespace vv::store::sqlite {
namespace {

std::int64_t answer(Connection& connection, const std::string& sql) {
  auto statement = connection.prepare(sql);
  EXPECT_TRUE(statement) << sql;
  const auto row = statement->step();
  EXPECT_TRUE(row && *row) << sql;
  return statement->integer(0);
}

// covers H19
TEST(Connection, TheFileMayRunNothingOfItsOwn) {
  const TemporaryFolder folder;
  for (const auto mode : {Connection::Mode::ReadWrite, Connection::Mode::ReadOnly}) {
    auto connection = Connection::open(folder.file("a.db"), mode);
    ASSERT_TRUE(connection);
    if (mode == Connection::Mode::ReadWrite) {
      ASSERT_TRUE((*connection)->execute("CREATE TABLE t (a TEXT)"));
    }
    EXPECT_EQ(answer(**connection, "PRAGMA trusted_schema"), 0);
    EXPECT_FALSE((*connection)->execute("SELECT load_extension('nothing')"));
    EXPECT_FALSE((*connection)->execute("PRAGMA writable_schema=ON; DELETE FROM sqlite_schema"))
        << "the schema is nobody's to write";
  }
}

// covers H19
TEST(Connection, TextIsAValueWhateverItSays) {
  const TemporaryFolder folder;
  auto connection = Connection::open(folder.file("a.db"), Connection::Mode::ReadWrite);
  ASSERT_TRUE(connection);
  ASSERT_TRUE((*connection)->execute("CREATE TABLE t (a TEXT)"));
  const Value bent = std::string("'); DROP TABLE t; --");
  {
    auto insert = (*connection)->prepare("INSERT INTO t VALUES (?)");
    ASSERT_TRUE(insert);
    insert->bind(1, bent);
    ASSERT_TRUE(insert->run());
  }
  EXPECT_EQ(answer(**connection, "SELECT count(*) FROM t"), 1);
}

}  // namespace
}  // namespace vv::store::sqlite
