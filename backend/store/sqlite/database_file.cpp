#include "store/sqlite/database_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/format.hpp"

namespace vv::store::sqlite {
namespace {

constexpr int kOwnerOnly = 0600;  // -wal and -shm take the database's mode

Result<FileLock> open_private(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) {
    return unavailable(format("cannot open {}: {}", path, std::strerror(errno)));
  }
  return FileLock(descriptor);
}

}  // namespace

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<FileLock> lock_database(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return unavailable(format("cannot make {}: {}", folder.string(), error.message()));
  }
  VV_TRY(open_private(path));
  // A file of its own: closing any descriptor of the database would drop SQLite's locks on it.
  const std::string lock_path = path + ".lock";
  const int descriptor = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) {
    return unavailable(format("cannot open {}: {}", lock_path, std::strerror(errno)));
  }
  FileLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return unavailable(format("another visavis uses {}: stop it, or name another folder", path));
  }
  return lock;
}

}  // namespace vv::store::sqlite
