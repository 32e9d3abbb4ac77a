#pragma once

#include "store/detail/rows.hpp"

namespace vv::store::postgres {

class Answer;
class Connection;

/// Rows by way of one connection's prepared statements.
class Rows final : public detail::Rows {
 public:
  explicit Rows(const Schema& schema) : schema_(schema) {}
  /// Whoever calls on this keeps `connection` until it names another.
  void use(Connection& connection) { connection_ = &connection; }
  /// A refused write then leaves the transaction open, for two round trips more.
  void guard_writes(bool on) { guarded_ = on; }

  Result<std::optional<Row>> find(std::uint32_t table, const std::string& id) override;
  Result<std::optional<Row>> scan(const Scan& scan, detail::ScanEnds ends,
                                  std::span<const Value> parameters, const Visit& visit) override;
  Status insert(std::uint32_t table, const Row& row) override;
  Status update(std::uint32_t table, const Row& row, std::uint64_t changed) override;
  Status remove(std::uint32_t table, const Value& id) override;

 private:
  Status write(const std::string& sql, std::span<const Value> parameters);

  const Schema& schema_;
  Connection* connection_ = nullptr;
  bool guarded_ = false;
};

}  // namespace vv::store::postgres
