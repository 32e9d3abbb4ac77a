#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <memory>

#include "store/store.hpp"
#include "store/testing_disk.hpp"
#include "store/testing_store.hpp"

// Disks that fail, by a file layer of our own under SQLite (threat-model.md F2, F3).
namespace vv::store {
namespace {

struct Note {
  Id<Note> id;
  double creation_time = 0;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Note, (), (id, creation_time, text))

std::unique_ptr<Store> open_store(const std::string& path) {
  TestDisk::instance();
  Schema schema;
  schema.add(table<Note>("notes"));
  auto opened = Store::open({.path = path}, std::move(schema));
  VV_CHECK(opened.has_value(), "the test has its database");
  return std::move(opened).value();
}

Result<Commit> add(Store& store) {
  return store.write_and_wait([](Writer& db) -> Status {
    VV_TRY(db.insert(Note{.id = {}, .creation_time = 0, .text = std::string(10'000, 'x')}));
    return {};
  });
}

std::size_t count(Store& store) {
  std::size_t found = 0;
  const Status read = store.read([&](Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(found, db.query<Note>().count(100));
    return {};
  });
  EXPECT_TRUE(read) << read.error().message;
  return found;
}

// covers F3
TEST(Faults, AFullDiskRefusesWritesServesReadsAndHealsWithoutARestart) {
  const TemporaryFolder folder;
  const auto store = open_store(folder.file("test.db"));
  ASSERT_TRUE(add(*store));
  const Timestamp before = store->published();

  TestDisk::instance().is_full = true;
  const auto refused = add(*store);
  EXPECT_EQ(count(*store), 1U);
  EXPECT_EQ(store->published(), before);
  TestDisk::instance().is_full = false;
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);

  EXPECT_TRUE(add(*store));
  EXPECT_EQ(count(*store), 2U);
}

// covers F2
TEST(FaultsDeathTest, AFailedSyncEndsTheProcessAndAnswersNothing) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const TemporaryFolder folder;
  EXPECT_DEATH(
      {
        const auto store = open_store(folder.file("test.db"));
        TestDisk::instance().sync_fails = true;
        static_cast<void>(add(*store));
        std::fputs("answered", stderr);
      },
      "could not be synced");
}

}  // namespace
}  // namespace vv::store
