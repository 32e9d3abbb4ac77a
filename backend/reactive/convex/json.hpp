#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reactive/value.hpp"

namespace vv::reactive::convex {

/// Parts of a message nested deeper than this are no values (threat-model, section 4).
constexpr int kMaxDepth = 64;

/// Reads one JSON text (RFC 8259) as plain data: every number a double, `$` forms untouched.
///
/// More forgiving than strict parsers where a browser's `JSON.stringify` may send it: a lone
/// surrogate `\udXXX` becomes its three ill-formed bytes, and what is nested deeper than kMaxDepth
/// becomes `Unusable`, so that one bad argument fails one request and not the socket.
/// Nothing when `text` is not JSON, or repeats a member's name. Work is linear, recursion bounded.
[[nodiscard]] std::optional<Value> parse_json(std::string_view text);

/// What can be read of a request from its first bytes: `type` and `requestId` precede `args` in
/// what clients send, so that a request too large or malformed can still be answered.
struct RequestHead {
  std::string type;
  std::optional<std::uint64_t> request_id;
};
[[nodiscard]] RequestHead read_head(std::string_view beginning);

}  // namespace vv::reactive::convex
