#include "store/detail/sql.hpp"

#include "base/format.hpp"
#include "store/detail/rows.hpp"

namespace vv::store::detail {

std::string quoted_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

std::string literal(const Dialect& dialect, const Value& value) {
  if (const auto* n = std::get_if<std::int64_t>(&value)) return format("{}", *n);
  if (const auto* d = std::get_if<double>(&value)) return format("{:.17g}", *d);
  if (const auto* b = std::get_if<bool>(&value)) return std::string(*b ? dialect.yes : dialect.no);
  if (const auto* text = std::get_if<std::string>(&value)) {
    return quoted_text(dialect.to_column == nullptr ? *text : dialect.to_column(*text));
  }
  return "NULL";
}

std::string parameter(const Dialect& dialect, std::size_t number) {
  return format("{}{}", dialect.mark, number);
}

std::string_view comparison(bool greater, bool inclusive) {
  if (greater) return inclusive ? ">=" : ">";
  return inclusive ? "<=" : "<";
}

std::string column_list(const Table& table) {
  std::string list;
  for (const Column& column : table.columns) {
    if (!list.empty()) list += ", ";
    list += quoted(column.name);
  }
  return list;
}

std::string order_of(const Dialect& dialect, const Table& table,
                     const std::vector<std::size_t>& columns, bool ascending) {
  std::string order;
  for (const std::size_t place : columns) {
    const Column& column = table.columns[place];
    if (!order.empty()) order += ", ";
    order += quoted(column.name) + (ascending ? "" : " DESC");
    if (column.nullable && !dialect.nulls_first)
      order += ascending ? " NULLS FIRST" : " NULLS LAST";
  }
  return order;
}

std::string create_index(const Dialect& dialect, const Table& table, const Index& index) {
  // A unique index names its own columns only, for `_id` behind them would make any row unique.
  std::string ddl =
      format("CREATE {}INDEX {} ON {} ({})", index.unique ? "UNIQUE " : "",
             quoted(index_name(table, index)), quoted(table.name),
             order_of(dialect, table, index.unique ? index.columns : key_columns(index), true));
  if (index.is_partial()) {
    ddl += format(" WHERE {} = {}", quoted(table.columns[index.condition_column].name),
                  literal(dialect, index.condition));
  }
  return ddl;
}

std::string select_by_id(const Dialect& dialect, const Table& table) {
  return format("SELECT {} FROM {} WHERE \"_id\" = {}", column_list(table), quoted(table.name),
                parameter(dialect, 1));
}

std::string insert_row(const Dialect& dialect, const Table& table) {
  std::string parameters;
  for (std::size_t i = 1; i <= table.columns.size(); ++i) {
    parameters += (i == 1 ? "" : ", ") + parameter(dialect, i);
  }
  return format("INSERT INTO {} ({}) VALUES ({})", quoted(table.name), column_list(table),
                parameters);
}

std::string update_row(const Dialect& dialect, const Table& table, std::uint64_t columns) {
  std::string fields;
  std::size_t number = 1;
  for (std::size_t i = 1; i < table.columns.size(); ++i) {
    if ((columns >> i & 1) == 0) continue;
    fields += format("{}{} = {}", number == 1 ? "" : ", ", quoted(table.columns[i].name),
                     parameter(dialect, number));
    ++number;
  }
  return format("UPDATE {} SET {} WHERE \"_id\" = {}", quoted(table.name), fields,
                parameter(dialect, number));
}

std::string delete_row(const Dialect& dialect, const Table& table) {
  return format("DELETE FROM {} WHERE \"_id\" = {}", quoted(table.name), parameter(dialect, 1));
}

}  // namespace vv::store::detail
