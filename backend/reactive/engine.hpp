#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "reactive/identity.hpp"
#include "reactive/registry.hpp"
#include "store/value.hpp"

namespace vv {
class Random;
class WorkerPool;
}  // namespace vv
namespace vv::store {
class Schema;
class Store;
class Writer;
}  // namespace vv::store

namespace vv::reactive {

class Scheduler;

/// The table that remembers which mutations have run (threat-model H6), and the scheduler's.
/// Declare them with the rest.
void declare_schema(store::Schema& schema);

/// How long it remembers them: a laptop may wake after days and ask again.
constexpr Duration kOutcomeAge = days(7);
/// Forgets up to `limit` that ran before `before`. @return how many
[[nodiscard]] Result<std::size_t> purge_outcomes(store::Writer& db, UnixMillis before,
                                                 std::size_t limit);

/// Why a call failed, as clients may see it.
struct Failure {
  std::string message;
  std::optional<std::string> data;  ///< encoded; present makes it a `ConvexError`
  bool too_often = false;           ///< `rate_limited`: the same call may pass in a while
};

/// What a query gave; immutable, shared by every socket that watches it.
struct QueryResult {
  std::string value;  ///< encoded; empty when failed
  std::optional<Failure> failure;
  std::optional<std::string> journal;
  std::string cause;  ///< of a failure, before it was given a request id to be found by
};

/// Whether whoever holds one of them would learn nothing from the other. Compared whole: a hash
/// took a tenth of a query of 50 documents.
[[nodiscard]] bool same_answer(const QueryResult& a, const QueryResult& b);

/// Snapshots at which a result holds: from `from` to `until`, or still.
struct Validity {
  store::Timestamp from;
  std::optional<store::Timestamp> until;
};

struct QueryRequest {
  std::string path;
  Value args;
  std::shared_ptr<const Identity> identity;  ///< null: nobody; shared by a session's calls
  std::optional<std::string> journal;
  std::string base_url{};  ///< where the caller reached us
};

/// Names one request of one client session for ever: asked twice, it runs once.
struct RequestKey {
  std::string session_id;
  std::uint64_t request_id = 0;
};

struct CallRequest {
  std::string path;
  Value args;
  std::shared_ptr<const Identity> identity;
  std::optional<RequestKey> key;       ///< mutations over a sync socket
  std::string base_url;                ///< where the caller reached us
  std::optional<store::Timestamp> at;  ///< `query_once`: as of this snapshot, or refuse
  /// With whom somebody who is not signed in takes turns and shares a rate; empty: with their own
  /// session, or, over HTTP from this machine, with nobody.
  std::string address_block = {};
};

struct CallOutcome {
  std::string value;  ///< encoded; empty when failed
  std::optional<Failure> failure;
  store::Timestamp ts;       ///< mutations: the commit; queries: the snapshot
  bool turned_away = false;  ///< it failed since too much waits already, and never began
};

/// Told when one of its subscriptions has something new. Must not unsubscribe inside the call.
class Subscriber {
 public:
  virtual ~Subscriber() = default;
  virtual void on_results() = 0;
};

/// One live query of one session; ends it when destroyed. Front loop only, and not after the
/// engine.
class Subscription {
 public:
  struct State;
  Subscription();
  explicit Subscription(std::unique_ptr<State> state);
  Subscription(Subscription&&) noexcept;
  Subscription& operator=(Subscription&&) noexcept;
  ~Subscription();

  /// The newest result, null before the first; `validity` says for which snapshots it stands.
  [[nodiscard]] std::shared_ptr<const QueryResult> result() const;
  [[nodiscard]] Validity validity() const;
  /// Runs it again even if nothing touched it, so that results of one session meet at one snapshot.
  void refresh();

 private:
  std::unique_ptr<State> state_;
};

/// A mutation handed to the writer and not answered yet.
class PendingMutation {
 public:
  virtual ~PendingMutation() = default;
  /// Whether its body has begun to run, so that a snapshot may already show it. Any thread.
  [[nodiscard]] virtual bool may_be_visible() const = 0;
};

struct EnginePorts {
  std::function<bool(std::function<void()>)> pool;  ///< runs on some worker; false: no room
  std::function<void(std::function<void()>)> post;  ///< runs on the front loop, in order
  std::function<Instant()> now;                     ///< the system's clock when empty
  std::function<UnixMillis()> wall_now;
  Random* random = nullptr;        ///< the kernel's when null
  Scheduler* scheduler = nullptr;  ///< where there is one; it outlives the engine
  static EnginePorts on(WorkerPool& pool, std::function<void(std::function<void()>)> post);
};

struct EngineOptions {
  Secret cursor_key;                 ///< seals pagination cursors; made at random when empty
  bool reveal_errors = false;        ///< `--dev`: internal errors reach the client as they are
  bool limit_rates = true;           ///< off with `--dev`
  double mutations_per_second = 30;  ///< a user
  double mutation_burst = 60;
};

/// Runs functions and keeps live queries true.
///
/// Owns:    live queries with their results, what they read, the index from writes to them.
/// Not its: sockets and frames (convex/); documents (store); tokens.
/// Threads: every call on the front loop; queries and actions run on the pool, mutations on the
///          store's writer, and their results come back through `post`.
class Engine {
 public:
  Engine(store::Store& store, Registry registry, EnginePorts ports, EngineOptions options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// A request that cannot run (unknown function, bad arguments) is a subscription to its failure.
  [[nodiscard]] Subscription subscribe(QueryRequest request, Subscriber& subscriber);
  /// Every commit up to here has been applied to the live queries.
  [[nodiscard]] store::Timestamp published() const;

  using Done = std::function<void(CallOutcome)>;
  /// In the order of the calls; `done` on the front loop, never before this returns.
  std::shared_ptr<PendingMutation> mutate(CallRequest request, Done done);
  /// These two take turns with what others ask for, and are turned away past kMaxWaitingOfOne of
  /// one caller or kMaxWaiting in all.
  void act(CallRequest request, Done done);
  void query_once(CallRequest request, Done done);
  static constexpr std::size_t kMaxWaitingOfOne = 256;
  static constexpr std::size_t kMaxWaiting = 4096;

  /// Told when results that clients hold may be wrong beyond repair (`store::Store::on_gap`): who
  /// watches begins anew. Live queries run again by themselves.
  void on_gap(std::function<void()> listener);

  /// Every second or so: forgets what nobody watches, retries what found no room.
  void tick(Instant now);

  [[nodiscard]] const Registry& registry() const;
  struct Counts {
    std::size_t live_queries = 0;  ///< distinct, however many sockets share one
    std::size_t subscriptions = 0;
    std::uint64_t runs = 0;
    std::size_t calls_in_flight = 0;
  };
  [[nodiscard]] Counts counts() const;

 private:
  struct Core;
  std::shared_ptr<Core> core_;  // also held by what is posted and not run yet
};

}  // namespace vv::reactive
