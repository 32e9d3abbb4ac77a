#pragma once

#include "store/detail/rows.hpp"

namespace vv::store::sqlite {

class Connection;

/// Rows by way of one connection's prepared statements.
class Rows final : public detail::Rows {
 public:
  Rows(Connection& connection, const Schema& schema) : connection_(connection), schema_(schema) {}

  Result<std::optional<Row>> find(std::uint32_t table, const std::string& id) override;
  Result<std::optional<Row>> scan(const Scan& scan, detail::ScanEnds ends,
                                  std::span<const Value> parameters, const Visit& visit) override;
  Status insert(std::uint32_t table, const Row& row) override;
  Status update(std::uint32_t table, const Row& row, std::uint64_t changed) override;
  Status remove(std::uint32_t table, const Value& id) override;

 private:
  Connection& connection_;
  const Schema& schema_;
};

}  // namespace vv::store::sqlite
