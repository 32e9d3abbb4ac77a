#include "store/sqlite/sql.hpp"

#include "base/check.hpp"
#include "base/format.hpp"

namespace vv::store::sqlite {
namespace {

std::string literal(const Value& value) {
  if (const auto* n = std::get_if<std::int64_t>(&value)) return format("{}", *n);
  if (const auto* d = std::get_if<double>(&value)) return format("{:.17g}", *d);
  if (const auto* b = std::get_if<bool>(&value)) return *b ? "1" : "0";
  if (const auto* text = std::get_if<std::string>(&value)) {
    std::string out = "'";
    for (const char c : *text) {
      out += c;
      if (c == '\'') out += c;
    }
    return out + "'";
  }
  return "NULL";
}

std::string column_list(const Table& table) {
  std::string list;
  for (const Column& column : table.columns) {
    if (!list.empty()) list += ", ";
    list += quoted(column.name);
  }
  return list;
}

/// `(a, b, c) > (?1, ?2, ?3)` for rows beyond a position; spelt out where NULLs, which sort first
/// with us but compare with nothing in SQL, may stand on either side.
class PositionTest {
 public:
  PositionTest(const Table& table, std::vector<std::size_t> columns, std::size_t first_parameter)
      : table_(table), columns_(std::move(columns)), first_(first_parameter) {}

  [[nodiscard]] std::string text(bool greater, bool inclusive) const {
    for (const std::size_t column : columns_) {
      if (table_.columns[column].nullable) return nested(0, greater, inclusive);
    }
    std::string names;
    std::string values;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      names += (i == 0 ? "" : ", ") + name(i);
      values += (i == 0 ? "" : ", ") + parameter(i);
    }
    return format("({}) {} ({})", names, compare(greater, inclusive), values);
  }

 private:
  [[nodiscard]] std::string nested(std::size_t i, bool greater, bool inclusive) const {
    if (i + 1 == columns_.size()) {  // `_id`, never NULL
      return format("{} {} {}", name(i), compare(greater, inclusive), parameter(i));
    }
    std::string beyond = format("{} {} {}", name(i), compare(greater, false), parameter(i));
    if (table_.columns[columns_[i]].nullable) {
      beyond += greater ? format(" OR ({1} IS NULL AND {0} IS NOT NULL)", name(i), parameter(i))
                        : format(" OR ({1} IS NOT NULL AND {0} IS NULL)", name(i), parameter(i));
    }
    return format("({} OR ({} IS {} AND {}))", beyond, name(i), parameter(i),
                  nested(i + 1, greater, inclusive));
  }
  static std::string_view compare(bool greater, bool inclusive) {
    if (greater) return inclusive ? ">=" : ">";
    return inclusive ? "<=" : "<";
  }
  [[nodiscard]] std::string name(std::size_t i) const {
    return quoted(table_.columns[columns_[i]].name);
  }
  [[nodiscard]] std::string parameter(std::size_t i) const { return format("?{}", first_ + i); }

  const Table& table_;
  std::vector<std::size_t> columns_;
  std::size_t first_;
};

class Packer {
 public:
  Packer& add(std::uint64_t value, int bits) {
    VV_CHECK(value >> bits == 0, "a schema is small enough for the shape's fields");
    bits_ |= value << used_;
    used_ += bits;
    return *this;
  }
  [[nodiscard]] std::uint64_t bits() const { return bits_; }

 private:
  std::uint64_t bits_ = 0;
  int used_ = 0;
};

}  // namespace

std::string_view sql_type(ColumnType type) {
  switch (type) {
    case ColumnType::Integer:
    case ColumnType::Boolean:
      return "INTEGER";
    case ColumnType::Real:
      return "REAL";
    case ColumnType::Text:
      return "TEXT";
    case ColumnType::Blob:
      return "BLOB";
  }
  return "BLOB";
}

std::string column_ddl(const Schema& schema, const Column& column) {
  std::string ddl = format("{} {}", quoted(column.name), sql_type(column.type));
  if (!column.nullable) ddl += " NOT NULL";
  if (column.name == "_id") return ddl + " PRIMARY KEY";
  if (column.default_value.index() != 0) ddl += " DEFAULT " + literal(column.default_value);
  if (const Table* target = schema.find(column.references)) {
    ddl += format(" REFERENCES {}(\"_id\")", quoted(target->name));
  }
  return ddl;
}

std::string create_table(const Schema& schema, const Table& table) {
  std::string body;
  for (const Column& column : table.columns) {
    if (!body.empty()) body += ", ";
    body += column_ddl(schema, column);
  }
  return format("CREATE TABLE {} ({}) STRICT", quoted(table.name), body);
}

std::string create_index(const Table& table, const Index& index) {
  // A unique index names its own columns only, for `_id` behind them would make any row unique.
  std::string columns;
  for (const std::size_t column : index.unique ? index.columns : key_columns(index)) {
    if (!columns.empty()) columns += ", ";
    columns += quoted(table.columns[column].name);
  }
  std::string ddl = format("CREATE {}INDEX {} ON {} ({})", index.unique ? "UNIQUE " : "",
                           quoted(index_name(table, index)), quoted(table.name), columns);
  if (index.is_partial()) {
    ddl += format(" WHERE {} = {}", quoted(table.columns[index.condition_column].name),
                  literal(index.condition));
  }
  return ddl;
}

std::string select_by_id(const Table& table) {
  return format("SELECT {} FROM {} WHERE \"_id\" = ?1", column_list(table), quoted(table.name));
}

std::string insert_row(const Table& table) {
  std::string parameters;
  for (std::size_t i = 1; i <= table.columns.size(); ++i) {
    parameters += format("{}?{}", i == 1 ? "" : ", ", i);
  }
  return format("INSERT INTO {} ({}) VALUES ({})", quoted(table.name), column_list(table),
                parameters);
}

std::string update_row(const Table& table, std::uint64_t columns) {
  std::string fields;
  std::size_t parameter = 1;
  for (std::size_t i = 1; i < table.columns.size(); ++i) {
    if ((columns >> i & 1) == 0) continue;
    fields +=
        format("{}{} = ?{}", parameter == 1 ? "" : ", ", quoted(table.columns[i].name), parameter);
    ++parameter;
  }
  return format("UPDATE {} SET {} WHERE \"_id\" = ?{}", quoted(table.name), fields, parameter);
}

std::string delete_row(const Table& table) {
  return format("DELETE FROM {} WHERE \"_id\" = ?1", quoted(table.name));
}

std::string select_scan(const Table& table, const Scan& scan, ScanEnds ends) {
  const Index& index = table.indexes[scan.index];
  const std::vector<std::size_t> key = key_columns(index);
  const std::vector<std::size_t> rest(key.begin() + static_cast<std::ptrdiff_t>(scan.prefix.size()),
                                      key.end());
  const bool ascending = scan.order == Order::Ascending;
  std::size_t parameter = 1;
  std::string where;
  const auto add = [&](std::string test) {
    where += (where.empty() ? " WHERE " : " AND ") + std::move(test);
  };

  for (std::size_t i = 0; i < scan.prefix.size(); ++i) {
    const Column& column = table.columns[key[i]];
    add(format("{} {} ?{}", quoted(column.name), column.nullable ? "IS" : "=", parameter++));
  }
  const std::string next = quoted(table.columns[rest.front()].name);
  if (scan.lower) add(format("{} {} ?{}", next, scan.lower->inclusive ? ">=" : ">", parameter++));
  if (scan.upper) add(format("{} {} ?{}", next, scan.upper->inclusive ? "<=" : "<", parameter++));
  if (ends.after) {
    add(PositionTest(table, rest, parameter).text(ascending, false));
    parameter += rest.size();
  }
  if (ends.until) add(PositionTest(table, rest, parameter).text(!ascending, true));

  std::string order;
  for (const std::size_t column : rest) {
    if (!order.empty()) order += ", ";
    order += quoted(table.columns[column].name) + (ascending ? "" : " DESC");
  }
  return format("SELECT {} FROM {} INDEXED BY {}{} ORDER BY {}", column_list(table),
                quoted(table.name), quoted(index_name(table, index)), where, order);
}

Shape shape_of(std::uint32_t table, RowStatement statement, std::uint64_t columns) {
  return Shape{Packer()
                   .add(table, 16)
                   .add(static_cast<std::uint64_t>(statement), 3)
                   .add(columns, kMaxColumns)
                   .bits()};
}

Shape shape_of(const Scan& scan, ScanEnds ends) {
  const auto bound = [](const auto& end) -> std::uint64_t {
    return !end ? 0 : end->inclusive ? 1 : 2;
  };
  return Shape{Packer()
                   .add(scan.table, 16)
                   .add(0, 3)  // no RowStatement
                   .add(scan.index, 16)
                   .add(scan.prefix.size(), 8)
                   .add(bound(scan.lower), 2)
                   .add(bound(scan.upper), 2)
                   .add(scan.order == Order::Ascending ? 0 : 1, 1)
                   .add(ends.after ? 1 : 0, 1)
                   .add(ends.until ? 1 : 0, 1)
                   .bits()};
}

}  // namespace vv::store::sqlite
