#include "store/detail/rows.hpp"

#include "base/format.hpp"

namespace vv::store::detail {

std::vector<std::size_t> key_columns(const Index& index) {
  std::vector<std::size_t> columns = index.columns;
  columns.push_back(1);
  columns.push_back(0);
  return columns;
}

std::string quoted(std::string_view identifier) { return format("\"{}\"", identifier); }

std::string index_name(const Table& table, const Index& index) {
  return format("{}__{}", table.name, index.name);
}

}  // namespace vv::store::detail
