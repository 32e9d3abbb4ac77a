#include "base/heap.hpp"

#include <malloc.h>

namespace vv {

void release_free_memory() noexcept { static_cast<void>(malloc_trim(0)); }

}  // namespace vv
