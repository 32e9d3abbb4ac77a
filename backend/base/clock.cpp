#include "base/clock.hpp"

#include <ctime>

namespace vv {
namespace {

std::int64_t read_nanos(clockid_t clock) noexcept {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

}  // namespace

Instant monotonic_now() noexcept { return Instant::from_nanos(read_nanos(CLOCK_MONOTONIC)); }
UnixMillis wall_now() noexcept { return {read_nanos(CLOCK_REALTIME) / 1'000'000}; }
std::int64_t wall_now_nanos() noexcept { return read_nanos(CLOCK_REALTIME); }

}  // namespace vv
