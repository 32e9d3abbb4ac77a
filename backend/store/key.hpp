#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "store/value.hpp"

namespace vv::store {

// Index keys as bytes whose memcmp order is the order of the values (convex-wire.md 3.2):
// null < integer < real < boolean < text (UTF-8 bytes) < blob. Every value's encoding ends itself,
// so a key of more columns sorts inside the range of its prefix.

/// Appends the encoding of one value. -0.0 is written as 0.0; NaN is refused at the door of the
/// store and must not arrive here.
void append_key(std::string& key, const Value& value);
[[nodiscard]] std::string encode_key(std::span<const Value> values);

/// Reads a key back, for positions that come from outside. Nothing when `key` is no key.
[[nodiscard]] std::optional<std::vector<Value>> decode_key(std::string_view key);

/// The least key above every key that begins with `prefix` (a whole number of encoded values).
[[nodiscard]] std::string after_prefix(std::string_view prefix);
/// The least key above `key` itself.
[[nodiscard]] std::string after_key(std::string_view key);

/// Above every key.
inline constexpr std::string_view kMaxKey = "\xff";

}  // namespace vv::store
