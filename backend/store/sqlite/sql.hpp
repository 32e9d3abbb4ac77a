#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/detail/rows.hpp"
#include "store/detail/sql.hpp"
#include "store/query.hpp"
#include "store/schema.hpp"

namespace vv::store::sqlite {

using detail::index_name;
using detail::key_columns;
using detail::kMaxColumns;
using detail::quoted;
using detail::ScanEnds;

inline constexpr detail::Dialect kDialect{
    .mark = '?', .yes = "1", .no = "0", .to_column = nullptr, .nulls_first = true};

// What is SQLite's own; the rest is in store/detail/sql.hpp.

[[nodiscard]] std::string_view sql_type(ColumnType type);

[[nodiscard]] std::string column_ddl(const Schema& schema, const Column& column);
[[nodiscard]] std::string create_table(const Schema& schema, const Table& table);
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
