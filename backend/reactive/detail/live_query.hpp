#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reactive/context.hpp"
#include "reactive/detail/interval_index.hpp"
#include "reactive/engine.hpp"
#include "store/read_set.hpp"

namespace vv::reactive {

struct LiveQuery;

/// A subscription seen from the engine.
struct Subscription::State {
  // What cannot run has no query but a result of its own.
  LiveQuery* query = nullptr;
  std::shared_ptr<const QueryResult> fixed;
  Subscriber* subscriber = nullptr;
  std::shared_ptr<const Identity> identity;  // also held by the session and its other queries
  std::string fingerprint;
  std::string base_url;
  std::weak_ptr<void> engine;  // gone: nothing to unsubscribe from
  std::function<void(State&)> on_end;
  std::function<void(State&)> on_refresh;

  /// Equal for those who may share a result of this scope.
  [[nodiscard]] std::string group(Scope scope) const {
    if (scope == Scope::Everyone) return {};
    return scope == Scope::Address ? base_url : base_url + '\0' + fingerprint;
  }

  /// Equal for what takes turns together: all of a person's, or of a stranger's one connection.
  [[nodiscard]] std::string lane() const {
    if (identity != nullptr) return identity->subject;
    return '\0' + std::to_string(reinterpret_cast<std::uintptr_t>(subscriber));
  }

  ~State() {
    if (!engine.expired() && on_end) on_end(*this);
  }
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

/// One function with its arguments, watched by any number of sessions and run once for all.
struct LiveQuery {
  QueryNumber number = 0;
  std::string function;
  std::string args;  // canonical JSON, for keys
  BoundCall<QueryContext> call;

  // Whoever it is run for, and who shares the result: as far as runs have looked at the caller.
  std::shared_ptr<const Identity> identity;
  std::string base_url;
  Scope scope = Scope::Everyone;
  std::string group;  // of its subscriptions in that scope

  std::optional<std::string> journal;  // pins the page once the first run has ended
  std::string key;                     // under which others find it; empty when they do not

  std::shared_ptr<const QueryResult> result;  // also held by the sessions that were sent it
  Validity validity;
  store::ReadSet reads;

  enum class State { Idle, Queued, Running };
  State state = State::Idle;
  bool refresh = false;  // run once more though nothing touched it

  std::vector<Subscription::State*> subscriptions;
  Instant unwatched_since;

  [[nodiscard]] bool needs_run() const {
    return result == nullptr || validity.until.has_value() || refresh;
  }
};

}  // namespace vv::reactive
