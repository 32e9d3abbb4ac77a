#include "base/private_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

namespace vv {
namespace {

TEST(PrivateFile, IsMadeOnceAndReadableByItsOwnerAlone) {
  const std::string path = testing::TempDir() + "/vv_private_file";
  std::filesystem::remove(path);
  int made = 0;
  const auto make = [&]() -> Result<std::string> { return "secret " + std::to_string(++made); };
  EXPECT_EQ(*read_or_make_private_file(path, make), "secret 1");
  EXPECT_EQ(*read_or_make_private_file(path, make), "secret 1");
  struct stat info{};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777u, 0600u);
}

TEST(PrivateFile, AFailureNamesTheFile) {
  const auto none = [] { return Result<std::string>(std::string()); };
  const auto result = read_or_make_private_file("/nonexistent/vv/key", none);
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("/nonexistent/vv/key"), std::string::npos);
}

}  // namespace
}  // namespace vv
