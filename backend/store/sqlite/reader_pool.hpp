#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/value.hpp"

namespace vv::store::sqlite {

class Connection;
class ReaderPool;

/// One read transaction and the commit it stands at; ends, and gives its connection back, with
/// this.
class ReadTransaction {
 public:
  ReadTransaction(ReaderPool& pool, std::unique_ptr<Connection> connection, Timestamp timestamp);
  ReadTransaction(ReadTransaction&& other) noexcept;
  ReadTransaction& operator=(ReadTransaction&&) = delete;
  ~ReadTransaction();

  [[nodiscard]] Connection& connection() { return *connection_; }
  [[nodiscard]] Timestamp timestamp() const { return timestamp_; }

 private:
  friend class ReaderPool;
  ReaderPool* pool_;
  std::unique_ptr<Connection> connection_;
  Timestamp timestamp_;
};

/// Read connections, opened as they are needed.
///
/// Bounds: `limit` at once; more callers wait for one to come back.
class ReaderPool {
 public:
  ReaderPool(std::string path, std::size_t limit);
  ~ReaderPool();
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  Result<ReadTransaction> begin();
  /// Closes those at rest.
  void close();

 private:
  friend class ReadTransaction;
  Result<std::unique_ptr<Connection>> take();
  void give_back(std::unique_ptr<Connection> connection);

  std::string path_;
  std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::size_t lent_ = 0;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace vv::store::sqlite
