#include "testing/allocation_guard.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

thread_local std::uint64_t allocations_of_thread = 0;

void* counted(std::size_t size, std::size_t alignment) {
  ++allocations_of_thread;
  void* memory = alignment > alignof(std::max_align_t)
                     ? std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment)
                     : std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc{};
  return memory;
}

}  // namespace

// The language's own hooks ([new.delete]). The array forms call these; so would the nothrow ones,
// but a sanitizer brings its own, whose memory our delete must not see.
void* operator new(std::size_t size) { return counted(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations_of_thread;
  return std::malloc(size == 0 ? 1 : size);
}
void* operator new[](std::size_t size) { return counted(size, 0); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations_of_thread;
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace vv::testing {

AllocationGuard::AllocationGuard() noexcept : before_(allocations_of_thread) {}

std::uint64_t AllocationGuard::allocations() const noexcept {
  return allocations_of_thread - before_;
}

}  // namespace vv::testing
