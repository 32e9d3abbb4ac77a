#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/query.hpp"
#include "store/schema.hpp"

namespace vv::store::detail {

// SQL texts of our tables. Every identifier comes from the schema, never from outside.

[[nodiscard]] std::string quoted(std::string_view identifier);
[[nodiscard]] std::string_view sql_type(ColumnType type);
[[nodiscard]] std::string index_name(const Table& table, const Index& index);

[[nodiscard]] std::string column_ddl(const Schema& schema, const Column& column);
[[nodiscard]] std::string create_table(const Schema& schema, const Table& table);
[[nodiscard]] std::string create_index(const Table& table, const Index& index);

[[nodiscard]] std::string select_by_id(const Table& table);
[[nodiscard]] std::string insert_row(const Table& table);
/// Of these columns alone, by their bits: SQLite writes every index that names a column of the
/// statement, changed or not. Parameters in the order of the columns, then the id.
[[nodiscard]] std::string update_row(const Table& table, std::uint64_t columns);
[[nodiscard]] std::string delete_row(const Table& table);

/// The columns of an index's whole key: its own, then `_creationTime`, then `_id`.
[[nodiscard]] std::vector<std::size_t> key_columns(const Index& index);

/// Which ends a scan's statement has; the text depends on these and the scan's shape alone.
struct ScanEnds {
  bool after = false;
  bool until = false;
};
/// Parameters in order: prefix values, lower, upper, the key columns behind the prefix of `after`,
/// then those of `until`.
[[nodiscard]] std::string select_scan(const Table& table, const Scan& scan, ScanEnds ends);

/// What the text of a statement depends on within one schema, as a number: making the text costs
/// more than finding the prepared statement.
enum class Shape : std::uint64_t {};
enum class RowStatement : std::uint8_t { Select = 1, Insert, Update, Delete };
[[nodiscard]] Shape shape_of(std::uint32_t table, RowStatement statement,
                             std::uint64_t columns = 0);
/// What `columns` has room for.
constexpr std::size_t kMaxColumns = 45;
[[nodiscard]] Shape shape_of(const Scan& scan, ScanEnds ends);

}  // namespace vv::store::detail
