#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/random.hpp"
#include "reactive/detail/commit_ring.hpp"
#include "reactive/detail/cursor_sealer.hpp"
#include "reactive/detail/fair_queue.hpp"
#include "reactive/detail/interval_index.hpp"
#include "reactive/detail/live_query.hpp"
#include "reactive/detail/query_run.hpp"
#include "reactive/detail/rate_limiter.hpp"
#include "reactive/engine.hpp"
#include "store/store.hpp"

namespace vv::reactive {

/// The engine's state, on the front loop. Jobs hold it weakly or until they have posted back.
///
/// The rule it keeps (convex-wire: the invariant): a live query's result equals the query evaluated
/// at every snapshot of its `validity`. Commits arrive in order; one that touches what the query
/// read ends its validity just before itself and queues it for another run.
struct Engine::Core : std::enable_shared_from_this<Engine::Core> {
  Core(store::Store& s, Registry r, EnginePorts p, EngineOptions o);

  // Live queries: live_queries.cpp
  Subscription subscribe(QueryRequest request, Subscriber& subscriber);
  void unsubscribe(Subscription::State& state);
  void attach(Subscription::State& state, const LiveQuery& like);
  LiveQuery& find_or_add(const Subscription::State& state, const LiveQuery& like);
  void publish_under(LiveQuery& query, std::string key);
  void withdraw(LiveQuery& query);
  void enqueue(LiveQuery& query);
  [[nodiscard]] std::string lane_of(const LiveQuery& query) const;
  void schedule();
  void finish(const std::vector<QueryRun>& runs, std::vector<QueryRunResult> results);
  void start_jobs();
  void take(LiveQuery& query, QueryRunResult run);
  void split(LiveQuery& query, Scope scope);
  void apply(store::Timestamp ts, std::shared_ptr<const store::WriteSet> writes);
  void ask_again();
  void restart_at(store::Timestamp head);
  void drop_unwatched(Instant time);

  // One call each: calls.cpp
  std::shared_ptr<PendingMutation> mutate(CallRequest request, Done done);
  void act(CallRequest request, Done done);
  void query_once(CallRequest request, Done done);
  // What a worker does of a call; the rest, which it gives back, is for the front loop.
  using CallJob = std::function<std::function<void()>()>;
  void call_in_turn(const CallRequest& request, CallJob job, Done done);
  void start_calls();
  void turn_away(Done done);
  void answer_later(Done done, CallOutcome outcome);

  const Function* function_of(std::string& path, FunctionKind kind, Failure& why) const;
  Failure failure_of(const Error& error, std::string_view function);
  [[nodiscard]] QueryRules rules() const;

  store::Store& store;
  const Registry registry;
  SystemRandom system_random;  // before the ports, which default to it
  EnginePorts ports;
  EngineOptions options;
  CursorSealer cursors;
  RateLimiter mutation_rates;
  bool ended = false;  // the engine is gone: what comes back late changes nothing

  store::Timestamp published;
  CommitRing ring;
  IntervalIndex index;
  std::unordered_map<QueryNumber, std::unique_ptr<LiveQuery>> queries;
  std::unordered_map<std::string, LiveQuery*> by_key;
  std::map<std::string, Scope, std::less<>> scopes;  // widest seen of each function
  QueryNumber next_number = 1;
  FairQueue<QueryNumber> queue;  // due
  std::size_t jobs = 0;          // batches on the pool
  bool scheduled = false;        // `start_jobs` is posted
  struct WaitingCall {
    CallJob job;
    Done done;  // for the case that it finds no room
  };
  FairQueue<WaitingCall> calls;  // actions, and queries asked once
  std::size_t call_jobs = 0;     // of them on the pool
  bool away = false;             // some query found the database away
  std::function<void()> gap_listener;
  Counts counts;
};

}  // namespace vv::reactive
