#include "server/hourly_backups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "identity/user.hpp"
#include "server/backup.hpp"
#include "server/backup_plan.hpp"
#include "server/functions.hpp"
#include "store/store.hpp"
#include "store/testing_store.hpp"

namespace vv::server {
namespace {

namespace fs = std::filesystem;

constexpr UnixMillis kStart{1'795'392'000'000};

class HourlyBackupsTest : public ::testing::Test {
 protected:
  HourlyBackupsTest() {
    config_.data = folder_.file("data");
    config_.backup.folder = "backups";
    fs::create_directories(config_.in_data("files"));
    std::ofstream(config_.in_data("files/picture")) << "bytes";
    server_ = open();
  }
  std::unique_ptr<store::Store> open() {
    auto opened = store::Store::open({.path = config_.database_path()}, make_schema());
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? std::move(opened).value() : nullptr;
  }
  void sign_up(const std::string& email) {
    EXPECT_TRUE(server_->write_and_wait([&](store::Writer& db) -> Status {
      identity::User user;
      user.email = email;
      VV_TRY(db.insert(user));
      return {};
    }));
  }
  std::size_t users() {
    std::size_t found = 0;
    EXPECT_TRUE(server_->read([&](store::Reader& db) -> Status {
      VV_ASSIGN_OR_RETURN(found, db.query<identity::User>().count(100));
      return {};
    }));
    return found;
  }
  std::string in_backups(const std::string& name) {
    return (fs::path(config_.backup_folder()) / name).string();
  }

  store::TemporaryFolder folder_;
  Config config_;
  std::unique_ptr<store::Store> server_;
};

// covers F5
TEST_F(HourlyBackupsTest, TheNewestBringsBackWhatWasThereWhenItWasMade) {
  sign_up("amina@example.org");
  ASSERT_TRUE(make_hourly_backup(config_, kStart));
  sign_up("bruno@example.org");
  ASSERT_TRUE(make_hourly_backup(config_, kStart + hours(1)));
  sign_up("chloe@example.org");
  const auto newest = newest_backup(config_.backup_folder());
  EXPECT_EQ(newest, backup_name(kStart + hours(1)));
  server_.reset();
  const Status restored = restore(config_, in_backups(*newest));
  ASSERT_TRUE(restored) << restored.error().message;
  server_ = open();
  EXPECT_EQ(users(), 2U);
}

TEST_F(HourlyBackupsTest, AnUploadedFileTakesItsPlaceOnTheDiskOnce) {
  ASSERT_TRUE(make_hourly_backup(config_, kStart));
  std::ofstream(config_.in_data("files/second")) << "more";
  ASSERT_TRUE(make_hourly_backup(config_, kStart + hours(1)));
  struct stat first{};
  struct stat second{};
  ASSERT_EQ(::stat(in_backups(backup_name(kStart) + "/files/picture").c_str(), &first), 0);
  ASSERT_EQ(::stat(in_backups(backup_name(kStart + hours(1)) + "/files/picture").c_str(), &second),
            0);
  EXPECT_EQ(first.st_ino, second.st_ino);
  EXPECT_TRUE(fs::exists(in_backups(backup_name(kStart + hours(1)) + "/files/second")));
  // Each whole without the other.
  fs::remove_all(in_backups(backup_name(kStart)));
  EXPECT_EQ(fs::file_size(in_backups(backup_name(kStart + hours(1)) + "/files/picture")), 5U);
}

TEST_F(HourlyBackupsTest, TheFolderIsThinnedAndWhatAProcessLeftHalfMadeGoes) {
  ASSERT_TRUE(make_hourly_backup(config_, kStart));
  const std::string half = in_backups(backup_name(kStart - hours(1)) + ".partial");
  fs::create_directories(half);
  fs::create_directories(in_backups("by-hand.partial"));
  for (int day = 1; day <= 40; ++day)
    fs::create_directories(in_backups(backup_name(kStart - days(day))));
  ASSERT_TRUE(make_hourly_backup(config_, kStart + hours(2)));
  EXPECT_FALSE(fs::exists(half));
  EXPECT_TRUE(fs::exists(in_backups("by-hand.partial")));
  EXPECT_TRUE(fs::exists(in_backups(backup_name(kStart - days(29)))));
  EXPECT_FALSE(fs::exists(in_backups(backup_name(kStart - days(31)))));
}

TEST_F(HourlyBackupsTest, OneThatIsStoppedLeavesNothing) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(make_hourly_backup(config_, kStart, stop.get_token()));
  EXPECT_TRUE(fs::is_empty(config_.backup_folder()));
}

}  // namespace
}  // namespace vv::server
