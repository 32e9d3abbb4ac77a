#pragma once

#include <cstdint>

namespace vv::testing {

/// Counts what this thread takes from the heap through `operator new` while it lives. A program
/// that uses it has the global operators replaced by counting ones.
///
/// Not its: malloc called by C libraries.
class AllocationGuard {
 public:
  AllocationGuard() noexcept;
  [[nodiscard]] std::uint64_t allocations() const noexcept;

 private:
  std::uint64_t before_;
};

}  // namespace vv::testing
