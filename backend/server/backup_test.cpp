#include "server/backup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "identity/user.hpp"
#include "server/functions.hpp"
#include "store/store.hpp"
#include "store/testing_store.hpp"

namespace vv::server {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

std::string read(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A data directory as a server leaves it.
class BackupTest : public ::testing::Test {
 protected:
  BackupTest() : config_(in("data")) {
    sign_up("amina@example.org");
    write(config_.in_data("room-key"), "first key");
    fs::create_directories(config_.in_data("files"));
    write(config_.in_data("files/picture"), "first picture");
    write(config_.in_data("files/.coming"), "half a pict");
  }

  Config in(const std::string& name) const {
    Config config;
    config.data = folder_.file(name);
    return config;
  }
  std::unique_ptr<store::Store> open(const Config& config) {
    auto opened = store::Store::open({.path = config.database_path()}, make_schema());
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? std::move(opened).value() : nullptr;
  }
  void sign_up(const std::string& email) {
    const auto done = open(config_)->write_and_wait([&](store::Writer& db) -> Status {
      identity::User user;
      user.email = email;
      VV_TRY(db.insert(user));
      return {};
    });
    EXPECT_TRUE(done) << done.error().message;
  }
  std::size_t users(const Config& config) {
    std::size_t found = 0;
    EXPECT_TRUE(open(config)->read([&](store::Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(found, db.query<identity::User>().count(100));
      return {};
    }));
    return found;
  }

  store::TemporaryFolder folder_;
  Config config_;
};

TEST_F(BackupTest, HoldsTheDatabaseTheFilesAndTheKeysOfAServerThatRuns) {
  const auto server = open(config_);
  const std::string to = folder_.file("backup");
  const Status made = back_up(config_, to + "/");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(read(to + "/room-key"), "first key");
  EXPECT_EQ(read(to + "/files/picture"), "first picture");
  EXPECT_FALSE(fs::exists(to + "/files/.coming"));
  EXPECT_FALSE(fs::exists(to + "/visavis.db-wal"));
  EXPECT_FALSE(fs::exists(to + ".partial"));
  struct stat info{};
  ASSERT_EQ(::stat(to.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0700U);
}

TEST_F(BackupTest, OverwritesNoBackup) {
  ASSERT_TRUE(back_up(config_, folder_.file("backup")));
  const Status again = back_up(config_, folder_.file("backup"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::Conflict);
}

TEST_F(BackupTest, MakesAnotherMachineWhatThisOneWas) {
  ASSERT_TRUE(back_up(config_, folder_.file("backup")));
  const Config other = in("other/data");
  const Status restored = restore(other, folder_.file("backup"));
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(users(other), 1U);
  EXPECT_EQ(read(other.in_data("room-key")), "first key");
  EXPECT_EQ(read(other.in_data("files/picture")), "first picture");
}

TEST_F(BackupTest, TakesBackWhatCameAfterIt) {
  ASSERT_TRUE(back_up(config_, folder_.file("backup")));
  sign_up("bruno@example.org");
  write(config_.in_data("room-key"), "second key");
  fs::remove(config_.in_data("files/picture"));
  ASSERT_TRUE(restore(config_, folder_.file("backup")));
  EXPECT_EQ(users(config_), 1U);
  EXPECT_EQ(read(config_.in_data("room-key")), "first key");
  EXPECT_EQ(read(config_.in_data("files/picture")), "first picture");
}

TEST_F(BackupTest, IsNotRestoredUnderAServerThatRuns) {
  ASSERT_TRUE(back_up(config_, folder_.file("backup")));
  write(config_.in_data("room-key"), "second key");
  const auto server = open(config_);
  const Status refused = restore(config_, folder_.file("backup"));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("another visavis uses"));
  EXPECT_EQ(read(config_.in_data("room-key")), "second key");
}

TEST_F(BackupTest, AFolderWithoutADatabaseIsNone) {
  EXPECT_THAT(restore(config_, folder_.file("data/files")).error().message,
              HasSubstr("is no backup"));
}

}  // namespace
}  // namespace vv::server
