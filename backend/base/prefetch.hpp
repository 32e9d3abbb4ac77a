#pragma once

#include <cstddef>

namespace vv {

constexpr std::size_t kCacheLine = 64;

/// Begins to bring these bytes into the cache, for who will read or write them shortly. The memory
/// need not exist.
inline void prefetch_range(const void* from, std::size_t bytes) noexcept {
  const auto* at = static_cast<const char*>(from);
  for (std::size_t i = 0; i < bytes; i += kCacheLine) __builtin_prefetch(at + i);
}

}  // namespace vv
