#include "store/postgres/writer.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "store/detail/publisher.hpp"
#include "store/store.hpp"

namespace vv::store::postgres {
namespace {

using detail::TransactionState;

// A restarted server is back within; who waits longer is better told.
constexpr Duration kPatience = seconds(10);
constexpr Duration kPause = milliseconds(100);  // between two looks at whether it is back

constexpr const char* kBegin = "BEGIN; SELECT ts FROM commit_head FOR UPDATE";

}  // namespace

Writer::Writer(Ports ports, std::unique_ptr<Connection> connection)
    : ports_(std::move(ports)), connection_(std::move(connection)), rows_(ports_.schema) {
  rows_.use(*connection_);
  server_process_ = connection_->server_process();
}

Status Writer::execute(const std::string& sql) {
  const Result<Answer> done = connection_->execute(sql);
  if (!done) return done.error();
  return {};
}

Status Writer::connect() {
  if (connection_ != nullptr && !connection_->is_lost()) return {};
  VV_ASSIGN_OR_RETURN(connection_, Connection::open(ports_.url, Connection::Purpose::Write));
  rows_.use(*connection_);
  server_process_ = connection_->server_process();
  return {};
}

Result<Timestamp> Writer::begin() {
  VV_TRY(connect());
  rows_.guard_writes(false);
  VV_ASSIGN_OR_RETURN(const Answer answer, connection_->execute(kBegin));
  if (answer.rows() != 1) return internal("commit_head has lost its row");
  head_ = {static_cast<std::uint64_t>(answer.integer(0, 0))};
  if (head_ != ports_.publisher.published()) {
    VV_TRY(ports_.log.catch_up(*connection_, ports_.publisher));
  }
  patience_ends_.reset();
  return head_;
}

TransactionState Writer::state() const {
  return connection_ == nullptr || connection_->is_lost() ? TransactionState::Gone
                                                          : connection_->state();
}

Status Writer::savepoint() {
  rows_.guard_writes(true);
  return execute("SAVEPOINT mutation");
}
Status Writer::undo_to_savepoint() { return execute("ROLLBACK TO mutation"); }
Status Writer::release_savepoint() { return execute("RELEASE mutation"); }
Status Writer::rollback() { return execute("ROLLBACK"); }

Status Writer::commit(std::span<const Commit> written) {
  if (written.empty()) return rollback();
  VV_TRY(ports_.log.append(*connection_, head_, written));
  const Result<Answer> done = connection_->execute("COMMIT");
  if (done && done->command() == "COMMIT") return {};
  if (connection_->is_lost()) return find_out(written.back().ts);
  return done ? unavailable("the database undid the transaction") : done.error();
}

/// The answer to COMMIT was lost with the connection. The old transaction may still be on its way:
/// it holds the head until it is over, so whoever has the head knows.
Status Writer::find_out(Timestamp ts) {
  log::warn("the database went away while it committed: it is asked again when it is back");
  for (;;) {
    if (!pause()) return unavailable("the server ends, and whether this was written is not known");
    if (!connect()) continue;
    const auto locked = connection_->execute(kBegin);
    if (!locked) {
      static_cast<void>(connection_->execute("ROLLBACK"));
      continue;
    }
    const Result<bool> found = ports_.log.holds(*connection_, ts);
    const bool known = found.has_value() || !connection_->is_lost();
    static_cast<void>(connection_->execute("ROLLBACK"));
    if (!known) continue;
    if (!found) return found.error();
    log::info("the database is back", {{"committed", *found}});
    if (*found) return {};
    connection_.reset();  // so that the same bodies run again
    return unavailable("the database went away");
  }
}

bool Writer::is_worth_retrying() {
  if (connection_ != nullptr && !connection_->is_lost()) return false;
  if (!patience_ends_) patience_ends_ = monotonic_now() + kPatience;
  return monotonic_now() < *patience_ends_ && pause();
}

/// False when it was cut short for good.
bool Writer::pause() {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  stopped.wait_for(lock, ports_.stop, std::chrono::nanoseconds(kPause.as_nanos()),
                   [] { return false; });
  return !ports_.stop.stop_requested();
}

}  // namespace vv::store::postgres
