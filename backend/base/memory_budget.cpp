#include "base/memory_budget.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>
#include <utility>

namespace vv {
namespace {

constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint64_t>::max();

/// A file that holds one number; `max`, or none: unknown.
std::uint64_t number_in(const std::string& path) {
  std::uint64_t number = 0;
  return std::ifstream(path) >> number ? number : kUnknown;
}

std::uint64_t of_machine(const std::string& path) {
  std::ifstream file(path);
  std::string name;
  std::uint64_t kib = 0;
  for (std::string rest; file >> name; std::getline(file, rest)) {
    if (name == "MemTotal:" && file >> kib) return kib * 1024;
  }
  return kUnknown;
}

/// The least of the group's own limit and of those above it (cgroups(7), version 2).
std::uint64_t of_group(const std::string& path, const std::string& groups) {
  std::ifstream file(path);
  std::uint64_t least = number_in(groups + "/memory.max");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("0::/")) continue;
    for (std::string group = line.substr(3); group.size() > 1;
         group.resize(group.find_last_of('/'))) {
      least = std::min(least, number_in(groups + group + "/memory.max"));
    }
  }
  return least;
}

}  // namespace

MemoryBudget::MemoryBudget(MemorySources sources) : sources_(std::move(sources)) {
  const std::uint64_t all =
      std::min(of_machine(sources_.machine), of_group(sources_.group, sources_.groups));
  limit_ = all == kUnknown ? kUnknown : all / 100 * kPercent;
}

std::uint64_t MemoryBudget::used() const {
  std::ifstream file(sources_.process);
  std::uint64_t size = 0;
  std::uint64_t resident = 0;  // both in pages
  if (!(file >> size >> resident)) return 0;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

bool MemoryBudget::is_spent(Instant now) {
  if (now >= look_again_) {
    look_again_ = now + kLookAgain;
    spent_ = used() > limit_;
  }
  return spent_;
}

}  // namespace vv
