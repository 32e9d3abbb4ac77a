#pragma once

#include <cstddef>

namespace vv::testing {

/// Bytes of this process's heap that are in use.
[[nodiscard]] std::size_t heap_in_use();

}  // namespace vv::testing
