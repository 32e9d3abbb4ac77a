#include "store/sqlite/migrate.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/format.hpp"
#include "store/detail/additive.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/sql.hpp"

namespace vv::store::sqlite {
namespace {

constexpr std::string_view kCommitHead =
    "CREATE TABLE IF NOT EXISTS commit_head (only_row INTEGER NOT NULL PRIMARY KEY "
    "CHECK (only_row = 1), ts INTEGER NOT NULL) STRICT;"
    "INSERT INTO commit_head (only_row, ts) VALUES (1, 0) ON CONFLICT DO NOTHING;";

using detail::StoredColumn;

constexpr detail::Engine kEngine{.type_name = sql_type, .shell = "sqlite3"};

Result<std::vector<StoredColumn>> stored_columns(Connection& connection, const Table& table) {
  std::vector<StoredColumn> columns;
  {
    VV_ASSIGN_OR_RETURN(Statement info,
                        connection.prepare(format("PRAGMA table_info({})", quoted(table.name))));
    for (;;) {
      VV_ASSIGN_OR_RETURN(const bool row, info.step());
      if (!row) break;
      columns.push_back({.name = info.text(1),
                         .type = info.text(2),
                         .not_null = info.integer(3) != 0,
                         .references = {}});
    }
  }
  VV_ASSIGN_OR_RETURN(Statement keys, connection.prepare(format("PRAGMA foreign_key_list({})",
                                                                quoted(table.name))));
  for (;;) {
    VV_ASSIGN_OR_RETURN(const bool row, keys.step());
    if (!row) break;
    const auto column = std::ranges::find(columns, keys.text(3), &StoredColumn::name);
    if (column != columns.end()) column->references = keys.text(2);
  }
  return columns;
}

Status migrate_table(Connection& connection, const Schema& schema, const Table& table) {
  VV_ASSIGN_OR_RETURN(const std::vector<StoredColumn> stored, stored_columns(connection, table));
  if (stored.empty()) return connection.execute(create_table(schema, table));
  VV_ASSIGN_OR_RETURN(const std::vector<const Column*> missing,
                      detail::columns_to_add(schema, table, stored, kEngine));
  for (const Column* column : missing) {
    VV_TRY(connection.execute(
        format("ALTER TABLE {} ADD COLUMN {}", quoted(table.name), column_ddl(schema, *column))));
  }
  return {};
}

Status migrate_index(Connection& connection, const Table& table, const Index& index) {
  const std::string wanted = detail::create_index(kDialect, table, index);
  const Value name = index_name(table, index);
  std::optional<std::string> stored;
  {
    VV_ASSIGN_OR_RETURN(Statement select,
                        connection.prepare("SELECT sql FROM sqlite_schema WHERE name = ?1"));
    select.bind(1, name);
    VV_ASSIGN_OR_RETURN(const bool found, select.step());
    if (found) stored = select.text(0);
  }
  if (!stored) {
    Status made = connection.execute(wanted);
    if (!made && made.error().code == ErrorCode::Conflict) {
      return detail::refuse_broken_rule(table, index);
    }
    return made;
  }
  if (*stored != wanted) return detail::refuse_other_index(table, index, kEngine);
  return {};
}

Status migrate_all(Connection& connection, const Schema& schema) {
  VV_TRY(connection.execute(std::string(kCommitHead)));
  for (const Table& table : schema.tables()) {
    VV_TRY(migrate_table(connection, schema, table));
    for (const Index& index : table.indexes) VV_TRY(migrate_index(connection, table, index));
  }
  return {};
}

}  // namespace

Status migrate(Connection& connection, const Schema& schema) {
  VV_TRY(connection.execute("BEGIN IMMEDIATE"));
  Status done = migrate_all(connection, schema);
  if (done) done = connection.execute("COMMIT");
  if (!done && connection.in_transaction()) {
    const Status undone = connection.execute("ROLLBACK");
    VV_CHECK(undone.has_value(), "a failed migration leaves no trace");
  }
  return done;
}

Result<Timestamp> read_head(Connection& connection) {
  VV_ASSIGN_OR_RETURN(Statement select, connection.prepare("SELECT ts FROM commit_head"));
  VV_ASSIGN_OR_RETURN(const bool found, select.step());
  if (!found) return internal("commit_head has lost its row");
  return Timestamp{static_cast<std::uint64_t>(select.integer(0))};
}

Status write_head(Connection& connection, Timestamp ts) {
  VV_ASSIGN_OR_RETURN(Statement update, connection.prepare("UPDATE commit_head SET ts = ?1"));
  const Value value = static_cast<std::int64_t>(ts.nanos);
  update.bind(1, value);
  return update.run();
}

}  // namespace vv::store::sqlite
