#include "store/sqlite/backend.hpp"

#include <string>

#include "base/check.hpp"
#include "base/format.hpp"
#include "base/log.hpp"
#include "store/detail/publisher.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/database_file.hpp"
#include "store/sqlite/migrate.hpp"
#include "store/sqlite/reader_pool.hpp"
#include "store/sqlite/rows.hpp"
#include "store/store.hpp"

namespace vv::store::sqlite {
namespace {

using detail::TransactionState;

class FileSnapshot final : public detail::Snapshot {
 public:
  FileSnapshot(ReadTransaction transaction, const Schema& schema)
      : transaction_(std::move(transaction)), rows_(transaction_.connection(), schema) {}
  detail::Rows& rows() override { return rows_; }
  [[nodiscard]] Timestamp timestamp() const override { return transaction_.timestamp(); }
  [[nodiscard]] bool is_lost() const override { return false; }

 private:
  ReadTransaction transaction_;
  Rows rows_;
};

class FileWriter final : public detail::WriteSession {
 public:
  FileWriter(std::unique_ptr<Connection> connection, const Schema& schema, Timestamp head)
      : connection_(std::move(connection)), rows_(*connection_, schema), head_(head) {}

  detail::Rows& rows() override { return rows_; }
  Result<Timestamp> begin() override {
    VV_TRY(run("BEGIN IMMEDIATE"));
    return head_;
  }
  /// Some failures (a full disk) undo the whole transaction.
  [[nodiscard]] TransactionState state() const override {
    return connection_->in_transaction() ? TransactionState::Open : TransactionState::Gone;
  }
  Status savepoint() override { return run("SAVEPOINT mutation"); }
  Status undo_to_savepoint() override { return run("ROLLBACK TO mutation"); }
  Status release_savepoint() override { return run("RELEASE mutation"); }
  Status rollback() override { return run("ROLLBACK"); }
  Status write_again() override {
    VV_TRY(write_head(*connection_, {}));  // what would change nothing is not written
    return write_head(*connection_, head_);
  }
  bool is_worth_retrying() override { return false; }

  Status commit(std::span<const Commit> written) override {
    if (!written.empty()) VV_TRY(write_head(*connection_, written.back().ts));
    Status committed = run("COMMIT");
    if (!committed && connection_->failed_io()) {
      // threat-model.md F2: after a failed fsync nobody knows what is on the disk, so no retry can
      // tell the truth. A restart reads what is there.
      log::error("the database could not be synced", {{"reason", committed.error().message}});
      VV_CHECK(false, "a commit that may or may not be durable ends the process");
    }
    if (committed && !written.empty()) head_ = written.back().ts;
    return committed;
  }

 private:
  Status run(const std::string& sql) {
    VV_ASSIGN_OR_RETURN(Statement statement, connection_->prepare(sql));
    return statement.run();
  }

  std::unique_ptr<Connection> connection_;
  Rows rows_;
  Timestamp head_;
};

class FileBackend final : public detail::Backend {
 public:
  FileBackend(const Options& options, const Schema& schema, FileLock lock,
              std::unique_ptr<Connection> connection, Timestamp head)
      : path_(options.path),
        schema_(schema),
        lock_(std::move(lock)),
        writer_(std::make_unique<FileWriter>(std::move(connection), schema, head)),
        readers_(options.path, options.readers) {}

  Result<std::unique_ptr<detail::Snapshot>> begin_read() override {
    VV_ASSIGN_OR_RETURN(ReadTransaction transaction, readers_.begin());
    return std::unique_ptr<detail::Snapshot>(
        std::make_unique<FileSnapshot>(std::move(transaction), schema_));
  }
  detail::WriteSession& writer() override { return *writer_; }
  [[nodiscard]] bool is_shareable() const override { return false; }
  [[nodiscard]] bool was_shared() const override { return false; }
  void stop_waiting() override {}

  /// SQLite folds the log into the file when the last connection closes, unless that one only
  /// reads, as ours may. What was acknowledged is safe either way: this is for who copies the file.
  void close() override {
    writer_.reset();
    readers_.close();
    const auto last = Connection::open(path_, Connection::Mode::ReadWrite);
    if (last) (void)(*last)->execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }

 private:
  std::string path_;
  const Schema& schema_;
  FileLock lock_;
  std::unique_ptr<FileWriter> writer_;
  ReaderPool readers_;
};

}  // namespace

Result<detail::Opened> open_backend(const Options& options, const Schema& schema) {
  VV_ASSIGN_OR_RETURN(FileLock lock, lock_database(options.path));
  VV_ASSIGN_OR_RETURN(auto writer, Connection::open(options.path, Connection::Mode::ReadWrite));
  VV_TRY(writer->execute(format("PRAGMA wal_autocheckpoint={}", options.checkpoint_pages)));
  VV_TRY(migrate(*writer, schema));
  VV_ASSIGN_OR_RETURN(const Timestamp head, read_head(*writer));
  detail::Opened opened;
  opened.publisher = std::make_unique<detail::Publisher>(head);
  opened.backend =
      std::make_unique<FileBackend>(options, schema, std::move(lock), std::move(writer), head);
  return opened;
}

}  // namespace vv::store::sqlite
