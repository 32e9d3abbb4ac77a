#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/postgres/connection.hpp"
#include "store/value.hpp"

namespace vv::store::postgres {

/// Read connections, opened as they are needed.
///
/// Bounds: `limit` at once; more callers wait for one to come back.
class ReaderPool {
 public:
  ReaderPool(std::string url, std::size_t limit);
  ~ReaderPool();
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  struct Begun {
    std::unique_ptr<Connection> connection;
    Timestamp head;
  };
  /// A transaction and the commit it stands at. A connection that died at rest is replaced; a
  /// server that is away is told of at once.
  Result<Begun> begin();
  void give_back(std::unique_ptr<Connection> connection);

 private:
  Result<Begun> begin_on(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> take();
  void forget_idle();

  std::string url_;
  std::size_t limit_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::size_t lent_ = 0;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace vv::store::postgres
