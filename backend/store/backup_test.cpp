#include "store/backup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "store/store.hpp"
#include "store/testing_store.hpp"

namespace vv::store {
namespace {

using ::testing::HasSubstr;

constexpr std::streamoff kPage = 4096;  // bytes; SQLite's

struct Entry {
  Id<Entry> id;
  double creation_time = 0;
  std::int64_t number = 0;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (id, creation_time, number, text))

Result<std::unique_ptr<Store>> open_entries(const std::string& path) {
  Schema schema;
  schema.add(table<Entry>("entries").unique("by_number", &Entry::number));
  return Store::open({.path = path, .query_limits = {.rows = 1'000'000, .bytes = 1 << 30}},
                     std::move(schema));
}

/// Two rows a transaction: a copy with an odd number of them is of no moment that ever was.
Store::WriteBody pair(std::int64_t number) {
  return [number](Writer& db) -> Status {
    const std::string text(500, 'x');
    VV_TRY(db.insert(Entry{.id = {}, .creation_time = 0, .number = 2 * number, .text = text}));
    VV_TRY(db.insert(Entry{.id = {}, .creation_time = 0, .number = 2 * number + 1, .text = text}));
    return {};
  };
}

std::size_t count(Store& store) {
  std::size_t found = 0;
  const Status read = store.read([&](Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(found, db.query<Entry>().count(1'000'000));
    return {};
  });
  EXPECT_TRUE(read) << read.error().message;
  return found;
}

std::size_t count_in(const std::string& path) {
  auto store = open_entries(path);
  EXPECT_TRUE(store) << store.error().message;
  return store ? count(**store) : 0;
}

void write_pairs(const std::string& path, std::int64_t from, std::int64_t to) {
  auto store = open_entries(path);
  ASSERT_TRUE(store) << store.error().message;
  for (std::int64_t number = from; number < to; ++number) {
    ASSERT_TRUE((*store)->write_and_wait(pair(number)));
  }
}

/// What a bad disk does.
void overwrite(const std::string& path, std::streamoff place, const std::string& bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(place);
  file << bytes;
}

bool exists(const std::string& path) { return std::filesystem::exists(path); }

TEST(Backup, CopiesOneMomentWhileWritesGoOn) {
  const TemporaryFolder folder;
  auto store = open_entries(folder.file("test.db"));
  ASSERT_TRUE(store) << store.error().message;
  std::atomic<bool> stop{false};
  std::atomic<std::int64_t> acknowledged{0};
  std::thread writer([&] {
    for (std::int64_t number = 0; !stop; ++number) {
      ASSERT_TRUE((*store)->write_and_wait(pair(number)));
      acknowledged = number + 1;
    }
  });
  for (int copy = 0; copy < 5; ++copy) {
    while (acknowledged < (copy + 1) * std::int64_t{40}) std::this_thread::yield();
    const std::string to = folder.file("copy" + std::to_string(copy));
    const auto before = static_cast<std::size_t>(acknowledged);
    const Status made = back_up(folder.file("test.db"), to);
    EXPECT_TRUE(made) << made.error().message;
    EXPECT_FALSE(exists(to + "-wal")) << "one file";
    const std::size_t rows = count_in(to);
    EXPECT_EQ(rows % 2, 0U);
    EXPECT_GE(rows, 2 * before);
  }
  stop = true;
  writer.join();
}

TEST(Backup, HoldsWhatAKilledProcessLeftInItsLog) {
  const TemporaryFolder folder;
  const std::string path = folder.file("test.db");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto store = open_entries(path);
    for (std::int64_t number = 0; number < 20; ++number) {
      if (!(*store)->write_and_wait(pair(number))) ::_exit(1);
    }
    ::raise(SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_TRUE(exists(path + "-wal"));
  const Status made = back_up(path, folder.file("copy"));
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(count_in(folder.file("copy")), 40U);
}

TEST(Backup, IsReadableByItsUserAloneAndOverwritesNothing) {
  const TemporaryFolder folder;
  write_pairs(folder.file("test.db"), 0, 1);
  ASSERT_TRUE(back_up(folder.file("test.db"), folder.file("copy")));
  struct stat info{};
  ASSERT_EQ(::stat(folder.file("copy").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  const Status again = back_up(folder.file("test.db"), folder.file("copy"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::Conflict);
}

// covers F5
TEST(Backup, OfADamagedDatabaseIsRefusedAndLeavesNoFile) {
  const TemporaryFolder folder;
  write_pairs(folder.file("test.db"), 0, 200);
  ASSERT_TRUE(check_integrity(folder.file("test.db")));
  overwrite(folder.file("test.db"), 5 * kPage, std::string(kPage, '\x5a'));
  const Status sound = check_integrity(folder.file("test.db"));
  ASSERT_FALSE(sound);
  EXPECT_THAT(sound.error().message, HasSubstr("is damaged"));
  EXPECT_FALSE(back_up(folder.file("test.db"), folder.file("copy")));
  EXPECT_FALSE(exists(folder.file("copy")));
  EXPECT_FALSE(exists(folder.file("copy.partial")));
}

TEST(Backup, OfWhatIsNoDatabaseIsRefused) {
  const TemporaryFolder folder;
  EXPECT_FALSE(back_up(folder.file("missing"), folder.file("copy")));
  std::ofstream(folder.file("text")) << std::string(10'000, 'a');
  EXPECT_FALSE(check_integrity(folder.file("text")));
  EXPECT_FALSE(back_up(folder.file("text"), folder.file("copy")));
  EXPECT_FALSE(exists(folder.file("copy")));
}

TEST(Restore, BringsBackThatMomentAndKeepsWhatWasThere) {
  const TemporaryFolder folder;
  const std::string path = folder.file("test.db");
  write_pairs(path, 0, 10);
  ASSERT_TRUE(back_up(path, folder.file("copy")));
  write_pairs(path, 10, 15);
  bool others = false;
  const Status restored = restore(folder.file("copy"), path, [&]() -> Status {
    others = true;
    EXPECT_FALSE(open_entries(path)) << "no server starts in between";
    return {};
  });
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(others);
  EXPECT_EQ(count_in(path), 20U);
  EXPECT_EQ(count_in(path + ".before-restore"), 30U);
  EXPECT_EQ(count_in(folder.file("copy")), 20U);
  EXPECT_TRUE(check_integrity(path));
}

TEST(Restore, WorksInAnEmptyFolder) {
  const TemporaryFolder folder;
  write_pairs(folder.file("test.db"), 0, 3);
  ASSERT_TRUE(back_up(folder.file("test.db"), folder.file("copy")));
  const std::string path = folder.file("new/folder/test.db");
  ASSERT_TRUE(restore(folder.file("copy"), path, {}));
  EXPECT_EQ(count_in(path), 6U);
  EXPECT_FALSE(exists(path + ".before-restore"));
}

TEST(Restore, RefusesWhileTheDatabaseIsUsed) {
  const TemporaryFolder folder;
  const std::string path = folder.file("test.db");
  write_pairs(path, 0, 2);
  ASSERT_TRUE(back_up(path, folder.file("copy")));
  auto store = open_entries(path);
  ASSERT_TRUE(store);
  const Status refused = restore(folder.file("copy"), path, [] { return Status{}; });
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("another visavis uses"));
  EXPECT_EQ(count(**store), 4U);
}

// covers F5
TEST(Restore, ReplacesADamagedDatabaseAndItsLog) {
  const TemporaryFolder folder;
  const std::string path = folder.file("test.db");
  write_pairs(path, 0, 100);
  ASSERT_TRUE(back_up(path, folder.file("copy")));
  overwrite(path, 0, std::string(8'192, '\x5a'));
  std::ofstream(path + "-wal") << std::string(5'000, 'w');
  const Status restored = restore(folder.file("copy"), path, {});
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(count_in(path), 200U);
}

// covers F5
TEST(Restore, RefusesADamagedBackupAndLeavesTheDatabaseAlone) {
  const TemporaryFolder folder;
  const std::string path = folder.file("test.db");
  write_pairs(path, 0, 200);
  ASSERT_TRUE(back_up(path, folder.file("copy")));
  overwrite(folder.file("copy"), 6 * kPage, std::string(kPage, '\x5a'));
  bool others = false;
  EXPECT_FALSE(restore(folder.file("copy"), path, [&] { return others = true, Status{}; }));
  EXPECT_FALSE(others);
  EXPECT_EQ(count_in(path), 400U);
  EXPECT_FALSE(exists(path + ".restoring"));
}

}  // namespace
}  // namespace vv::store
