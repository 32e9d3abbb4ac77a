#include "store/sqlite/sql.hpp"

#include "base/check.hpp"
#include "base/format.hpp"

namespace vv::store::sqlite {
namespace {

using detail::comparison;

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
    return format("({}) {} ({})", names, comparison(greater, inclusive), values);
  }

 private:
  [[nodiscard]] std::string nested(std::size_t i, bool greater, bool inclusive) const {
    if (i + 1 == columns_.size()) {  // `_id`, never NULL
      return format("{} {} {}", name(i), comparison(greater, inclusive), parameter(i));
    }
    std::string beyond = format("{} {} {}", name(i), comparison(greater, false), parameter(i));
    if (table_.columns[columns_[i]].nullable) {
      beyond += greater ? format(" OR ({1} IS NULL AND {0} IS NOT NULL)", name(i), parameter(i))
                        : format(" OR ({1} IS NOT NULL AND {0} IS NULL)", name(i), parameter(i));
    }
    return format("({} OR ({} IS {} AND {}))", beyond, name(i), parameter(i),
                  nested(i + 1, greater, inclusive));
  }
  [[nodiscard]] std::string name(std::size_t i) const {
    return quoted(table_.columns[columns_[i]].name);
  }
  [[nodiscard]] std::string parameter(std::size_t i) const {
    return detail::parameter(kDialect, first_ + i);
  }

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
  if (column.default_value.index() != 0)
    ddl += " DEFAULT " + detail::literal(kDialect, column.default_value);
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

  return format("SELECT {} FROM {} INDEXED BY {}{} ORDER BY {}", detail::column_list(table),
                quoted(table.name), quoted(index_name(table, index)), where,
                detail::order_of(kDialect, table, rest, ascending));
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
