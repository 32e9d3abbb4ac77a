#pragma once

#include "base/time.hpp"

namespace vv {

/// The only place that reads clocks. Deciding code takes `now` as an argument instead.
[[nodiscard]] Instant monotonic_now() noexcept;
[[nodiscard]] UnixMillis wall_now() noexcept;
[[nodiscard]] std::int64_t wall_now_nanos() noexcept;

}  // namespace vv
