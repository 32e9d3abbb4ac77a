#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.hpp"
#include "store/store.hpp"

namespace vv::store::detail {
class Publisher;
}

namespace vv::store::postgres {

class Connection;

/// The table `commit_log`: a row a durable commit of any node, each naming the one before it, for
/// the nodes that did not write it (convex-wire.md 9.7).
///
/// Owns:    the statements.
/// Not its: connections; who waits for what. Any thread, with a connection of its own.
class CommitLog {
 public:
  CommitLog(const Schema& schema, std::string node);

  /// Tells `publisher` of every commit up to the newest that `connection` sees. When some are
  /// missing, or the database has gone back to before what was published (a failover to a replica
  /// that lacked the last moments), `publisher` starts anew from there.
  Status catch_up(Connection& connection, detail::Publisher& publisher) const;
  /// Inside the transaction that holds the head: `written` becomes the newest, after `previous`.
  Status append(Connection& connection, Timestamp previous, std::span<const Commit> written) const;
  /// Whether this node's commit `ts` came to be. Who asks holds the head, so it cannot any more.
  /// refuses: unavailable when the log does not reach back to it
  Result<bool> holds(Connection& connection, Timestamp ts) const;
  /// Forgets what every node that lives has long seen.
  Status prune(Connection& connection) const;

 private:
  std::uint64_t fingerprint_;
  std::string node_;
};

/// `ts` of the one row of `commit_head`.
[[nodiscard]] Result<Timestamp> read_head(Connection& connection);

}  // namespace vv::store::postgres
