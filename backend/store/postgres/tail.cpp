#include "store/postgres/tail.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "store/detail/publisher.hpp"

namespace vv::store::postgres {
namespace {

constexpr int kLookEveryMs = 200;  // convex-wire.md 9.7: 100 to 250
constexpr Duration kPruneEvery = minutes(1);

// Ours alone within a database ("visavis" in ASCII, then 2).
constexpr const char* kIsAlone = "SELECT pg_try_advisory_lock(8532484119281693442)";
constexpr const char* kJoin = "SELECT pg_advisory_lock_shared(8532484119281693442)";
constexpr const char* kLetOthersIn = "SELECT pg_advisory_unlock(8532484119281693442)";

}  // namespace

Tail::Tail(Ports ports, std::unique_ptr<Connection> connection)
    : ports_(std::move(ports)),
      connection_(std::move(connection)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  VV_CHECK(wake_ >= 0, "a process has a few descriptors left when it starts");
  thread_.emplace(WorkerPool::Options{.name = "store-tail", .threads = 1, .capacity = 1});
  const bool posted = thread_->try_post([this] { run(); });
  VV_CHECK(posted, "the thread has nothing else to do");
}

Tail::~Tail() {
  stop_.request_stop();
  const std::uint64_t one = 1;
  static_cast<void>(!::write(wake_, &one, sizeof one));
  thread_.reset();  // polls the descriptor to its end
  ::close(wake_);
}

Result<bool> Tail::join_nodes(Connection& connection) {
  VV_ASSIGN_OR_RETURN(const Answer alone, connection.execute(kIsAlone));
  VV_TRY(connection.execute(kJoin));
  if (!alone.boolean(0, 0)) return true;
  VV_TRY(connection.execute(kLetOthersIn));
  return false;
}

void Tail::run() {
  Instant prune_at = monotonic_now() + kPruneEvery;
  bool was_away = false;
  while (!stop_.stop_requested()) {
    const Status followed = follow();
    if (!followed && !std::exchange(was_away, true)) {
      log::warn("the database is away", {{"reason", followed.error().message}});
    }
    if (followed && std::exchange(was_away, false)) log::info("the database is back");
    if (followed && monotonic_now() >= prune_at) {
      prune_at = monotonic_now() + kPruneEvery;
      static_cast<void>(ports_.log.prune(*connection_));
    }
    wait();
  }
}

/// Everything that is committed by now is published when it returns.
Status Tail::follow() {
  if (connection_ == nullptr || connection_->is_lost()) {
    connection_.reset();
    VV_ASSIGN_OR_RETURN(auto connection, Connection::open(ports_.url, Connection::Purpose::Listen));
    VV_TRY(join_nodes(*connection));
    connection_ = std::move(connection);
    listens_ = false;
  }
  if (!listens_) {
    VV_TRY(connection_->execute("LISTEN visavis_commits"));
    listens_ = true;
  }
  return ports_.log.catch_up(*connection_, ports_.publisher);
}

/// Until there is news, or it is time to look anyway.
void Tail::wait() {
  const Instant end = monotonic_now() + milliseconds(kLookEveryMs);
  for (;;) {
    const bool connected = connection_ != nullptr && !connection_->is_lost();
    std::array<pollfd, 2> waits = {pollfd{wake_, POLLIN, 0},
                                   pollfd{connected ? connection_->socket() : -1, POLLIN, 0}};
    const std::int64_t left = (end - monotonic_now()).as_millis();
    if (left <= 0 || ::poll(waits.data(), waits.size(), static_cast<int>(left)) <= 0) return;
    if (waits[0].revents != 0 || !connected) return;
    if (connection_->heard_from_others(ports_.own_writer()) || connection_->is_lost()) return;
  }
}

}  // namespace vv::store::postgres
