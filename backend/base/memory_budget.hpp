#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace vv {

/// Where the system tells how much memory there is; tests have files of their own.
struct MemorySources {
  std::string machine = "/proc/meminfo";
  std::string process = "/proc/self/statm";
  std::string group = "/proc/self/cgroup";
  std::string groups = "/sys/fs/cgroup";
};

/// What the process may use of the memory there is: 70 % of the machine's, or of its control
/// group's where that is less (threat-model section 4). Past it nobody new is let in, so that who
/// is here is not ended by the system (F14).
class MemoryBudget {
 public:
  static constexpr std::uint64_t kPercent = 70;
  static constexpr Duration kLookAgain = milliseconds(250);

  explicit MemoryBudget(MemorySources sources = {});

  /// Whether more is in use than may be. Looks once in kLookAgain, which takes some microseconds.
  [[nodiscard]] bool is_spent(Instant now);
  [[nodiscard]] std::uint64_t limit() const { return limit_; }  ///< bytes; the largest: unknown
  [[nodiscard]] std::uint64_t used() const;                     ///< resident bytes; 0: unknown

 private:
  MemorySources sources_;
  std::uint64_t limit_;
  Instant look_again_;
  bool spent_ = false;
};

}  // namespace vv
