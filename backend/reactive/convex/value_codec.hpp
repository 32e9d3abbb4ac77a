#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "reactive/value.hpp"

namespace vv::reactive::convex {

/// Turns plain JSON into the value it encodes: `$integer`, `$float`, `$bytes` find their kinds.
/// refuses: names that are not ASCII 0x20-0x7E or begin with `$`, longer than 1,024; arrays over
/// 8,192 and objects over 1,024 entries; strings that are not Unicode (a lone surrogate); depth
/// over 64. `field` of the error is where.
[[nodiscard]] Result<Value> decode_value(Value json);

/// Why `json` (an encoded value) would break a client that reads it; empty when it would not.
[[nodiscard]] std::string find_unsendable(const Value& json);

}  // namespace vv::reactive::convex
