#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "store/schema.hpp"
#include "store/sqlite/sql.hpp"
#include "store/value.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace vv::store::sqlite {

class Connection;

/// A statement's text, and what was prepared from it and is on loan to nobody.
using Prepared = std::pair<const std::string, std::vector<sqlite3_stmt*>>;

/// One prepared statement on loan from its connection; goes back, reset, when this ends.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  /// `value` must outlive this: text and blobs are not copied. Places count from 1.
  void bind(int place, const Value& value);
  /// True: there is a row. False: done.
  Result<bool> step();
  /// For statements without rows.
  Status run();
  /// The current row's column, as it was declared. Columns count from 0.
  [[nodiscard]] Value column(int place, const Column& declared) const;
  [[nodiscard]] std::string text(int place) const;
  [[nodiscard]] std::int64_t integer(int place) const;

 private:
  friend class Connection;
  Statement(Connection& connection, Prepared& from, sqlite3_stmt* statement)
      : connection_(&connection), from_(&from), statement_(statement) {}

  Connection* connection_;
  Prepared* from_;  // where it goes back to
  sqlite3_stmt* statement_;
};

/// One SQLite connection and its prepared statements. One thread at a time.
class Connection {
 public:
  /// `Copy` is a file in the making: without a log, and synced by whoever makes it.
  enum class Mode : std::uint8_t { ReadWrite, ReadOnly, Copy };
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Result<Statement> prepare(const std::string& sql);
  /// The same for a statement of the schema's tables; `text()` is called when it is new.
  template <class Text>
  Result<Statement> prepare(Shape shape, const Text& text) {
    auto found = shapes_.find(shape);
    if (found == shapes_.end()) found = shapes_.emplace(shape, &prepared(text())).first;
    return borrow(*found->second);
  }
  /// One or more statements without parameters or rows.
  Status execute(const std::string& sql);
  /// Makes `target` what this database is at one moment; other connections may write meanwhile.
  /// refuses: unavailable also when `stop` is asked to on the way
  Status copy_to(Connection& target, const std::stop_token& stop);
  /// From here on statements that take long fail once `stop` is asked to.
  void stop_with(std::stop_token stop);
  /// Whether the last failure undid the whole transaction (disk full, for one).
  [[nodiscard]] bool in_transaction() const;
  /// What the last failed call means, in our words.
  [[nodiscard]] Error last_error() const;
  /// Whether the last failure was one of reading, writing or syncing the file.
  [[nodiscard]] bool failed_io() const;
  [[nodiscard]] std::int64_t changes() const;

 private:
  friend class Statement;
  explicit Connection(sqlite3* handle) : handle_(handle) {}
  Prepared& prepared(const std::string& sql) { return *idle_.try_emplace(sql).first; }
  Result<Statement> borrow(Prepared& from);

  sqlite3* handle_;
  std::stop_token stop_;
  // Idle statements by their text. Texts come from the schema and the shapes of queries in the
  // program, so there are as many as the program has.
  std::unordered_map<std::string, std::vector<sqlite3_stmt*>> idle_;
  std::unordered_map<Shape, Prepared*> shapes_;
};

}  // namespace vv::store::sqlite
