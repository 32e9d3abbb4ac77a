#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

#include "store/store.hpp"
#include "store/testing_store.hpp"

// Disks that fail, by a file layer of our own under SQLite (threat-model.md F2, F3).
namespace vv::store {
namespace {

/// Passes everything to the system's layer until told to fail.
class FaultyDisk {
 public:
  static FaultyDisk& instance() {
    static FaultyDisk disk;
    return disk;
  }
  std::atomic<bool> sync_fails{false};
  std::atomic<bool> is_full{false};

 private:
  FaultyDisk() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
    vfs_.zName = "faulty";
    vfs_.xOpen = [](sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
      FaultyDisk& disk = instance();
      const int code = disk.real_->xOpen(disk.real_, name, file, flags, out);
      if (code == SQLITE_OK) disk.wrap(file);
      return code;
    };
    sqlite3_vfs_register(&vfs_, 1);
  }

  /// Gives the opened file a table of methods of its own, one for each of the layer's.
  void wrap(sqlite3_file* file) {
    const std::lock_guard lock(mutex_);
    const sqlite3_io_methods* original = file->pMethods;
    if (original->xSync == failing_sync) return;
    auto& table = tables_[original];
    if (table == nullptr) {
      // All its tables share these two.
      real_sync_ = original->xSync;
      real_write_ = original->xWrite;
      table = std::make_unique<sqlite3_io_methods>(*original);
      table->xSync = failing_sync;
      table->xWrite = failing_write;
    }
    file->pMethods = table.get();
  }
  static int failing_sync(sqlite3_file* file, int flags) {
    FaultyDisk& disk = instance();
    return disk.sync_fails ? SQLITE_IOERR_FSYNC : disk.real_sync_(file, flags);
  }
  static int failing_write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    FaultyDisk& disk = instance();
    return disk.is_full ? SQLITE_FULL : disk.real_write_(file, data, size, at);
  }

  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
  std::mutex mutex_;
  std::map<const sqlite3_io_methods*, std::unique_ptr<sqlite3_io_methods>> tables_;
  int (*real_sync_)(sqlite3_file*, int) = nullptr;
  int (*real_write_)(sqlite3_file*, const void*, int, sqlite3_int64) = nullptr;
};

struct Note {
  Id<Note> id;
  double creation_time = 0;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Note, (), (id, creation_time, text))

std::unique_ptr<Store> open_store(const std::string& path) {
  FaultyDisk::instance();
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

  FaultyDisk::instance().is_full = true;
  const auto refused = add(*store);
  EXPECT_EQ(count(*store), 1U);
  EXPECT_EQ(store->published(), before);
  FaultyDisk::instance().is_full = false;
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
        FaultyDisk::instance().sync_fails = true;
        static_cast<void>(add(*store));
        std::fputs("answered", stderr);
      },
      "could not be synced");
}

}  // namespace
}  // namespace vv::store
