#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/value.hpp"

namespace vv::reactive::convex {

/// Eight bytes little-endian in padded base64; zero is "AAAAAAAAAAA=".
[[nodiscard]] std::string encode_timestamp(store::Timestamp ts);
/// Nothing when `text` is not that, or at or above 2^63, where clients can no longer compare.
[[nodiscard]] std::optional<store::Timestamp> decode_timestamp(std::string_view text);

}  // namespace vv::reactive::convex
