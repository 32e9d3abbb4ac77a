#include "base/disk_space.hpp"

#include <sys/statvfs.h>

#include <limits>

namespace vv {
namespace {

std::uint64_t free_in(const struct statvfs& about) {
  return std::uint64_t{about.f_bavail} * std::uint64_t{about.f_frsize};
}

}  // namespace

std::uint64_t free_disk_bytes(const std::string& path) {
  struct statvfs about{};
  if (::statvfs(path.c_str(), &about) != 0) return std::numeric_limits<std::uint64_t>::max();
  return free_in(about);
}

std::uint64_t free_disk_bytes(int descriptor) {
  struct statvfs about{};
  if (::fstatvfs(descriptor, &about) != 0) return std::numeric_limits<std::uint64_t>::max();
  return free_in(about);
}

}  // namespace vv
