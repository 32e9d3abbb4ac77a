#include "base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace vv::detail {

void check_failed(const char* condition, const char* why, const char* file, int line) noexcept {
  // The logger may itself be what is broken, so this goes straight to standard error.
  std::fprintf(stderr, "check failed: %s (%s) at %s:%d\n", condition, why, file, line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace vv::detail
