#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/time.hpp"
#include "store/detail/backend.hpp"
#include "store/postgres/commit_log.hpp"
#include "store/postgres/connection.hpp"
#include "store/postgres/rows.hpp"

namespace vv::store::postgres {

/// The writer's transactions: each begins by taking the one row of `commit_head`, so that among all
/// nodes one writes at a time, on the newest state. What it reads needs no other check: nobody else
/// can commit before it does.
///
/// Owns:    the write connection, which it replaces when it is lost.
/// Not its: what others committed (commit_log.hpp).
/// Bounds:  kPatience for a server that is away; then `unavailable`, until it is back. Whether a
///          commit whose answer was lost came to be, it finds out however long that takes.
class Writer final : public detail::WriteSession {
 public:
  struct Ports {
    std::string url;
    const Schema& schema;
    const CommitLog& log;
    detail::Publisher& publisher;
    std::stop_token stop;  ///< ends all waiting
  };
  Writer(Ports ports, std::unique_ptr<Connection> connection);

  detail::Rows& rows() override { return rows_; }
  Result<Timestamp> begin() override;
  [[nodiscard]] detail::TransactionState state() const override;
  Status savepoint() override;
  Status undo_to_savepoint() override;
  Status release_savepoint() override;
  Status rollback() override;
  Status commit(std::span<const Commit> written) override;
  /// That it answers is enough: its disk is its own affair.
  Status write_again() override { return {}; }
  bool is_worth_retrying() override;

  /// The server's number for its connection.
  [[nodiscard]] int server_process() const { return server_process_.load(); }

 private:
  Status execute(const std::string& sql);
  Status connect();
  Status find_out(Timestamp ts);
  bool pause();

  Ports ports_;
  std::unique_ptr<Connection> connection_;  // null while there is none
  Rows rows_;
  std::atomic<int> server_process_{0};
  Timestamp head_;
  std::optional<Instant> patience_ends_;  // since the server went away
};

}  // namespace vv::store::postgres
