#include "store/postgres/reader_pool.hpp"

#include <utility>

namespace vv::store::postgres {
namespace {

// The first statement fixes the snapshot, and reads which commit it is: the pair is exact.
constexpr const char* kBegin =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT ts FROM commit_head";

}  // namespace

ReaderPool::ReaderPool(std::string url, std::size_t limit) : url_(std::move(url)), limit_(limit) {}
ReaderPool::~ReaderPool() = default;

Result<ReaderPool::Begun> ReaderPool::begin() {
  std::unique_ptr<Connection> idle = take();
  if (idle != nullptr) {
    Result<Begun> begun = begin_on(std::move(idle));
    if (begun) return begun;
    forget_idle();  // the others died of the same
  }
  Result<std::unique_ptr<Connection>> opened = Connection::open(url_, Connection::Purpose::Read);
  Result<Begun> begun = opened ? begin_on(*std::move(opened)) : Result<Begun>(opened.error());
  if (!begun) give_back(nullptr);
  return begun;
}

Result<ReaderPool::Begun> ReaderPool::begin_on(std::unique_ptr<Connection> connection) {
  VV_ASSIGN_OR_RETURN(const Answer answer, connection->execute(kBegin));
  if (answer.rows() != 1) return internal("commit_head has lost its row");
  const Timestamp head{static_cast<std::uint64_t>(answer.integer(0, 0))};
  return Begun{std::move(connection), head};
}

/// Null: one may be opened.
std::unique_ptr<Connection> ReaderPool::take() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [this] { return lent_ < limit_; });
  ++lent_;
  if (idle_.empty()) return nullptr;
  std::unique_ptr<Connection> connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void ReaderPool::forget_idle() {
  const std::lock_guard lock(mutex_);
  idle_.clear();
}

void ReaderPool::give_back(std::unique_ptr<Connection> connection) {
  if (connection != nullptr) connection->end_soon();
  {
    const std::lock_guard lock(mutex_);
    --lent_;
    if (connection != nullptr && !connection->is_lost()) idle_.push_back(std::move(connection));
  }
  returned_.notify_one();
}

}  // namespace vv::store::postgres
