#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.hpp"

namespace vv::store {

/// The place of a commit in the one order of all commits: nanoseconds since the Unix epoch or the
/// previous commit plus one, whichever is more; strictly growing, below 2^63, restarts included.
struct Timestamp {
  std::uint64_t nanos = 0;
  constexpr auto operator<=>(const Timestamp&) const = default;
};

/// What one column of one row holds. `std::monostate` is NULL.
using Value = std::variant<std::monostate, std::int64_t, double, bool, std::string, ByteVector>;

/// A row in the order of its table's columns: `_id`, `_creationTime`, then the fields.
using Row = std::vector<Value>;

enum class ColumnType : std::uint8_t { Integer, Real, Boolean, Text, Blob };

}  // namespace vv::store
