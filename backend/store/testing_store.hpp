#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "base/check.hpp"
#include "base/disk_space.hpp"

namespace vv::store {

/// A folder for one test's database, gone with it. In memory where the system has such a place:
/// most tests commit often and none of them pulls the plug.
class TemporaryFolder {
 public:
  enum class Where : std::uint8_t { Memory, Disk };

  explicit TemporaryFolder(Where where = Where::Memory) {
    const std::filesystem::path memory = "/dev/shm";
    std::error_code none;
    const bool in_memory = where == Where::Memory && std::filesystem::is_directory(memory, none) &&
                           ::access(memory.c_str(), W_OK) == 0 &&
                           free_disk_bytes(memory.string()) > 8 * kDiskReserve;
    const auto parent = in_memory ? memory : std::filesystem::temp_directory_path();
    std::string pattern = (parent / "visavis-XXXXXX").string();
    VV_CHECK(::mkdtemp(pattern.data()) != nullptr, "tests may write temporary files");
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] std::string path() const { return path_.string(); }
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace vv::store
