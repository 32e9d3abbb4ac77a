#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/schema.hpp"

namespace vv::store::detail {

/// A column as the database has it.
struct StoredColumn {
  std::string name;
  std::string type;
  bool not_null = false;
  std::string references;
};

/// How an engine calls things, for those who read our refusals.
struct Engine {
  std::string_view (*type_name)(ColumnType);
  std::string_view shell;
};

[[nodiscard]] Error refuse(const Table& table, const std::string& what);
/// The declared columns that `stored` lacks, which rows that are there can fill.
/// refuses: invalid, with a sentence naming the step needed, when anything else differs
[[nodiscard]] Result<std::vector<const Column*>> columns_to_add(
    const Schema& schema, const Table& table, const std::vector<StoredColumn>& stored,
    const Engine& engine);

// What else an index of the same name may meet.
[[nodiscard]] Error refuse_broken_rule(const Table& table, const Index& index);
[[nodiscard]] Error refuse_other_index(const Table& table, const Index& index,
                                       const Engine& engine);

}  // namespace vv::store::detail
