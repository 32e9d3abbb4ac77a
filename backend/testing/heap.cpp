#include "testing/heap.hpp"

#if defined(__SANITIZE_ADDRESS__)
#define VV_HEAP_IS_ASAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define VV_HEAP_IS_ASAN
#endif
#endif

#ifdef VV_HEAP_IS_ASAN
#include <sanitizer/allocator_interface.h>
#else
#include <malloc.h>
#endif

namespace vv::testing {

std::size_t heap_in_use() {
#ifdef VV_HEAP_IS_ASAN
  return __sanitizer_get_current_allocated_bytes();
#else
  return mallinfo2().uordblks;
#endif
}

}  // namespace vv::testing
