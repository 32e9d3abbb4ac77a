#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/detail/rows.hpp"
#include "store/query.hpp"
#include "store/schema.hpp"

namespace vv::store::sqlite {

using detail::index_name;
using detail::key_columns;
using detail::kMaxColumns;
using detail::quoted;
using detail::ScanEnds;

// SQL texts of our tables. Every identifier comes from the schema, never from outside.

[[nodiscard]] std::string_view sql_type(ColumnType type);

[[nodiscard]] std::string column_ddl(const Schema& schema, const Column& column);
[[nodiscard]] std::string create_table(const Schema& schema, const Table& table);
[[nodiscard]] std::string create_index(const Table& table, const Index& index);

[[nodiscard]] std::string select_by_id(const Table& table);
[[nodiscard]] std::string insert_row(const Table& table);
/// Of these columns alone, by their bits: SQLite writes every index that names a column of the
/// statement, changed or not. Parameters in the order of the columns, then the id.
[[nodiscard]] std::string update_row(const Table& table, std::uint64_t columns);
[[nodiscard]] std::string delete_row(const Table& table);

/// Parameters as `Rows::scan` has them.
[[nodiscard]] std::string select_scan(const Table& table, const Scan& scan, ScanEnds ends);

/// What the text of a statement depends on within one schema, as a number: making the text costs
/// more than finding the prepared statement.
enum class Shape : std::uint64_t {};
enum class RowStatement : std::uint8_t { Select = 1, Insert, Update, Delete };
[[nodiscard]] Shape shape_of(std::uint32_t table, RowStatement statement,
                             std::uint64_t columns = 0);
[[nodiscard]] Shape shape_of(const Scan& scan, ScanEnds ends);

}  // namespace vv::store::sqlite
