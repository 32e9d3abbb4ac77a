#include "store/postgres/migrate.hpp"

#include <string>
#include <vector>

#include "base/format.hpp"
#include "store/detail/additive.hpp"
#include "store/postgres/connection.hpp"
#include "store/postgres/sql.hpp"

namespace vv::store::postgres {
namespace {

using detail::quoted;
using detail::StoredColumn;

constexpr detail::Engine kEngine{.type_name = sql_type, .shell = "psql"};

// The number is ours alone within a database ("visavis" in ASCII, then 1).
constexpr const char* kBegin = "BEGIN; SELECT pg_advisory_xact_lock(8532484119281693441)";

// A page of its own, nearly empty: every commit writes the row anew.
constexpr const char* kOwnTables =
    "CREATE TABLE IF NOT EXISTS commit_head (only_row INTEGER PRIMARY KEY CHECK (only_row = 1),"
    "  ts BIGINT NOT NULL) WITH (fillfactor = 10);"
    "INSERT INTO commit_head (only_row, ts) VALUES (1, 0) ON CONFLICT DO NOTHING;"
    "CREATE TABLE IF NOT EXISTS commit_log (ts BIGINT PRIMARY KEY, previous BIGINT NOT NULL,"
    "  node TEXT NOT NULL, commits BYTEA NOT NULL)";

constexpr const char* kStoredColumns =
    "SELECT a.attname, upper(format_type(a.atttypid, a.atttypmod)), a.attnotnull,"
    "  coalesce((SELECT t.relname FROM pg_constraint k JOIN pg_class t ON t.oid = k.confrelid"
    "    WHERE k.conrelid = a.attrelid AND k.contype = 'f' AND k.conkey = ARRAY[a.attnum]"
    "    LIMIT 1), '')"
    "  FROM pg_attribute a WHERE a.attrelid = to_regclass($1) AND a.attnum > 0"
    "  AND NOT a.attisdropped ORDER BY a.attnum";

// The server keeps a definition in its own words; ours is kept as the index's comment.
constexpr const char* kStoredIndex =
    "SELECT coalesce(obj_description(to_regclass($1), 'pg_class'), '')"
    "  WHERE to_regclass($1) IS NOT NULL";

Status execute(Connection& connection, const std::string& sql) {
  const Result<Answer> done = connection.execute(sql);
  if (!done) return done.error();
  return {};
}

Result<std::vector<StoredColumn>> stored_columns(Connection& connection, const Table& table) {
  const Value name = quoted(table.name);
  VV_ASSIGN_OR_RETURN(const Answer answer, connection.run(kStoredColumns, {&name, 1}));
  std::vector<StoredColumn> columns;
  for (int row = 0; row < answer.rows(); ++row) {
    columns.push_back({.name = answer.text(row, 0),
                       .type = answer.text(row, 1),
                       .not_null = answer.boolean(row, 2),
                       .references = answer.text(row, 3)});
  }
  return columns;
}

/// @return the columns it made, whose references are to come when all tables are there
Result<std::vector<const Column*>> migrate_table(Connection& connection, const Schema& schema,
                                                 const Table& table) {
  VV_ASSIGN_OR_RETURN(const std::vector<StoredColumn> stored, stored_columns(connection, table));
  std::vector<const Column*> made;
  if (stored.empty()) {
    VV_TRY(execute(connection, create_table(table)));
    for (const Column& column : table.columns) made.push_back(&column);
    return made;
  }
  VV_ASSIGN_OR_RETURN(made, detail::columns_to_add(schema, table, stored, kEngine));
  for (const Column* column : made) {
    VV_TRY(execute(connection, format("ALTER TABLE {} ADD COLUMN {}", quoted(table.name),
                                      column_ddl(*column))));
  }
  return made;
}

Status migrate_index(Connection& connection, const Table& table, const Index& index) {
  const std::string wanted = detail::create_index(kDialect, table, index);
  const std::string name = quoted(detail::index_name(table, index));
  const Value parameter = name;
  VV_ASSIGN_OR_RETURN(const Answer stored, connection.run(kStoredIndex, {&parameter, 1}));
  if (stored.rows() > 0) {
    if (stored.text(0, 0) == wanted) return {};
    return detail::refuse_other_index(table, index, kEngine);
  }
  const Status made = execute(connection, wanted);
  if (!made && made.error().code == ErrorCode::Conflict) {
    return detail::refuse_broken_rule(table, index);
  }
  VV_TRY(made);
  return execute(connection,
                 format("COMMENT ON INDEX {} IS {}", name, detail::quoted_text(wanted)));
}

Status migrate_all(Connection& connection, const Schema& schema) {
  VV_TRY(execute(connection, kBegin));
  VV_TRY(execute(connection, kOwnTables));
  std::vector<std::pair<const Table*, std::vector<const Column*>>> made;
  for (const Table& table : schema.tables()) {
    VV_ASSIGN_OR_RETURN(std::vector<const Column*> columns,
                        migrate_table(connection, schema, table));
    made.emplace_back(&table, std::move(columns));
  }
  for (const auto& [table, columns] : made) {
    for (const Column* column : columns) {
      const Table* target = schema.find(column->references);
      if (target == nullptr) continue;
      VV_TRY(execute(connection, add_reference(*table, *column, *target)));
    }
    for (const Index& index : table->indexes) VV_TRY(migrate_index(connection, *table, index));
  }
  return execute(connection, "COMMIT");
}

}  // namespace

Status migrate(Connection& connection, const Schema& schema) {
  Status done = migrate_all(connection, schema);
  if (!done) static_cast<void>(connection.execute("ROLLBACK"));
  return done;
}

}  // namespace vv::store::postgres
