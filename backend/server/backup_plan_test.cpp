#include "server/backup_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace vv::server {
namespace {

using ::testing::IsEmpty;

constexpr UnixMillis kStart{1'795'392'000'000};  // 2026-11-23, midnight

/// The folder as it is after backups every `interval` for `time`, thinned after each.
std::set<std::string> after(Duration time, Duration interval, Duration keep) {
  std::set<std::string> folder;
  for (UnixMillis now = kStart; now < kStart + time; now = now + interval) {
    folder.insert(backup_name(now));
    for (const auto& gone : superfluous_backups({folder.begin(), folder.end()}, now, keep)) {
      folder.erase(gone);
    }
  }
  return folder;
}

TEST(BackupPlan, NamesTellTheTimeAndSortByIt) {
  EXPECT_EQ(backup_name(kStart + hours(14) + seconds(61)), "20261123T140101Z");
  EXPECT_EQ(time_of_backup("20261123T140101Z"), kStart + hours(14) + seconds(61));
  for (const auto* other : {"", "20261123T1401", "20261123T140101", "20261123T140101Z.partial",
                            "20261323T140101Z", "20261123T250101Z", "mine"}) {
    EXPECT_FALSE(time_of_backup(other)) << other;
  }
}

// covers P1
TEST(BackupPlan, KeepsADayOfHoursAndAMonthOfDaysAndNothingOlder) {
  const auto folder = after(days(60), hours(1), days(30));
  EXPECT_EQ(folder.size(), 25U + 29U);
  const UnixMillis last = kStart + days(60) - hours(1);
  for (const auto& name : folder) EXPECT_LE(last - *time_of_backup(name), days(30)) << name;
}

TEST(BackupPlan, AWeekCanBeEnough) {
  EXPECT_EQ(after(days(60), hours(1), days(7)).size(), 25U + 6U);
}

// covers F12
TEST(BackupPlan, AClockSetAheadLeavesTheNewest) {
  std::vector<std::string> names;
  for (int hour = 0; hour < 40; ++hour) names.push_back(backup_name(kStart + hours(hour)));
  const auto gone = superfluous_backups(names, kStart + days(3650), days(30));
  EXPECT_EQ(gone.size(), names.size() - kNewestKept);
  EXPECT_EQ(std::ranges::count(gone, names.back()), 0);
}

TEST(BackupPlan, WhatHasAnotherNameIsNotTouched) {
  EXPECT_THAT(superfluous_backups({"by-hand", "20200101T000000", "lost+found"}, kStart, days(1)),
              IsEmpty());
}

}  // namespace
}  // namespace vv::server
