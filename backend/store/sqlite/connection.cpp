#include "store/sqlite/connection.hpp"

#include <sqlite3.h>

#include <utility>

#include "base/check.hpp"
#include "base/format.hpp"

namespace vv::store::sqlite {
namespace {

// Another process (sqlite3, a backup) may hold the file for a moment.
constexpr int kBusyTimeoutMs = 5'000;
constexpr int kCopiedAtOnce = 1'024;           // pages: 4 MiB between two looks at whether to stop
constexpr int kStepsBetweenLooks = 1'000'000;  // of SQLite's machine, some milliseconds

Error explain(sqlite3* handle) {
  const int code = sqlite3_extended_errcode(handle);
  const char* words = sqlite3_errmsg(handle);
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
      return conflict("this exists already");
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return conflict("what this points at is missing, or something still points at it");
    default:
      break;
  }
  switch (code & 0xff) {
    case SQLITE_FULL:
      return unavailable("the disk is full");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return unavailable("the database is held by another program");
    case SQLITE_INTERRUPT:
      return unavailable("it was stopped");
    case SQLITE_TOOBIG:
      return invalid("the document is too large");
    default:
      return internal(format("SQLite {}: {}", code, words));
  }
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_),
      from_(other.from_),
      statement_(std::exchange(other.statement_, nullptr)) {}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  from_->second.push_back(statement_);
}

void Statement::bind(int place, const Value& value) {
  int code = SQLITE_OK;
  if (std::holds_alternative<std::monostate>(value)) {
    code = sqlite3_bind_null(statement_, place);
  } else if (const auto* n = std::get_if<std::int64_t>(&value)) {
    code = sqlite3_bind_int64(statement_, place, *n);
  } else if (const auto* d = std::get_if<double>(&value)) {
    code = sqlite3_bind_double(statement_, place, *d);
  } else if (const auto* b = std::get_if<bool>(&value)) {
    code = sqlite3_bind_int64(statement_, place, *b ? 1 : 0);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    code = sqlite3_bind_text64(statement_, place, text->data(), text->size(), nullptr, SQLITE_UTF8);
  } else if (const auto* bytes = std::get_if<ByteVector>(&value)) {
    // A null pointer would bind NULL.
    const void* data = bytes->empty() ? static_cast<const void*>("") : bytes->data();
    code = sqlite3_bind_blob64(statement_, place, data, bytes->size(), nullptr);
  }
  VV_CHECK(code == SQLITE_OK, "our own statements have the parameters we bind");
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return explain(connection_->handle_);
}

Status Statement::run() {
  VV_ASSIGN_OR_RETURN(const bool row, step());
  VV_CHECK(!row, "run() is for statements without rows");
  return {};
}

Value Statement::column(int place, const Column& declared) const {
  if (declared.nullable && sqlite3_column_type(statement_, place) == SQLITE_NULL) return {};
  switch (declared.type) {
    case ColumnType::Integer:
      return std::int64_t{sqlite3_column_int64(statement_, place)};
    case ColumnType::Real:
      return sqlite3_column_double(statement_, place);
    case ColumnType::Boolean:
      return sqlite3_column_int64(statement_, place) != 0;
    case ColumnType::Text:
      return text(place);
    case ColumnType::Blob: {
      const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, place));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, place));
      return data == nullptr ? ByteVector{} : ByteVector(data, data + size);
    }
  }
  return {};
}

std::string Statement::text(int place) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, place));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, place));
  return data == nullptr ? std::string{} : std::string(data, size);
}

std::int64_t Statement::integer(int place) const { return sqlite3_column_int64(statement_, place); }

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Mode mode) {
  // Counting its memory is one lock that all connections would share.
  [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3* handle = nullptr;
  const int flags =
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
      (mode == Mode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Connection> connection(new Connection(handle));
  if (code != SQLITE_OK) {
    return unavailable(format("cannot open the database {}: {}", path, sqlite3_errstr(code)));
  }
  sqlite3_busy_timeout(handle, kBusyTimeoutMs);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  // threat-model.md H19: nothing inside the file may run code of the schema's choosing.
  VV_TRY(
      connection->execute("PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON;"
                          "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384;"));
  if (mode == Mode::ReadWrite) {
    VV_TRY(connection->execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"));
  } else if (mode == Mode::Copy) {
    VV_TRY(connection->execute("PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"));
  }
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statements] : idle_) {
    for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
  }
  sqlite3_close_v2(handle_);
}

Result<Statement> Connection::prepare(const std::string& sql) { return borrow(prepared(sql)); }

Result<Statement> Connection::borrow(Prepared& from) {
  auto& [sql, idle] = from;
  if (!idle.empty()) {
    sqlite3_stmt* statement = idle.back();
    idle.pop_back();
    return Statement(*this, from, statement);
  }
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    return explain(handle_);
  }
  return Statement(*this, from, statement);
}

Status Connection::execute(const std::string& sql) {
  if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return explain(handle_);
  }
  return {};
}

Status Connection::copy_to(Connection& target, const std::stop_token& stop) {
  // One read transaction around all steps: without it a commit of another connection between two of
  // them would start the copy anew, under load for ever.
  VV_TRY(execute("BEGIN; SELECT count(*) FROM sqlite_schema"));
  sqlite3_backup* backup = sqlite3_backup_init(target.handle_, "main", handle_, "main");
  if (backup == nullptr) return explain(target.handle_);
  int code = SQLITE_OK;
  while (code == SQLITE_OK && !stop.stop_requested()) {
    code = sqlite3_backup_step(backup, kCopiedAtOnce);
  }
  sqlite3_backup_finish(backup);
  VV_TRY(execute("COMMIT"));
  if (code == SQLITE_OK) return unavailable("the copy was stopped");
  if (code == SQLITE_DONE) return {};
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
    return unavailable("the database is held by another program");
  }
  if (code == SQLITE_FULL) return unavailable("the disk is full");
  return invalid(format("the database cannot be copied: {}", sqlite3_errstr(code)));
}

void Connection::stop_with(std::stop_token stop) {
  stop_ = std::move(stop);
  const auto look = [](void* self) {
    return static_cast<Connection*>(self)->stop_.stop_requested() ? 1 : 0;
  };
  sqlite3_progress_handler(handle_, kStepsBetweenLooks, look, this);
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

Error Connection::last_error() const { return explain(handle_); }

bool Connection::failed_io() const {
  const int code = sqlite3_extended_errcode(handle_) & 0xff;
  return code == SQLITE_IOERR || code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

std::int64_t Connection::changes() const { return sqlite3_changes64(handle_); }

}  // namespace vv::store::sqlite
