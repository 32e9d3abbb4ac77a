#include "server/core_dumps.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.hpp"

namespace vv::server {

void leave_no_core_dumps() noexcept {
  const rlimit none{0, 0};
  bool done = ::setrlimit(RLIMIT_CORE, &none) == 0;
  // core(5): a pipe in core_pattern is not held to that limit, but to this mask of mappings.
  const int filter = ::open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC);
  done = filter >= 0 && ::write(filter, "0\n", 2) == 2 && done;
  if (filter >= 0) ::close(filter);
  if (!done) log::warn("core dumps could not be switched off");
}

}  // namespace vv::server
