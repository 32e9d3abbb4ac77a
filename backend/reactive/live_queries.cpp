#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/check.hpp"
#include "reactive/detail/core.hpp"
#include "reactive/detail/failures.hpp"
#include "reactive/detail/type_text.hpp"

namespace vv::reactive {
namespace {

// Queries a worker runs on one snapshot before it hands back. At least the live queries of one
// session (threat-model, section 4), so that all of a session's fit into one batch.
constexpr std::size_t kBatch = 256;
// Batches on the pool at once; the pool also has others to serve.
constexpr std::size_t kMaxJobs = 4;
// A page that is left and entered again within this finds its lists still warm.
constexpr Duration kLinger = seconds(5);

std::string key_of(const LiveQuery& query, const std::optional<std::string>& journal,
                   const std::string& group) {
  std::string key = query.function + '\0' + query.args + '\0';
  key += journal ? 'j' + *journal : std::string("-");
  return key + '\0' + group;
}

store::Timestamp just_before(store::Timestamp ts) { return {ts.nanos - 1}; }

}  // namespace

Subscription Engine::Core::subscribe(QueryRequest request, Subscriber& subscriber) {
  auto state = std::make_unique<Subscription::State>();
  state->subscriber = &subscriber;
  state->identity = std::move(request.identity);
  if (state->identity != nullptr) state->fingerprint = fingerprint_of(*state->identity);
  state->base_url = std::move(request.base_url);

  Failure why;
  const Function* function = function_of(request.path, FunctionKind::Query, why);
  std::optional<BoundCall<QueryContext>> call;
  if (function != nullptr) {
    auto bound = function->bind_query(request.args);
    if (bound) {
      call = *std::move(bound);
    } else {
      why = plain_failure(bound.error().message);
    }
  }
  if (!call) {
    auto fixed = std::make_shared<QueryResult>();
    fixed->cause = why.message;
    fixed->failure = std::move(why);
    fixed->journal = std::move(request.journal);
    state->fixed = std::move(fixed);
    return Subscription(std::move(state));
  }

  LiveQuery like;
  like.function = request.path;
  append_json_value(like.args, request.args);
  like.call = *std::move(call);
  like.journal = std::move(request.journal);
  attach(*state, like);
  state->engine = weak_from_this();
  state->on_end = [this](Subscription::State& ending) { unsubscribe(ending); };
  state->on_refresh = [this](Subscription::State& stuck) {
    stuck.query->refresh = true;
    enqueue(*stuck.query);
    schedule();
  };
  ++counts.subscriptions;
  schedule();
  return Subscription(std::move(state));
}

void Engine::Core::attach(Subscription::State& state, const LiveQuery& like) {
  LiveQuery& query = find_or_add(state, like);
  state.query = &query;
  query.subscriptions.push_back(&state);
  enqueue(query);
}

LiveQuery& Engine::Core::find_or_add(const Subscription::State& state, const LiveQuery& like) {
  // A function that was never seen to look at its caller is tried once for all; if that run does,
  // everybody else is split off before anything is shown (`split`).
  const auto known = scopes.find(like.function);
  const Scope scope = known == scopes.end() ? Scope::Everyone : known->second;
  std::string group = state.group(scope);
  std::string key = key_of(like, like.journal, group);
  if (const auto found = by_key.find(key); found != by_key.end()) return *found->second;

  auto query = std::make_unique<LiveQuery>();
  query->number = next_number++;
  query->function = like.function;
  query->args = like.args;
  query->call = like.call;
  query->journal = like.journal;
  query->identity = state.identity;
  query->base_url = state.base_url;
  query->scope = scope;
  query->group = std::move(group);
  LiveQuery& added = *query;
  queries.emplace(added.number, std::move(query));
  publish_under(added, std::move(key));
  return added;
}

void Engine::Core::publish_under(LiveQuery& query, std::string key) {
  withdraw(query);
  if (by_key.try_emplace(key, &query).second) query.key = std::move(key);
}

void Engine::Core::withdraw(LiveQuery& query) {
  if (!query.key.empty()) by_key.erase(query.key);
  query.key.clear();
}

void Engine::Core::unsubscribe(Subscription::State& state) {
  LiveQuery& query = *state.query;
  std::erase(query.subscriptions, &state);
  --counts.subscriptions;
  if (query.subscriptions.empty()) query.unwatched_since = ports.now();
}

/// Whose turn it runs in: a query that many watch must not wait behind what one of them asked for
/// besides, so the one with the least waiting has it run for all.
std::string Engine::Core::lane_of(const LiveQuery& query) const {
  constexpr std::size_t kLookedAt = 8;  // subscriptions
  std::string best;
  std::size_t least = 0;
  const std::size_t count = std::min(query.subscriptions.size(), kLookedAt);
  for (std::size_t i = 0; i < count; ++i) {
    std::string lane = query.subscriptions[i]->lane();
    const std::size_t waiting = queue.waiting(lane);
    if (i > 0 && waiting >= least) continue;
    best = std::move(lane);
    least = waiting;
  }
  return best;
}

void Engine::Core::enqueue(LiveQuery& query) {
  if (query.state != LiveQuery::State::Idle || !query.needs_run()) return;
  if (query.subscriptions.empty()) return;  // whoever comes next will queue it
  query.state = LiveQuery::State::Queued;
  queue.push(lane_of(query), query.number);
  // A page that runs again is pinned; newcomers without its journal start a page of their own.
  if (query.result != nullptr && query.journal && !query.key.empty()) {
    publish_under(query, key_of(query, query.journal, query.group));
  }
}

void Engine::Core::schedule() {
  if (queue.empty() || scheduled) return;
  scheduled = true;
  // Behind what already waits for the loop: one snapshot then serves all of it.
  ports.post([self = shared_from_this()] {
    self->scheduled = false;
    if (!self->ended) self->start_jobs();
  });
}

void Engine::Core::start_jobs() {
  while (!queue.empty() && jobs < kMaxJobs) {
    std::vector<QueryRun> runs;
    for (const QueryNumber number : queue.take(kBatch)) {
      const auto found = queries.find(number);
      if (found == queries.end()) continue;
      LiveQuery& query = *found->second;
      query.state = LiveQuery::State::Idle;
      if (query.subscriptions.empty()) continue;
      query.state = LiveQuery::State::Running;
      query.refresh = false;
      runs.push_back({query.number, query.function, query.call, query.identity, query.journal,
                      query.base_url});
    }
    if (runs.empty()) continue;

    ++jobs;
    counts.runs += runs.size();
    auto numbers = std::make_shared<std::vector<QueryRun>>(std::move(runs));  // job and refusal
    const bool taken = ports.pool([self = shared_from_this(), numbers] {
      auto results = run_queries(self->store, *numbers, self->rules(), self->ports.now);
      self->ports.post([self, numbers, results = std::move(results)]() mutable {
        if (!self->ended) self->finish(*numbers, std::move(results));
      });
    });
    if (taken) continue;
    --jobs;
    for (const QueryRun& run : *numbers) {  // no room: `tick` tries again
      LiveQuery& query = *queries.at(run.number);
      query.state = LiveQuery::State::Queued;
      queue.push(lane_of(query), run.number);
    }
    return;
  }
}

void Engine::Core::finish(const std::vector<QueryRun>& runs, std::vector<QueryRunResult> results) {
  --jobs;
  for (std::size_t i = results.size(); i < runs.size(); ++i) {  // the batch took its time
    const auto found = queries.find(runs[i].number);
    if (found == queries.end()) continue;
    found->second->state = LiveQuery::State::Idle;
    found->second->refresh = true;
    enqueue(*found->second);
  }
  std::vector<Subscriber*> changed;
  std::unordered_set<const Subscriber*> seen;
  for (QueryRunResult& run : results) {
    const auto found = queries.find(run.number);
    if (found == queries.end()) continue;
    LiveQuery& query = *found->second;
    if (run.away) {
      // It keeps what it had: a server that restarts is no reason to show everybody a failure.
      query.state = LiveQuery::State::Idle;
      query.refresh = true;
      away = true;
      continue;
    }
    take(query, std::move(run));
    for (const Subscription::State* state : query.subscriptions) {
      if (seen.insert(state->subscriber).second) changed.push_back(state->subscriber);
    }
  }
  for (Subscriber* subscriber : changed) subscriber->on_results();
  schedule();
}

void Engine::Core::take(LiveQuery& query, QueryRunResult run) {
  query.state = LiveQuery::State::Idle;
  if (run.scope > query.scope) split(query, run.scope);
  index.remove(query.number, query.reads);
  query.reads = std::move(run.reads);
  index.add(query.number, query.reads);
  if (query.result == nullptr || !same_answer(*query.result, *run.result)) {
    query.result = std::move(run.result);
  }
  if (query.result->journal) query.journal = query.result->journal;
  query.validity = {run.snapshot, std::nullopt};
  if (const auto touched = ring.first_touch(run.snapshot, query.reads)) {
    query.validity.until = just_before(*touched);
  }
  enqueue(query);
}

void Engine::Core::split(LiveQuery& query, Scope scope) {
  Scope& widest = scopes.try_emplace(query.function, scope).first->second;
  widest = std::max(widest, scope);
  // Whoever asked first is whom it ran for; all of them may have left meanwhile.
  Subscription::State ran_for;
  ran_for.base_url = query.base_url;
  if (query.identity != nullptr) ran_for.fingerprint = fingerprint_of(*query.identity);
  query.scope = scope;
  query.group = ran_for.group(scope);
  publish_under(query, key_of(query, query.journal, query.group));
  std::vector<Subscription::State*> others;
  std::erase_if(query.subscriptions, [&](Subscription::State* state) {
    if (state->group(scope) == query.group) return false;
    others.push_back(state);
    return true;
  });
  if (query.subscriptions.empty()) query.unwatched_since = ports.now();
  for (Subscription::State* state : others) attach(*state, query);
}

void Engine::Core::apply(store::Timestamp ts, std::shared_ptr<const store::WriteSet> writes) {
  VV_CHECK(published < ts, "commits arrive in their order");
  published = ts;
  for (const QueryNumber number : index.hit_by(*writes)) {
    LiveQuery& query = *queries.at(number);
    if (query.validity.until || ts <= query.validity.from) continue;
    query.validity.until = just_before(ts);
    if (query.subscriptions.empty()) withdraw(query);  // stale, and no one's: the next begins anew
    enqueue(query);
  }
  ring.push(ts, std::move(writes));
  schedule();
}

/// What found the database away is due again.
void Engine::Core::ask_again() {
  if (!std::exchange(away, false)) return;
  for (const auto& [number, query] : queries) enqueue(*query);
}

/// Nothing that was read is known to be true any more, and commits go on from `head`.
void Engine::Core::restart_at(store::Timestamp head) {
  published = head;
  ring = CommitRing(head);
  for (const auto& [number, query] : queries) {
    withdraw(*query);
    query->validity.until = head;
    query->refresh = true;
    enqueue(*query);
  }
  if (gap_listener) gap_listener();
  schedule();
}

void Engine::Core::drop_unwatched(Instant time) {
  std::erase_if(queries, [&](const auto& entry) {
    LiveQuery& query = *entry.second;
    if (!query.subscriptions.empty() || query.state == LiveQuery::State::Running) return false;
    if (time - query.unwatched_since < kLinger) return false;
    index.remove(query.number, query.reads);
    withdraw(query);
    return true;
  });
}

}  // namespace vv::reactive
