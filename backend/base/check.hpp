#pragma once

namespace vv::detail {
[[noreturn]] void check_failed(const char* condition, const char* why, const char* file,
                               int line) noexcept;
}  // namespace vv::detail

/// Ends the process when one of our own invariants is broken; on in release builds too.
/// A stranger's bytes must never be able to reach one: refuse bad input with a `Result`.
#define VV_CHECK(condition, why)                       \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::vv::detail::check_failed(#condition, why, __FILE__, __LINE__))
