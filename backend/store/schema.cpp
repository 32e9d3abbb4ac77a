#include "store/schema.hpp"

#include <algorithm>

namespace vv::store {

void Schema::add_table(Table table) {
  VV_CHECK(find(table.document) == nullptr, "each document has one table");
  VV_CHECK(find(table.name) == nullptr, "each table is declared once");
  tables_.push_back(std::move(table));
}

std::uint32_t Schema::table_of(TypeTag document) const {
  const Table* found = find(document);
  VV_CHECK(found != nullptr, "only declared documents are stored");
  return static_cast<std::uint32_t>(found - tables_.data());
}

const Table* Schema::find(TypeTag document) const {
  const auto found = std::ranges::find(tables_, document, &Table::document);
  return found == tables_.end() ? nullptr : &*found;
}

const Table* Schema::find(std::string_view name) const {
  const auto found = std::ranges::find(tables_, name, &Table::name);
  return found == tables_.end() ? nullptr : &*found;
}

}  // namespace vv::store
