#include "fsync_limit.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/check.hpp"
#include "base/clock.hpp"

namespace vv::bench {
namespace {

constexpr std::size_t kFileBytes = 16 * 1024 * 1024;  // as large as the log is kept

}  // namespace

FsyncLimit::FsyncLimit(const std::string& folder)
    : file_(::open((folder + "/fsync.probe").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  VV_CHECK(file_ >= 0, "benchmarks may write temporary files");
  const std::vector<char> whole(kFileBytes, 'x');
  VV_CHECK(::write(file_, whole.data(), whole.size()) == static_cast<ssize_t>(whole.size()) &&
               ::fsync(file_) == 0,
           "the disk has room");
}

FsyncLimit::~FsyncLimit() { ::close(file_); }

void FsyncLimit::run_for(Duration length, std::size_t bytes) {
  const std::vector<char> page(bytes, 'y');
  const Instant end = monotonic_now() + length;
  for (Instant start = monotonic_now(); start < end;) {
    if (place_ + bytes > kFileBytes) place_ = 0;
    VV_CHECK(::pwrite(file_, page.data(), bytes, static_cast<off_t>(place_)) ==
                     static_cast<ssize_t>(bytes) &&
                 ::fdatasync(file_) == 0,
             "the disk works");
    place_ += bytes;
    const Instant done = monotonic_now();
    times_.push_back(done - start);
    start = done;
  }
}

Duration FsyncLimit::at(double share) { return percentile(times_, share); }

Duration percentile(std::vector<Duration>& times, double share) {
  VV_CHECK(!times.empty(), "something was measured");
  std::ranges::sort(times);
  return times[static_cast<std::size_t>(static_cast<double>(times.size() - 1) * share)];
}

}  // namespace vv::bench
