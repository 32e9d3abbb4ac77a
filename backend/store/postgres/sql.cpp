#include "store/postgres/sql.hpp"

#include "base/format.hpp"

namespace vv::store::postgres {
namespace {

using detail::comparison;
using detail::key_columns;
using detail::quoted;

bool is_null(const Value& value) { return value.index() == 0; }

/// Adds conditions and the values they need.
class Builder {
 public:
  Builder(const Table& table, std::vector<std::size_t> rest)
      : table_(table), rest_(std::move(rest)) {}

  void equal(std::size_t column, const Value& value) {
    add(is_null(value) ? name(column) + " IS NULL"
                       : format("{} = {}", name(column), parameter(value)));
  }
  void compare(std::size_t column, std::string_view how, const Value& value) {
    add(format("{} {} {}", name(column), how, parameter(value)));
  }

  /// Rows beyond a position, which is given by its values in the key columns behind the prefix.
  void beyond(std::span<const Value> at, bool greater, bool inclusive) {
    bool nullable = false;
    for (const std::size_t column : rest_) nullable = nullable || table_.columns[column].nullable;
    if (nullable) {
      // The column in front also says where in the index to begin.
      if (!is_null(at.front()) && (greater || !table_.columns[rest_.front()].nullable)) {
        compare(rest_.front(), greater ? ">=" : "<=", at.front());
      }
      return add(nested(at, 0, greater, inclusive));
    }
    std::string names;
    std::string values;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      names += (i == 0 ? "" : ", ") + name(rest_[i]);
      values += (i == 0 ? "" : ", ") + parameter(at[i]);
    }
    add(format("({}) {} ({})", names, comparison(greater, inclusive), values));
  }

  std::string parameter(const Value& value) {
    parameters_.push_back(value);
    return detail::parameter(kDialect, parameters_.size());
  }
  [[nodiscard]] const std::string& where() const { return where_; }
  [[nodiscard]] std::vector<Value> take_parameters() { return std::move(parameters_); }

 private:
  /// NULLs, which come first with us, compare with nothing in SQL: spelt out.
  std::string nested(std::span<const Value> at, std::size_t i, bool greater, bool inclusive) {
    const std::string column = name(rest_[i]);
    if (i + 1 == rest_.size()) {  // `_id`, never NULL
      return format("{} {} {}", column, comparison(greater, inclusive), parameter(at[i]));
    }
    std::string beyond;
    if (is_null(at[i])) {
      beyond = greater ? column + " IS NOT NULL" : "false";
    } else {
      beyond = format("{} {} {}", column, comparison(greater, false), parameter(at[i]));
      if (!greater && table_.columns[rest_[i]].nullable) beyond += format(" OR {} IS NULL", column);
    }
    const std::string same =
        is_null(at[i]) ? column + " IS NULL" : format("{} = {}", column, parameter(at[i]));
    return format("({} OR ({} AND {}))", beyond, same, nested(at, i + 1, greater, inclusive));
  }
  void add(const std::string& condition) {
    where_ += (where_.empty() ? " WHERE " : " AND ") + condition;
  }
  [[nodiscard]] std::string name(std::size_t column) const {
    return quoted(table_.columns[column].name);
  }

  const Table& table_;
  std::vector<std::size_t> rest_;
  std::string where_;
  std::vector<Value> parameters_;
};

}  // namespace

std::string_view sql_type(ColumnType type) {
  switch (type) {
    case ColumnType::Integer:
      return "BIGINT";
    case ColumnType::Real:
      return "DOUBLE PRECISION";
    case ColumnType::Boolean:
      return "BOOLEAN";
    case ColumnType::Text:
      return "TEXT";
    case ColumnType::Blob:
      return "BYTEA";
  }
  return "BYTEA";
}

std::string column_ddl(const Column& column) {
  std::string ddl = format("{} {}", quoted(column.name), sql_type(column.type));
  if (column.type == ColumnType::Text) ddl += " COLLATE \"C\"";  // by its bytes, as keys are
  if (!column.nullable) ddl += " NOT NULL";
  if (column.name == "_id") return ddl + " PRIMARY KEY";
  if (!is_null(column.default_value))
    ddl += " DEFAULT " + detail::literal(kDialect, column.default_value);
  return ddl;
}

std::string create_table(const Table& table) {
  std::string body;
  for (const Column& column : table.columns) {
    if (!body.empty()) body += ", ";
    body += column_ddl(column);
  }
  return format("CREATE TABLE {} ({})", quoted(table.name), body);
}

std::string add_reference(const Table& table, const Column& column, const Table& target) {
  return format("ALTER TABLE {} ADD FOREIGN KEY ({}) REFERENCES {}(\"_id\")", quoted(table.name),
                quoted(column.name), quoted(target.name));
}

Selection select_scan(const Table& table, const Scan& scan, detail::ScanEnds ends,
                      std::span<const Value> values, std::size_t limit) {
  const Index& index = table.indexes[scan.index];
  const std::vector<std::size_t> key = key_columns(index);
  const std::vector<std::size_t> rest(key.begin() + static_cast<std::ptrdiff_t>(scan.prefix.size()),
                                      key.end());
  const bool ascending = scan.order == Order::Ascending;
  Builder builder(table, rest);
  const auto next = [&values] {
    const Value& value = values.front();
    values = values.subspan(1);
    return value;
  };
  bool one_at_most = index.unique && scan.prefix.size() == index.columns.size();
  for (std::size_t i = 0; i < scan.prefix.size(); ++i) {
    const Value value = next();
    one_at_most = one_at_most && !is_null(value);
    builder.equal(key[i], value);
  }
  if (scan.lower) builder.compare(rest.front(), scan.lower->inclusive ? ">=" : ">", next());
  if (scan.upper) builder.compare(rest.front(), scan.upper->inclusive ? "<=" : "<", next());
  if (ends.after) {
    builder.beyond(values.first(rest.size()), ascending, false);
    values = values.subspan(rest.size());
  }
  if (ends.until) builder.beyond(values.first(rest.size()), !ascending, true);

  // A whole unique key gives one row: an order would only have the planner look for one elsewhere.
  const std::string order =
      one_at_most ? "" : " ORDER BY " + detail::order_of(kDialect, table, rest, ascending);
  const std::string limited = builder.parameter(static_cast<std::int64_t>(limit));
  return {.text = format("SELECT {} FROM {}{}{} LIMIT {}", detail::column_list(table),
                         quoted(table.name), builder.where(), order, limited),
          .parameters = builder.take_parameters()};
}

}  // namespace vv::store::postgres
