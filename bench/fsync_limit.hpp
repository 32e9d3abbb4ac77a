#pragma once

#include <string>
#include <vector>

#include "base/time.hpp"

namespace vv::bench {

/// The limit of a durable commit: `bytes` written over an old place of a file, as SQLite writes its
/// log once that has grown, and fdatasync. Appended to over any time, so that it can take turns
/// with what is compared to it.
class FsyncLimit {
 public:
  /// On the disk of `folder`.
  explicit FsyncLimit(const std::string& folder);
  ~FsyncLimit();
  FsyncLimit(const FsyncLimit&) = delete;
  FsyncLimit& operator=(const FsyncLimit&) = delete;

  void run_for(Duration length, std::size_t bytes = 4096);
  [[nodiscard]] Duration at(double share);

 private:
  int file_ = -1;
  std::size_t place_ = 0;
  std::vector<Duration> times_;
};

/// The value below which `share` of them lie; sorts.
Duration percentile(std::vector<Duration>& times, double share);

}  // namespace vv::bench
