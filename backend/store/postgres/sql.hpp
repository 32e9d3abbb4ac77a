#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/detail/rows.hpp"
#include "store/detail/sql.hpp"
#include "store/postgres/text.hpp"
#include "store/query.hpp"
#include "store/schema.hpp"

namespace vv::store::postgres {

inline constexpr detail::Dialect kDialect{
    .mark = '$', .yes = "true", .no = "false", .to_column = to_column, .nulls_first = false};

// What is PostgreSQL's own; the rest is in store/detail/sql.hpp.

/// As `format_type` says it, in capitals.
[[nodiscard]] std::string_view sql_type(ColumnType type);

[[nodiscard]] std::string column_ddl(const Column& column);
/// Without foreign keys: tables point at each other in circles, so those come when all are there.
[[nodiscard]] std::string create_table(const Table& table);
[[nodiscard]] std::string add_reference(const Table& table, const Column& column,
                                        const Table& target);
/// A statement whose text depends on which of its values are NULL: `IS NOT DISTINCT FROM $1` is
/// true of NULLs, and finds its rows without the index.
struct Selection {
  std::string text;
  std::vector<Value> parameters;  ///< those of the values that are none
};
/// The first `limit` rows; `values` as `Rows::scan` has its parameters.
[[nodiscard]] Selection select_scan(const Table& table, const Scan& scan, detail::ScanEnds ends,
                                    std::span<const Value> values, std::size_t limit);

}  // namespace vv::store::postgres
