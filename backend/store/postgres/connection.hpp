#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.hpp"
#include "base/time.hpp"
#include "store/detail/backend.hpp"
#include "store/schema.hpp"
#include "store/value.hpp"

struct pg_conn;
struct pg_result;

namespace vv::store::postgres {

/// What the server answered to one statement.
class Answer {
 public:
  explicit Answer(pg_result* result) : result_(result) {}
  Answer(Answer&& other) noexcept;
  Answer& operator=(Answer&&) = delete;
  ~Answer();

  [[nodiscard]] int rows() const;
  [[nodiscard]] bool is_null(int row, int column) const;
  /// As the column was declared.
  [[nodiscard]] Value value(int row, int column, const Column& declared) const;
  [[nodiscard]] std::string text(int row, int column) const;
  [[nodiscard]] std::int64_t integer(int row, int column) const;
  [[nodiscard]] bool boolean(int row, int column) const;
  /// The statement's own name for what it did: `COMMIT`, or `ROLLBACK` where that was all it could.
  [[nodiscard]] std::string_view command() const;

 private:
  pg_result* result_;
};

/// One connection to a PostgreSQL server and its prepared statements. One thread at a time.
class Connection {
 public:
  /// What it is for decides how long the server lets it wait and idle.
  enum class Purpose : std::uint8_t { Read, Write, Listen, Migrate };
  /// refuses: unavailable; never with the password in its words
  static Result<std::unique_ptr<Connection>> open(const std::string& url, Purpose purpose);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// One statement with its parameters, prepared when it is new. Texts come from the schema and the
  /// shapes of queries in the program, so there are as many as the program has.
  Result<Answer> run(const std::string& sql, std::span<const Value> parameters = {});
  /// One or more statements without parameters in one round trip. @return the last one's answer
  Result<Answer> execute(const std::string& sql);
  /// Ends the transaction without waiting for the answer, which the next statement takes.
  void end_soon();

  [[nodiscard]] detail::TransactionState state() const;
  /// Whether it is of no use any more.
  [[nodiscard]] bool is_lost() const;
  /// The server's number for it, as notifications name it.
  [[nodiscard]] int server_process() const;
  [[nodiscard]] int socket() const;
  /// Takes what has arrived. @return whether a notification of somebody but `own` was among it
  [[nodiscard]] bool heard_from_others(int own);

 private:
  explicit Connection(pg_conn* handle) : handle_(handle) {}
  Result<Answer> take(pg_result* result);
  void settle();

  pg_conn* handle_;
  bool owes_answer_ = false;
  std::unordered_map<std::string, std::string> prepared_;  // names by their texts
};

}  // namespace vv::store::postgres
