#include "store/postgres/connection.hpp"

#include <libpq-fe.h>

#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/check.hpp"
#include "base/format.hpp"
#include "store/postgres/text.hpp"

namespace vv::store::postgres {
namespace {

using detail::TransactionState;

constexpr int kBinary = 1;

/// What holds for every connection, by libpq's names. A peer that vanished is noticed within some
/// ten seconds, on both sides: a node that lost its network must not keep the commit lock.
constexpr const char* kEveryConnection =
    "SET client_encoding TO 'UTF8';"
    "SET standard_conforming_strings TO on;"
    "SET client_min_messages TO error;"
    "SET tcp_keepalives_idle TO 5;"
    "SET tcp_keepalives_interval TO 2;"
    "SET tcp_keepalives_count TO 3;"
    "SET tcp_user_timeout TO 10000;"
    // Our statements are look-ups and ranges along an index, in its order; what else a planner may
    // think of reads more, and differs from one day to the next.
    "SET jit TO off;"
    "SET enable_seqscan TO off;"
    "SET enable_bitmapscan TO off;"
    "SET enable_sort TO off;"
    // Nothing is acknowledged before it is durable, whatever the server's default.
    "SELECT set_config('synchronous_commit', 'on', false) FROM pg_settings"
    "  WHERE name = 'synchronous_commit' AND setting IN ('off', 'local');";

/// How long the server lets a statement run, wait for a lock, and a transaction do nothing.
const char* limits_of(Connection::Purpose purpose) {
  switch (purpose) {
    case Connection::Purpose::Read:
      return "SET statement_timeout TO '30s'; SET idle_in_transaction_session_timeout TO '1h';";
    case Connection::Purpose::Write:
      // A node that hangs with the commit lock in its hand would stop all others.
      return "SET statement_timeout TO '30s'; SET lock_timeout TO '10s';"
             "SET idle_in_transaction_session_timeout TO '10s';";
    case Connection::Purpose::Listen:
    case Connection::Purpose::Migrate:
      return "";
  }
  return "";
}

bool is(const char* state, std::string_view code) { return code == state; }

/// Class 08 and 57P01 to 57P05: the connection or the server is going.
bool is_loss(std::string_view state) { return state.starts_with("08") || state.starts_with("57P"); }

Error explain(const PGresult* result) {
  const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state == nullptr || is_loss(state)) return unavailable("the database cannot be reached");
  if (is(state, "23505")) return conflict("this exists already");
  if (is(state, "23503")) {
    return conflict("what this points at is missing, or something still points at it");
  }
  if (is(state, "53100")) return unavailable("the disk is full");
  if (is(state, "55P03") || is(state, "40P01") || is(state, "40001")) {
    return unavailable("the database is held by another program");
  }
  if (is(state, "57014")) return unavailable("the database took too long");
  if (is(state, "25006")) return unavailable("the database does not take writes: it is a replica");
  if (is(state, "54000")) return invalid("the document is too large");
  if (is(state, "22021") || is(state, "22P05")) return invalid("this text is not UTF-8");
  const char* words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  return internal(format("PostgreSQL {}: {}", state, words == nullptr ? "" : words));
}

/// Parameters as libpq wants them: binary, each a pointer and a length.
class Parameters {
 public:
  explicit Parameters(std::span<const Value> values) {
    owned_.reserve(values.size());  // pointers into it stay
    for (const Value& value : values) add(value);
  }
  [[nodiscard]] int count() const { return static_cast<int>(pointers_.size()); }
  [[nodiscard]] const char* const* pointers() const { return pointers_.data(); }
  [[nodiscard]] const int* lengths() const { return lengths_.data(); }
  [[nodiscard]] const int* formats() const { return formats_.data(); }

 private:
  void add(const Value& value) {
    formats_.push_back(kBinary);
    if (const auto* bytes = std::get_if<ByteVector>(&value)) {
      const std::string_view text = as_text(*bytes);
      point_at(text.empty() ? std::string_view("") : text);
      return;
    }
    if (std::holds_alternative<std::monostate>(value)) {
      pointers_.push_back(nullptr);
      lengths_.push_back(0);
      return;
    }
    point_at(owned_.emplace_back(bytes_of(value)));
  }
  void point_at(std::string_view bytes) {
    pointers_.push_back(bytes.data());
    lengths_.push_back(static_cast<int>(bytes.size()));
  }
  static std::string bytes_of(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return to_column(*text);
    if (const auto* b = std::get_if<bool>(&value)) return std::string(1, *b ? '\x01' : '\x00');
    const auto* real = std::get_if<double>(&value);
    std::array<std::uint8_t, 8> bytes{};
    store_be64(bytes.data(), real != nullptr
                                 ? std::bit_cast<std::uint64_t>(*real)
                                 : std::bit_cast<std::uint64_t>(std::get<std::int64_t>(value)));
    return std::string(as_text(bytes));
  }

  std::vector<std::string> owned_;
  std::vector<const char*> pointers_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

Bytes cell(const PGresult* result, int row, int column) {
  return as_bytes(std::string_view(PQgetvalue(result, row, column),
                                   static_cast<std::size_t>(PQgetlength(result, row, column))));
}

}  // namespace

Answer::Answer(Answer&& other) noexcept : result_(std::exchange(other.result_, nullptr)) {}
Answer::~Answer() { PQclear(result_); }

int Answer::rows() const { return PQntuples(result_); }
bool Answer::is_null(int row, int column) const { return PQgetisnull(result_, row, column) != 0; }

Value Answer::value(int row, int column, const Column& declared) const {
  if (is_null(row, column)) return {};
  switch (declared.type) {
    case ColumnType::Integer:
      return integer(row, column);
    case ColumnType::Real:
      return std::bit_cast<double>(integer(row, column));
    case ColumnType::Boolean:
      return boolean(row, column);
    case ColumnType::Text:
      return from_column(as_text(cell(result_, row, column)));
    case ColumnType::Blob: {
      const Bytes bytes = cell(result_, row, column);
      return ByteVector(bytes.begin(), bytes.end());
    }
  }
  return {};
}

std::string Answer::text(int row, int column) const {
  return std::string(as_text(cell(result_, row, column)));
}

std::int64_t Answer::integer(int row, int column) const {
  const Bytes bytes = cell(result_, row, column);
  if (PQfformat(result_, column) != kBinary) {
    return std::strtoll(PQgetvalue(result_, row, column), nullptr, 10);
  }
  VV_CHECK(bytes.size() == 8, "our numbers are bigint and double precision");
  return std::bit_cast<std::int64_t>(load_be64(bytes.data()));
}

bool Answer::boolean(int row, int column) const {
  const Bytes bytes = cell(result_, row, column);
  const char yes = PQfformat(result_, column) == kBinary ? '\x01' : 't';
  return !bytes.empty() && static_cast<char>(bytes.front()) == yes;
}

std::string_view Answer::command() const { return PQcmdStatus(result_); }

Result<std::unique_ptr<Connection>> Connection::open(const std::string& url, Purpose purpose) {
  // The URL's own settings win over what stands before it, so `dbname` comes last.
  const std::array<const char*, 8> names = {
      "connect_timeout",     "application_name", "tcp_user_timeout", "keepalives_idle",
      "keepalives_interval", "keepalives_count", "dbname",           nullptr};
  const std::array<const char*, 8> values = {"3", "visavis", "10000",     "5",
                                             "2", "3",       url.c_str(), nullptr};
  constexpr int kDatabaseNameIsUrl = 1;
  PGconn* handle = PQconnectdbParams(names.data(), values.data(), kDatabaseNameIsUrl);
  if (handle == nullptr) return unavailable("there is no memory for a connection");
  std::unique_ptr<Connection> connection(new Connection(handle));
  if (PQstatus(handle) != CONNECTION_OK) {
    std::string why = PQerrorMessage(handle);
    while (why.ends_with('\n')) why.pop_back();
    return unavailable(format("the database cannot be reached: {}", why));
  }
  PQsetNoticeProcessor(handle, [](void*, const char*) {}, nullptr);
  const auto set = connection->execute(std::string(kEveryConnection) + limits_of(purpose));
  if (!set) return set.error();
  return connection;
}

Connection::~Connection() { PQfinish(handle_); }

Result<Answer> Connection::run(const std::string& sql, std::span<const Value> parameters) {
  settle();
  const Parameters bound(parameters);
  auto found = prepared_.find(sql);
  if (found == prepared_.end()) {
    std::string name = format("s{}", prepared_.size());
    VV_TRY(take(PQprepare(handle_, name.c_str(), sql.c_str(), 0, nullptr)));
    found = prepared_.emplace(sql, std::move(name)).first;
  }
  return take(PQexecPrepared(handle_, found->second.c_str(), bound.count(), bound.pointers(),
                             bound.lengths(), bound.formats(), kBinary));
}

Result<Answer> Connection::execute(const std::string& sql) {
  settle();
  return take(PQexec(handle_, sql.c_str()));
}

Result<Answer> Connection::take(pg_result* result) {
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return Answer(result);
  Error why = explain(result);
  PQclear(result);
  return why;
}

void Connection::end_soon() {
  settle();
  owes_answer_ = PQsendQuery(handle_, "COMMIT") == 1;
}

void Connection::settle() {
  if (!std::exchange(owes_answer_, false)) return;
  while (PGresult* result = PQgetResult(handle_)) PQclear(result);
}

TransactionState Connection::state() const {
  switch (PQtransactionStatus(handle_)) {
    case PQTRANS_INTRANS:
    case PQTRANS_ACTIVE:
      return TransactionState::Open;
    case PQTRANS_INERROR:
      return TransactionState::Failed;
    case PQTRANS_IDLE:
    case PQTRANS_UNKNOWN:
      return TransactionState::Gone;
  }
  return TransactionState::Gone;
}

bool Connection::is_lost() const { return PQstatus(handle_) != CONNECTION_OK; }
int Connection::server_process() const { return PQbackendPID(handle_); }
int Connection::socket() const { return PQsocket(handle_); }

bool Connection::heard_from_others(int own) {
  settle();
  static_cast<void>(PQconsumeInput(handle_));
  bool heard = false;
  while (PGnotify* note = PQnotifies(handle_)) {
    heard = heard || note->be_pid != own;
    PQfreemem(note);
  }
  return heard;
}

}  // namespace vv::store::postgres
