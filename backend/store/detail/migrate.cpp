#include "store/detail/migrate.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/format.hpp"
#include "base/log.hpp"
#include "store/detail/connection.hpp"
#include "store/detail/sql.hpp"

namespace vv::store::detail {
namespace {

constexpr std::string_view kCommitHead =
    "CREATE TABLE IF NOT EXISTS commit_head (only_row INTEGER NOT NULL PRIMARY KEY "
    "CHECK (only_row = 1), ts INTEGER NOT NULL) STRICT;"
    "INSERT INTO commit_head (only_row, ts) VALUES (1, 0) ON CONFLICT DO NOTHING;";

/// A column as the file has it.
struct StoredColumn {
  std::string name;
  std::string type;
  bool not_null = false;
  bool has_default = false;
  std::string references;
};

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
                         .has_default = !info.text(4).empty(),
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

Error refuse(const Table& table, const std::string& what) {
  return invalid(format("the database's table {} {}", table.name, what));
}

Status check_column(const Schema& schema, const Table& table, const Column& declared,
                    const StoredColumn& stored) {
  if (stored.type != sql_type(declared.type)) {
    return refuse(table, format("has {} as {}, this version wants {}: give the field a new name "
                                "and copy its values over in a mutation",
                                declared.name, stored.type, sql_type(declared.type)));
  }
  if (stored.not_null == declared.nullable) {
    return refuse(table,
                  format("has {} as {}, this version wants the opposite: give the field a new "
                         "name and copy its values over in a mutation",
                         declared.name, stored.not_null ? "never NULL" : "nullable"));
  }
  const Table* target = schema.find(declared.references);
  const std::string wanted = target == nullptr ? "" : target->name;
  if (stored.references != wanted) {
    return refuse(table, format("has {} pointing at «{}», this version at «{}»: give the field a "
                                "new name and copy its values over in a mutation",
                                declared.name, stored.references, wanted));
  }
  return {};
}

Status add_column(Connection& connection, const Schema& schema, const Table& table,
                  const Column& column) {
  if (!column.nullable && column.default_value.index() == 0) {
    return refuse(table, format("lacks {}: make the field optional, or declare its default_value "
                                "for the rows that are there",
                                column.name));
  }
  log::info("store adds a column", {{"table", table.name}, {"column", column.name}});
  return connection.execute(
      format("ALTER TABLE {} ADD COLUMN {}", quoted(table.name), column_ddl(schema, column)));
}

Status migrate_table(Connection& connection, const Schema& schema, const Table& table) {
  VV_ASSIGN_OR_RETURN(const std::vector<StoredColumn> stored, stored_columns(connection, table));
  if (stored.empty()) return connection.execute(create_table(schema, table));

  for (const StoredColumn& column : stored) {
    if (std::ranges::find(table.columns, column.name, &Column::name) == table.columns.end()) {
      return refuse(table, format("has a column {} that this version does not know: run the "
                                  "version that made it, or drop the column with sqlite3",
                                  column.name));
    }
  }
  for (const Column& column : table.columns) {
    const auto found = std::ranges::find(stored, column.name, &StoredColumn::name);
    if (found == stored.end()) {
      VV_TRY(add_column(connection, schema, table, column));
    } else {
      VV_TRY(check_column(schema, table, column, *found));
    }
  }
  return {};
}

Status migrate_index(Connection& connection, const Table& table, const Index& index) {
  const std::string wanted = create_index(table, index);
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
      return refuse(table, format("has rows that the new unique index {} forbids: merge or remove "
                                  "them first",
                                  index.name));
    }
    return made;
  }
  if (*stored != wanted) {
    return refuse(table, format("has another index called {}: give the new one a new name, or "
                                "drop the old one with sqlite3",
                                index.name));
  }
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

}  // namespace vv::store::detail
