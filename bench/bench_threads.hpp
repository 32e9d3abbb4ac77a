#pragma once

#include <sys/types.h>

#include <vector>

#include "base/time.hpp"

namespace vv::bench {

/// Puts a thread on one core, before everybody else's work there: what else the machine does is not
/// what is measured. 0 is the calling thread.
void pin_first(pid_t thread, int cpu);
/// This process's media threads, by the name their runner gave them.
[[nodiscard]] std::vector<pid_t> shard_threads();
/// What a thread of this process has run so far.
[[nodiscard]] Duration cpu_time_of(pid_t thread);
/// As many descriptors as the system allows.
void raise_descriptor_limit();

}  // namespace vv::bench
