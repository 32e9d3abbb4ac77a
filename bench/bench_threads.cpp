#include "bench_threads.hpp"

#include <sched.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace vv::bench {
namespace {

constexpr auto kTasks = "/proc/self/task";
constexpr int kFirst = -20;  // needs a right; without it there is more noise

}  // namespace

void pin_first(pid_t thread, int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(cpu), &set);
  sched_setaffinity(thread, sizeof set, &set);
  static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(thread), kFirst));
}

std::vector<pid_t> shard_threads() {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator(kTasks)) {
    std::string name;
    std::getline(std::ifstream(entry.path() / "comm") >> std::ws, name);
    if (name.starts_with("shard")) found.push_back(std::stoi(entry.path().filename()));
  }
  return found;
}

Duration cpu_time_of(pid_t thread) {
  std::int64_t nanos = 0;
  std::ifstream(std::string(kTasks) + "/" + std::to_string(thread) + "/schedstat") >> nanos;
  return nanoseconds(nanos);
}

void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace vv::bench
