#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/store.hpp"
#include "store/testing_postgres.hpp"

namespace vv::store {
namespace {

using testing::HasSubstr;

// One table through the years; each struct is what a version of the program declares.
struct First {
  Id<First> id;
  double creation_time = 0;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(First, (), (id, creation_time, name))

struct WithNote {
  Id<WithNote> id;
  double creation_time = 0;
  std::string name;
  std::optional<std::string> note;
  std::int64_t stars = 0;
};
BOOST_DESCRIBE_STRUCT(WithNote, (), (id, creation_time, name, note, stars))

struct NumberedName {
  Id<NumberedName> id;
  double creation_time = 0;
  std::int64_t name = 0;
};
BOOST_DESCRIBE_STRUCT(NumberedName, (), (id, creation_time, name))

class MigrateTest : public testing::TestWithParam<TestEngine> {
 protected:
  template <class D>
  Result<std::unique_ptr<Store>> open(const TableBuilder<D>& builder) {
    Schema schema;
    schema.add(builder);
    return Store::open({.path = database_.path()}, std::move(schema));
  }
  void make_first(int rows) {
    auto opened = open(table<First>("things"));
    ASSERT_TRUE(opened);
    for (int i = 0; i < rows; ++i) {
      ASSERT_TRUE((*opened)->write_and_wait([](Writer& db) -> Status {
        VV_TRY(db.insert(First{.id = {}, .creation_time = 0, .name = "same"}));
        return {};
      }));
    }
  }
  TestDatabase database_{GetParam()};
};

TEST_P(MigrateTest, AddsColumnsAndIndexesAndKeepsTheRows) {
  make_first(2);
  auto opened = open(table<WithNote>("things")
                         .default_value(&WithNote::stars, std::int64_t{3})
                         .index("by_name", &WithNote::name));
  ASSERT_TRUE(opened) << opened.error().message;
  ASSERT_TRUE((*opened)->read([](Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(const auto rows, db.query<WithNote>("by_name").eq("same").collect());
    EXPECT_EQ(rows.size(), 2U);
    for (const WithNote& row : rows) {
      EXPECT_EQ(row.note, std::nullopt);
      EXPECT_EQ(row.stars, 3);
    }
    return {};
  }));
}

TEST_P(MigrateTest, RefusesAColumnThatOldRowsCannotFill) {
  make_first(1);
  const auto opened = open(table<WithNote>("things"));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("lacks stars"));
  EXPECT_TRUE(open(table<First>("things"))) << "and leaves the file as it was";
}

TEST_P(MigrateTest, RefusesAnotherType) {
  make_first(1);
  const auto opened = open(table<NumberedName>("things"));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("has name as TEXT"));
}

TEST_P(MigrateTest, RefusesAColumnItDoesNotKnow) {
  ASSERT_TRUE(open(table<WithNote>("things")));
  const auto opened = open(table<First>("things"));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("does not know"));
}

TEST_P(MigrateTest, RefusesAUniqueIndexThatRowsBreak) {
  make_first(2);
  const auto opened = open(table<First>("things").unique("one_name", &First::name));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("one_name"));
}

TEST_P(MigrateTest, RefusesAnIndexThatMeansSomethingElse) {
  ASSERT_TRUE(open(table<First>("things").index("by_name", &First::name)));
  const auto opened = open(table<First>("things").unique("by_name", &First::name));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("new name"));
}

INSTANTIATE_TEST_SUITE_P(Sqlite, MigrateTest, testing::Values(TestEngine::Sqlite));
INSTANTIATE_TEST_SUITE_P(Postgres, MigrateTest, testing::Values(TestEngine::Postgres));

}  // namespace
}  // namespace vv::store
