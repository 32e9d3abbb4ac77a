#pragma once

#include <string>
#include <utility>

#include "base/result.hpp"

namespace vv::store::sqlite {

/// Held while this process uses the database; the kernel lets go of it however the process ends.
class FileLock {
 public:
  FileLock() = default;
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~FileLock();

 private:
  int descriptor_ = -1;
};

/// Makes the database's folder and file, readable by this user alone, and locks it against a second
/// server: two writers would number commits twice and not hear of each other's.
/// refuses: unavailable, with the path and the reason
Result<FileLock> lock_database(const std::string& path);

}  // namespace vv::store::sqlite
