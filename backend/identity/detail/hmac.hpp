#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace vv::identity::detail {

/// HMAC-SHA-256 of `text` (RFC 2104).
[[nodiscard]] std::array<std::uint8_t, 32> hmac_sha256(std::string_view key, std::string_view text);

}  // namespace vv::identity::detail
