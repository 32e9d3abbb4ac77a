#include "store/detail/additive.hpp"

#include <algorithm>

#include "base/format.hpp"
#include "base/log.hpp"

namespace vv::store::detail {
namespace {

Status check_column(const Schema& schema, const Table& table, const Column& declared,
                    const StoredColumn& stored, const Engine& engine) {
  if (stored.type != engine.type_name(declared.type)) {
    return refuse(table, format("has {} as {}, this version wants {}: give the field a new name "
                                "and copy its values over in a mutation",
                                declared.name, stored.type, engine.type_name(declared.type)));
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

}  // namespace

Error refuse(const Table& table, const std::string& what) {
  return invalid(format("the database's table {} {}", table.name, what));
}

Result<std::vector<const Column*>> columns_to_add(const Schema& schema, const Table& table,
                                                  const std::vector<StoredColumn>& stored,
                                                  const Engine& engine) {
  for (const StoredColumn& column : stored) {
    if (std::ranges::find(table.columns, column.name, &Column::name) == table.columns.end()) {
      return refuse(table, format("has a column {} that this version does not know: run the "
                                  "version that made it, or drop the column with {}",
                                  column.name, engine.shell));
    }
  }
  std::vector<const Column*> missing;
  for (const Column& column : table.columns) {
    const auto found = std::ranges::find(stored, column.name, &StoredColumn::name);
    if (found != stored.end()) {
      VV_TRY(check_column(schema, table, column, *found, engine));
      continue;
    }
    if (!column.nullable && column.default_value.index() == 0) {
      return refuse(table, format("lacks {}: make the field optional, or declare its "
                                  "default_value for the rows that are there",
                                  column.name));
    }
    log::info("store adds a column", {{"table", table.name}, {"column", column.name}});
    missing.push_back(&column);
  }
  return missing;
}

Error refuse_broken_rule(const Table& table, const Index& index) {
  return refuse(table, format("has rows that the new unique index {} forbids: merge or remove "
                              "them first",
                              index.name));
}

Error refuse_other_index(const Table& table, const Index& index, const Engine& engine) {
  return refuse(table, format("has another index called {}: give the new one a new name, or "
                              "drop the old one with {}",
                              index.name, engine.shell));
}

}  // namespace vv::store::detail
