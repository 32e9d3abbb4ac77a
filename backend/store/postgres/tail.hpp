#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/worker_pool.hpp"
#include "store/postgres/commit_log.hpp"
#include "store/postgres/connection.hpp"

namespace vv::store::postgres {

/// Follows what other nodes commit. A notification only wakes it sooner: it looks several times a
/// second whether it was told or not, and whenever it has lost its connection and has one again.
///
/// Owns:    its thread, its connection, the lock that tells others that this node lives.
/// Not its: what is in the log (commit_log.hpp); what this node commits, which the writer tells.
class Tail {
 public:
  struct Ports {
    std::string url;
    const CommitLog& log;
    detail::Publisher& publisher;
    std::function<int()> own_writer;  ///< its server process: its notifications are no news
  };
  /// @param connection  that holds the lock of a living node already
  Tail(Ports ports, std::unique_ptr<Connection> connection);
  ~Tail();
  Tail(const Tail&) = delete;
  Tail& operator=(const Tail&) = delete;

  /// On a new connection: takes the lock that living nodes share. @return whether others had it
  static Result<bool> join_nodes(Connection& connection);

 private:
  void run();
  Status follow();
  void wait();

  Ports ports_;
  std::unique_ptr<Connection> connection_;  // null while there is none
  bool listens_ = false;
  int wake_;  // an eventfd, written when it shall stop
  std::stop_source stop_;
  std::optional<WorkerPool> thread_;
};

}  // namespace vv::store::postgres
