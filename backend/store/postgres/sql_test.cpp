#include "store/postgres/sql.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/postgres/connection.hpp"
#include "store/postgres/migrate.hpp"
#include "store/postgres/text.hpp"
#include "store/testing_postgres.hpp"

namespace vv::store::postgres {
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

Value sample(const Column& column) {
  switch (column.type) {
    case ColumnType::Integer:
      return std::int64_t{7};
    case ColumnType::Real:
      return 7.0;
    case ColumnType::Boolean:
      return true;
    default:
      return std::string("seven");
  }
}

// A sort would read the whole range before it gives the first row.
TEST(PostgresSql, ScansComeOutOfAnIndexInOrderWithoutASort) {
  const TestDatabase database(TestEngine::Postgres);
  auto opened = Connection::open(database.path(), Connection::Purpose::Write);
  ASSERT_TRUE(opened);
  Connection& connection = **opened;
  const Schema schema = things();
  ASSERT_TRUE(migrate(connection, schema));
  const Table& table = schema.tables().front();

  for (std::uint32_t index = 0; index < table.indexes.size(); ++index) {
    const Index& declared = table.indexes[index];
    const std::vector<std::size_t> key = detail::key_columns(declared);
    // A whole unique key gives one row, which another index may find as soon.
    const std::size_t most = declared.columns.size() - (declared.unique ? 1 : 0);
    for (std::size_t equalities = 0; equalities <= most; ++equalities) {
      for (const Order order : {Order::Ascending, Order::Descending}) {
        for (const detail::ScanEnds ends : {detail::ScanEnds{}, detail::ScanEnds{true, true}}) {
          Scan scan;
          scan.index = index;
          scan.order = order;
          std::vector<Value> values;
          for (std::size_t i = 0; i < equalities; ++i) {
            scan.prefix.push_back(sample(table.columns[key[i]]));
            values.push_back(scan.prefix.back());
          }
          for (int end = 0; ends.after && end < 2; ++end) {
            for (std::size_t i = equalities; i < key.size(); ++i) {
              values.push_back(sample(table.columns[key[i]]));
            }
          }
          const Selection selection = select_scan(table, scan, ends, values, 10);
          const auto plan = connection.run("EXPLAIN " + selection.text, selection.parameters);
          ASSERT_TRUE(plan) << plan.error().message << "\n" << selection.text;
          std::string text;
          for (int row = 0; row < plan->rows(); ++row) text += plan->text(row, 0) + "\n";
          EXPECT_THAT(text, testing::HasSubstr("Index Scan")) << selection.text;
          EXPECT_THAT(text, testing::Not(testing::ContainsRegex("(^|> +)Sort  "))) << text;
        }
      }
    }
  }
}

TEST(PostgresSql, KeepsTheContractsColumnNames) {
  EXPECT_EQ(create_table(things().tables().front()),
            "CREATE TABLE \"things\" (\"_id\" TEXT COLLATE \"C\" NOT NULL PRIMARY KEY, "
            "\"_creationTime\" DOUBLE PRECISION NOT NULL, \"a\" TEXT COLLATE \"C\" NOT NULL, "
            "\"b\" BIGINT, \"c\" BOOLEAN NOT NULL)");
}

TEST(PostgresText, KeepsEveryTextAndTheOrderOfItsBytes) {
  const std::vector<std::string> texts = {"",
                                          std::string("\0", 1),
                                          std::string("\0\0", 2),
                                          std::string("\0\1", 2),
                                          std::string("\0a", 2),
                                          "\1",
                                          std::string("\1\0", 2),
                                          "\1\1",
                                          "\1\2",
                                          "\2",
                                          "L'Étranger"};
  std::string last;
  for (const std::string& text : texts) {
    const std::string column = to_column(text);
    EXPECT_EQ(column.find('\0'), std::string::npos);
    EXPECT_EQ(from_column(column), text);
    EXPECT_TRUE(text.empty() || last < column) << text;
    last = column;
  }
  EXPECT_EQ(to_column("L'Étranger"), "L'Étranger");
}

}  // namespace
}  // namespace vv::store::postgres
