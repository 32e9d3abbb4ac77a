#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/schema.hpp"

namespace vv::store::detail {

/// Where the engines' words differ in SQL that is otherwise the same.
struct Dialect {
  char mark;  ///< in front of a parameter's number
  std::string_view yes;
  std::string_view no;
  /// What a column keeps of a text; null: all of it.
  std::string (*to_column)(std::string_view text);
  bool nulls_first;  ///< as we have them, unless it is told where
};

// SQL texts of our tables. Every identifier comes from the schema, never from outside.

[[nodiscard]] std::string quoted_text(std::string_view text);
[[nodiscard]] std::string literal(const Dialect& dialect, const Value& value);
[[nodiscard]] std::string parameter(const Dialect& dialect, std::size_t number);
[[nodiscard]] std::string_view comparison(bool greater, bool inclusive);
[[nodiscard]] std::string column_list(const Table& table);
[[nodiscard]] std::string order_of(const Dialect& dialect, const Table& table,
                                   const std::vector<std::size_t>& columns, bool ascending);

[[nodiscard]] std::string create_index(const Dialect& dialect, const Table& table,
                                       const Index& index);
[[nodiscard]] std::string select_by_id(const Dialect& dialect, const Table& table);
[[nodiscard]] std::string insert_row(const Dialect& dialect, const Table& table);
/// Of these columns alone, by their bits: SQLite writes every index that names a column of the
/// statement, changed or not. Parameters in the order of the columns, then the id.
[[nodiscard]] std::string update_row(const Dialect& dialect, const Table& table,
                                     std::uint64_t columns);
[[nodiscard]] std::string delete_row(const Dialect& dialect, const Table& table);

}  // namespace vv::store::detail
