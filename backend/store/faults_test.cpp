#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <future>
#include <memory>
#include <utility>

#include "store/store.hpp"
#include "store/testing_memory_disk.hpp"

// Disks that fail and databases that others hold, by a file layer of our own under SQLite
// (threat-model.md F2, F3, F4), and clocks that are set (F12).
namespace vv::store {
namespace {

struct Note {
  Id<Note> id;
  double creation_time = 0;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Note, (), (id, creation_time, text))

struct Faults : testing::Test {
  MemoryDisk disk;
  std::int64_t wall = 1'800'000'000'000'000'000;  // ns
  std::unique_ptr<Store> store;

  Faults() { reopen(); }
  void reopen() {
    store.reset();
    Schema schema;
    schema.add(table<Note>("notes"));
    auto opened = Store::open({.path = disk.path("test.db"), .wall_nanos = [this] { return wall; }},
                              std::move(schema));
    VV_CHECK(opened.has_value(), "the test has its database");
    store = std::move(opened).value();
  }
  Result<Commit> add() {
    return store->write_and_wait([](Writer& db) -> Status {
      VV_TRY(db.insert(Note{.id = {}, .creation_time = 0, .text = std::string(10'000, 'x')}));
      return {};
    });
  }
  std::size_t count() {
    std::size_t found = 0;
    const Status read = store->read([&](Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(found, db.query<Note>().count(100));
      return {};
    });
    EXPECT_TRUE(read) << read.error().message;
    return found;
  }
  bool is_writable() {
    std::promise<Status> said;
    store->check_writable([&said](Status status) { said.set_value(std::move(status)); });
    return said.get_future().get().has_value();
  }
};

// covers F3
TEST_F(Faults, AFullDiskRefusesWritesServesReadsAndHealsWithoutARestart) {
  ASSERT_TRUE(add());
  const Timestamp before = store->published();
  disk.capacity = disk.used();
  const auto refused = add();
  EXPECT_EQ(count(), 1U);
  EXPECT_EQ(store->published(), before);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);

  disk.capacity = disk.used() + (1U << 20);
  EXPECT_TRUE(add());
  EXPECT_EQ(count(), 2U);
}

// covers F3
TEST_F(Faults, AfterAFailedWriteTheNextCheckIsOneAndTellsWhenItIsOver) {
  EXPECT_TRUE(is_writable());
  ASSERT_TRUE(add());
  disk.capacity = disk.used();
  EXPECT_TRUE(is_writable()) << "nobody has failed yet";
  ASSERT_FALSE(add());
  EXPECT_FALSE(is_writable());
  EXPECT_FALSE(is_writable());
  disk.capacity = disk.used() + (1U << 20);
  EXPECT_TRUE(is_writable());
  EXPECT_TRUE(add());
}

/// A real file system of some megabytes, as root can make one; gone with the test.
struct SmallDisk {
  explicit SmallDisk(std::size_t mib) {
    const std::string size = "size=" + std::to_string(mib) + "m";
    mounted = ::mount("tmpfs", folder.path().c_str(), "tmpfs", 0, size.c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted) ::umount2(folder.path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  /// Somebody else's file, so large that `left` bytes stay free.
  void fill(std::uint64_t left) const {
    const int file = ::open(folder.file("other").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    const std::string block(64 * 1024, 'x');
    ::lseek(file, 0, SEEK_END);
    while (free_disk_bytes(folder.path()) > left) {
      const std::uint64_t most = free_disk_bytes(folder.path()) - left;
      if (::write(file, block.data(), std::min<std::uint64_t>(block.size(), most)) <= 0) break;
    }
    ::close(file);
  }
  void empty() const { ::unlink(folder.file("other").c_str()); }

  TemporaryFolder folder;
  bool mounted = false;
};

// covers F3
TEST(FullDisk, ChangesAreRefusedAtTheReserveAndWhatMustBeWrittenGoesOn) {
  const SmallDisk disk(96);
  if (!disk.mounted) GTEST_SKIP() << "a small file system needs root";
  const auto open = [&] {
    Schema schema;
    schema.add(table<Note>("notes"));
    auto opened = Store::open({.path = disk.folder.file("test.db")}, std::move(schema));
    VV_CHECK(opened.has_value(), "the database opens");
    return *std::move(opened);
  };
  auto store = open();
  const auto add = [&](bool must) {
    return store->write_and_wait([must](Writer& db) -> Status {
      if (must) db.use_reserve();
      VV_TRY(db.insert(Note{.id = {}, .creation_time = 0, .text = std::string(10'000, 'x')}));
      return {};
    });
  };
  const auto count = [&] {
    std::size_t found = 0;
    const Status read = store->read([&](Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(found, db.query<Note>().count(100));
      return {};
    });
    EXPECT_TRUE(read);
    return found;
  };
  const auto is_unavailable = [](const Result<Commit>& done) {
    return !done && done.error().code == ErrorCode::Unavailable;
  };
  ASSERT_TRUE(add(false));

  // Down to the reserve: nothing that grows, but what must be written.
  disk.fill(kDiskReserve + (1U << 20));
  EXPECT_TRUE(add(false)) << "one past the reserve is enough";
  disk.fill(kDiskReserve - (1U << 20));
  EXPECT_TRUE(is_unavailable(add(false)));
  EXPECT_TRUE(add(true));
  EXPECT_TRUE(store->write_and_wait([](Writer&) -> Status { return {}; })) << "writes nothing";
  EXPECT_EQ(count(), 3U);

  // Somebody else takes all of it.
  disk.fill(0);
  EXPECT_TRUE(is_unavailable(add(false)));
  EXPECT_TRUE(is_unavailable(add(true)));
  EXPECT_EQ(count(), 3U);

  // Space is back, and nobody has done anything else.
  disk.empty();
  EXPECT_TRUE(add(false));
  EXPECT_EQ(count(), 4U);
  store.reset();
  store = open();
  EXPECT_EQ(count(), 4U);
}

// covers F2
TEST(FaultsDeathTest, AFailedSyncEndsTheProcessAndAnswersNothing) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        MemoryDisk disk;
        Schema schema;
        schema.add(table<Note>("notes"));
        const auto store = Store::open({.path = disk.path("test.db")}, std::move(schema));
        disk.sync_fails = true;
        static_cast<void>((*store)->write_and_wait([](Writer& db) -> Status {
          VV_TRY(db.insert(Note{.id = {}, .creation_time = 0, .text = "x"}));
          return {};
        }));
        std::fputs("answered", stderr);
      },
      "could not be synced");
}

/// Another program that writes into the file.
struct Holder {
  explicit Holder(const std::string& path) {
    sqlite3_open(path.c_str(), &handle);
    EXPECT_EQ(sqlite3_exec(handle, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  }
  ~Holder() { sqlite3_close(handle); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  void let_go() { sqlite3_exec(handle, "ROLLBACK", nullptr, nullptr, nullptr); }
  sqlite3* handle = nullptr;
};

// covers F4
TEST_F(Faults, AForeignLockIsWaitedOutForFiveSecondsAndReadersNever) {
  ASSERT_TRUE(add());
  Duration waited;
  Holder holder(disk.path("test.db"));
  EXPECT_EQ(count(), 1U);
  const MemoryDisk::Sleeper sleeper([&](Duration time) {
    waited += time;
    if (waited >= seconds(3)) holder.let_go();
  });
  EXPECT_TRUE(add());
  EXPECT_GE(waited, seconds(3));
  EXPECT_LE(waited, seconds(5));
}

// covers F4
TEST_F(Faults, AForeignLockHeldLongerIsUnavailableUntilItIsGone) {
  Duration waited;
  Holder holder(disk.path("test.db"));
  {
    const MemoryDisk::Sleeper sleeper([&](Duration time) { waited += time; });
    const auto refused = add();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Unavailable);
  }
  EXPECT_LE(waited, seconds(5));
  EXPECT_GE(waited, milliseconds(4900));
  EXPECT_EQ(count(), 0U);
  {
    const MemoryDisk::Sleeper sleeper([](Duration) {});
    EXPECT_FALSE(is_writable());
  }
  holder.let_go();
  EXPECT_TRUE(is_writable());
  EXPECT_TRUE(add());
}

// covers F12, I7
TEST_F(Faults, CommitsOnlyGrowWhereverTheClockIsSetAndWheneverTheProcessStarts) {
  Timestamp last;
  for (const Duration step : {hours(1), -hours(1), days(1), -days(1), -days(1), days(2)}) {
    for (const bool restarts : {false, true}) {
      wall += step.as_nanos();
      if (restarts) reopen();
      const auto done = add();
      ASSERT_TRUE(done);
      EXPECT_GT(done->ts, last);
      last = done->ts;
    }
  }
  EXPECT_EQ(count(), 12U);
}

}  // namespace
}  // namespace vv::store
