#include "store/sqlite/rows.hpp"

#include "store/sqlite/connection.hpp"
#include "store/sqlite/sql.hpp"

namespace vv::store::sqlite {
namespace {

void read_columns(const Statement& statement, const Table& table, Row& row) {
  row.clear();
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    row.push_back(statement.column(static_cast<int>(i), table.columns[i]));
  }
}

Row row_of(const Statement& statement, const Table& table) {
  Row row;
  row.reserve(table.columns.size());
  read_columns(statement, table, row);
  return row;
}

}  // namespace

Result<std::optional<Row>> Rows::find(std::uint32_t number, const std::string& id) {
  const Table& table = schema_.tables()[number];
  const Value key = id;  // outlives the statement
  VV_ASSIGN_OR_RETURN(Statement select,
                      connection_.prepare(shape_of(number, RowStatement::Select),
                                          [&] { return detail::select_by_id(kDialect, table); }));
  select.bind(1, key);
  VV_ASSIGN_OR_RETURN(const bool found, select.step());
  if (!found) return std::optional<Row>{};
  return std::optional<Row>{row_of(select, table)};
}

Result<std::optional<Row>> Rows::scan(const Scan& scan, detail::ScanEnds ends,
                                      std::span<const Value> parameters, const Visit& visit) {
  const Table& table = schema_.tables()[scan.table];
  VV_ASSIGN_OR_RETURN(Statement select, connection_.prepare(shape_of(scan, ends), [&] {
    return select_scan(table, scan, ends);
  }));
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    select.bind(static_cast<int>(i) + 1, parameters[i]);
  }
  Row row;
  for (;;) {
    VV_ASSIGN_OR_RETURN(const bool found, select.step());
    if (!found) return std::optional<Row>{};
    read_columns(select, table, row);
    VV_ASSIGN_OR_RETURN(const bool more, visit(row));
    if (!more) return std::optional<Row>{row_of(select, table)};  // it still stands on it
  }
}

Status Rows::insert(std::uint32_t number, const Row& row) {
  const Table& table = schema_.tables()[number];
  VV_ASSIGN_OR_RETURN(Statement insert,
                      connection_.prepare(shape_of(number, RowStatement::Insert),
                                          [&] { return detail::insert_row(kDialect, table); }));
  for (std::size_t i = 0; i < row.size(); ++i) insert.bind(static_cast<int>(i) + 1, row[i]);
  return insert.run();
}

Status Rows::update(std::uint32_t number, const Row& row, std::uint64_t changed) {
  const Table& table = schema_.tables()[number];
  VV_ASSIGN_OR_RETURN(Statement update,
                      connection_.prepare(shape_of(number, RowStatement::Update, changed), [&] {
                        return detail::update_row(kDialect, table, changed);
                      }));
  int parameter = 1;
  for (std::size_t i = 1; i < row.size(); ++i) {
    if ((changed >> i & 1) != 0) update.bind(parameter++, row[i]);
  }
  update.bind(parameter, row.front());
  return update.run();
}

Status Rows::remove(std::uint32_t number, const Value& id) {
  const Table& table = schema_.tables()[number];
  VV_ASSIGN_OR_RETURN(Statement remove,
                      connection_.prepare(shape_of(number, RowStatement::Delete),
                                          [&] { return detail::delete_row(kDialect, table); }));
  remove.bind(1, id);
  return remove.run();
}

}  // namespace vv::store::sqlite
