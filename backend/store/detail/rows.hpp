#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/query.hpp"
#include "store/schema.hpp"

namespace vv::store::detail {

/// The columns of an index's whole key: its own, then `_creationTime`, then `_id`.
[[nodiscard]] std::vector<std::size_t> key_columns(const Index& index);

// What both engines call things.
[[nodiscard]] std::string quoted(std::string_view identifier);
[[nodiscard]] std::string index_name(const Table& table, const Index& index);

/// Which ends a scan has besides its own; a statement's text depends on these and its shape alone.
struct ScanEnds {
  bool after = false;
  bool until = false;
};

/// What the bits of changed columns have room for.
constexpr std::size_t kMaxColumns = 45;

/// The rows of one transaction, as an engine reads and writes them: one call a statement. What was
/// examined and changed, and what it may cost, is noted by Reader and Writer, alike for all.
class Rows {
 public:
  virtual ~Rows() = default;
  using Visit = std::function<Result<bool>(Row& row)>;  ///< may move from it; false: enough

  [[nodiscard]] virtual Result<std::optional<Row>> find(std::uint32_t table,
                                                        const std::string& id) = 0;
  /// Visits rows in the scan's order until told that it is enough. `parameters`: the prefix, lower
  /// and upper as far as there are any, the key columns behind the prefix of `after`, then those of
  /// `until`. @return the row it stopped at; nothing when the range was read to its end
  [[nodiscard]] virtual Result<std::optional<Row>> scan(const Scan& scan, ScanEnds ends,
                                                        std::span<const Value> parameters,
                                                        const Visit& visit) = 0;
  /// refuses: conflict when a rule of the schema forbids it; so do the other two
  [[nodiscard]] virtual Status insert(std::uint32_t table, const Row& row) = 0;
  /// Writes the `changed` columns, by their bits.
  [[nodiscard]] virtual Status update(std::uint32_t table, const Row& row,
                                      std::uint64_t changed) = 0;
  [[nodiscard]] virtual Status remove(std::uint32_t table, const Value& id) = 0;
};

}  // namespace vv::store::detail
