#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/result.hpp"
#include "store/detail/rows.hpp"
#include "store/value.hpp"

namespace vv::store {
struct Commit;
}

namespace vv::store::detail {

/// One read transaction and the commit it stands at: the pair is exact. Ends with this.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  [[nodiscard]] virtual Rows& rows() = 0;
  [[nodiscard]] virtual Timestamp timestamp() const = 0;
  /// Whether the database went away meanwhile: what was read then failed for that alone.
  [[nodiscard]] virtual bool is_lost() const = 0;
};

/// What the last failure left of a transaction.
enum class TransactionState : std::uint8_t {
  Open,    ///< it goes on
  Failed,  ///< nothing more can be done in it but to undo it, whole or to its savepoint
  Gone,    ///< it is undone
};

/// The one transaction of the writer at a time. While it is open nobody else commits.
class WriteSession {
 public:
  virtual ~WriteSession() = default;
  [[nodiscard]] virtual Rows& rows() = 0;

  /// @return the newest commit there is; those of others have been published
  [[nodiscard]] virtual Result<Timestamp> begin() = 0;
  [[nodiscard]] virtual TransactionState state() const = 0;
  /// From here on a body's failure need not spoil the whole transaction.
  [[nodiscard]] virtual Status savepoint() = 0;
  [[nodiscard]] virtual Status undo_to_savepoint() = 0;
  [[nodiscard]] virtual Status release_savepoint() = 0;
  [[nodiscard]] virtual Status rollback() = 0;
  /// Makes `written`, in their order, durable; nothing else was written. An error: they are not,
  /// for certain, and the transaction is `Open` or `Gone`.
  [[nodiscard]] virtual Status commit(std::span<const Commit> written) = 0;
  /// Writes what is there already, so that `commit` has something to fail at.
  [[nodiscard]] virtual Status write_again() = 0;
  /// After an error: whether the same bodies may succeed in another transaction, now.
  [[nodiscard]] virtual bool is_worth_retrying() = 0;
};

/// A database engine behind the store.
///
/// Threads: `begin_read` any; the writer's session the commit lane's.
class Backend {
 public:
  virtual ~Backend() = default;
  [[nodiscard]] virtual Result<std::unique_ptr<Snapshot>> begin_read() = 0;
  [[nodiscard]] virtual WriteSession& writer() = 0;
  /// Whether other processes may write to it.
  [[nodiscard]] virtual bool is_shareable() const = 0;
  /// Whether other processes used the database when this one opened it.
  [[nodiscard]] virtual bool was_shared() const = 0;
  /// From here on nobody waits for a database that is away.
  virtual void stop_waiting() = 0;
  /// The lane has ended: nothing is written any more.
  virtual void close() = 0;
};

class Publisher;

/// A database, opened or made, migrated, and what tells of its commits from its newest on.
struct Opened {
  std::unique_ptr<Publisher> publisher;  ///< outlives the backend
  std::unique_ptr<Backend> backend;
};

}  // namespace vv::store::detail
