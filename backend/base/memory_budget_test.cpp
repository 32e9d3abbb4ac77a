#include "base/memory_budget.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

namespace vv {
namespace {

namespace fs = std::filesystem;

class MemoryBudgetTest : public ::testing::Test {
 protected:
  MemoryBudgetTest() {
    std::string pattern = (fs::temp_directory_path() / "visavis-XXXXXX").string();
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    write("meminfo", "MemTotal:        1000 kB\nMemFree:          10 kB\n");
    use(0);
  }
  ~MemoryBudgetTest() override { fs::remove_all(folder); }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder / name).parent_path());
    std::ofstream(folder / name) << text;
  }
  void use(std::uint64_t pages) const {
    write("statm", "99999999 " + std::to_string(pages) + " 3 4 0 5 0\n");
  }
  [[nodiscard]] MemoryBudget budget() const {
    return MemoryBudget({.machine = (folder / "meminfo").string(),
                         .process = (folder / "statm").string(),
                         .group = (folder / "cgroup").string(),
                         .groups = (folder / "groups").string()});
  }

  fs::path folder;
  const std::uint64_t page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
};

// covers F14
TEST_F(MemoryBudgetTest, SeventyPercentOfTheMachineAndOnePastIt) {
  write("meminfo", "MemFree: 1 kB\nMemTotal: " + std::to_string(page * 100 / 1024) + " kB\n");
  MemoryBudget budget = this->budget();
  EXPECT_EQ(budget.limit(), page * 70);
  Instant now;
  use(70);
  EXPECT_FALSE(budget.is_spent(now));
  use(71);
  EXPECT_FALSE(budget.is_spent(now)) << "it does not look for each";
  EXPECT_TRUE(budget.is_spent(now += MemoryBudget::kLookAgain));
  use(70);
  EXPECT_FALSE(budget.is_spent(now += MemoryBudget::kLookAgain));
}

TEST_F(MemoryBudgetTest, TheSmallestLimitOfTheGroupsAbove) {
  write("cgroup", "0::/system.slice/visavis.service\n");
  write("groups/system.slice/visavis.service/memory.max", "max\n");
  EXPECT_EQ(budget().limit(), 1'000U * 1024 / 100 * 70);
  write("groups/system.slice/memory.max", "200000\n");
  EXPECT_EQ(budget().limit(), 140'000U);
  write("groups/memory.max", "100000\n");
  EXPECT_EQ(budget().limit(), 70'000U);
}

TEST_F(MemoryBudgetTest, WhereNothingIsToldNothingIsRefused) {
  fs::remove_all(folder);
  MemoryBudget budget = this->budget();
  EXPECT_EQ(budget.limit(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(budget.is_spent(Instant()));
}

TEST(MemoryBudget, OfThisProcessIsFound) {
  MemoryBudget budget;
  EXPECT_GT(budget.used(), 1024U * 1024);
  EXPECT_GT(budget.limit(), budget.used());
}

}  // namespace
}  // namespace vv
