#include "store/sqlite/sql.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/migrate.hpp"
#include "store/testing_store.hpp"

namespace vv::store::sqlite {
namespace {

struct Thing {
  Id<Thing> id;
  double creation_time = 0;
  std::string a;
  std::optional<std::int64_t> b;
  bool c = false;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (id, creation_time, a, b, c))

Schema things() {
  Schema schema;
  schema.add(table<Thing>("things")
                 .index("by_a_b", &Thing::a, &Thing::b)
                 .index("by_b", &Thing::b)
                 .unique("by_a_c", &Thing::a, &Thing::c));
  return schema;
}

// SQLite rewrites every index that names a column of the statement, changed or not.
TEST(Sql, AnUpdateNamesTheChangedColumnsAlone) {
  const Schema schema = things();
  const Table& table = schema.tables().front();
  EXPECT_EQ(detail::update_row(kDialect, table, 1U << 2 | 1U << 4),
            "UPDATE \"things\" SET \"a\" = ?1, \"c\" = ?2 WHERE \"_id\" = ?3");
  EXPECT_NE(shape_of(0, RowStatement::Update, 1U << 2), shape_of(0, RowStatement::Update, 1U << 4));
}

// A sort would read the whole range before it gives the first row.
TEST(Sql, ScansComeOutOfTheirIndexInOrderWithoutASort) {
  const TemporaryFolder folder;
  auto opened = Connection::open(folder.file("test.db"), Connection::Mode::ReadWrite);
  ASSERT_TRUE(opened);
  Connection& connection = **opened;
  const Schema schema = things();
  ASSERT_TRUE(migrate(connection, schema));
  const Table& table = schema.tables().front();

  for (std::uint32_t index = 0; index < table.indexes.size(); ++index) {
    const Index& declared = table.indexes[index];
    // A whole unique key gives one row: nothing to sort, though the plan says it might.
    const std::size_t most = declared.columns.size() - (declared.unique ? 1 : 0);
    for (std::size_t equalities = 0; equalities <= most; ++equalities) {
      for (const Order order : {Order::Ascending, Order::Descending}) {
        for (const ScanEnds ends : {ScanEnds{}, ScanEnds{true, false}, ScanEnds{true, true}}) {
          Scan scan;
          scan.index = index;
          scan.order = order;
          scan.prefix.resize(equalities);
          const std::string sql = select_scan(table, scan, ends);
          auto plan = connection.prepare("EXPLAIN QUERY PLAN " + sql);
          ASSERT_TRUE(plan) << plan.error().message << "\n" << sql;
          for (auto row = plan->step(); row && *row; row = plan->step()) {
            EXPECT_THAT(plan->text(3), testing::Not(testing::HasSubstr("TEMP B-TREE"))) << sql;
          }
        }
      }
    }
  }
}

TEST(Sql, KeepsTheContractsColumnNames) {
  const Schema schema = things();
  EXPECT_EQ(
      create_table(schema, schema.tables().front()),
      "CREATE TABLE \"things\" (\"_id\" TEXT NOT NULL PRIMARY KEY, \"_creationTime\" REAL NOT "
      "NULL, \"a\" TEXT NOT NULL, \"b\" INTEGER, \"c\" INTEGER NOT NULL) STRICT");
}

}  // namespace
}  // namespace vv::store::sqlite
