#include "store/sqlite/reader_pool.hpp"

#include <utility>

#include "store/sqlite/connection.hpp"
#include "store/sqlite/migrate.hpp"

namespace vv::store::sqlite {

ReadTransaction::ReadTransaction(ReaderPool& pool, std::unique_ptr<Connection> connection,
                                 Timestamp timestamp)
    : pool_(&pool), connection_(std::move(connection)), timestamp_(timestamp) {}

ReadTransaction::ReadTransaction(ReadTransaction&& other) noexcept = default;

ReadTransaction::~ReadTransaction() {
  if (connection_ != nullptr) pool_->give_back(std::move(connection_));
}

ReaderPool::ReaderPool(std::string path, std::size_t limit)
    : path_(std::move(path)), limit_(limit) {}

ReaderPool::~ReaderPool() = default;

Result<ReadTransaction> ReaderPool::begin() {
  VV_ASSIGN_OR_RETURN(std::unique_ptr<Connection> connection, take());
  ReadTransaction begun(*this, std::move(connection), {});  // gives it back on the ways out below
  {
    VV_ASSIGN_OR_RETURN(Statement begin, begun.connection().prepare("BEGIN"));
    VV_TRY(begin.run());
  }
  // The first read fixes the snapshot, and reads which commit it is: the pair is exact.
  VV_ASSIGN_OR_RETURN(const Timestamp head, read_head(begun.connection()));
  return ReadTransaction(*this, std::move(begun.connection_), head);
}

void ReaderPool::close() {
  const std::lock_guard lock(mutex_);
  idle_.clear();
}

Result<std::unique_ptr<Connection>> ReaderPool::take() {
  {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return lent_ < limit_; });
    ++lent_;
    if (!idle_.empty()) {
      std::unique_ptr<Connection> connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  Result<std::unique_ptr<Connection>> opened = Connection::open(path_, Connection::Mode::ReadOnly);
  if (!opened) give_back(nullptr);
  return opened;
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
  if (connection != nullptr && connection->in_transaction()) {
    // A connection that cannot end its transaction is not lent again.
    if (!connection->execute("COMMIT")) connection = nullptr;
  }
  {
    const std::lock_guard lock(mutex_);
    --lent_;
    if (connection != nullptr) idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

}  // namespace vv::store::sqlite
