#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace vv::reactive::detail {

using Hash128 = std::array<std::uint8_t, 16>;

/// The first half of SHA-256: equal bytes, and in practice only those.
[[nodiscard]] Hash128 hash128(std::string_view bytes);

}  // namespace vv::reactive::detail
