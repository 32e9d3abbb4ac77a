#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reactive/context.hpp"
#include "reactive/detail/interval_index.hpp"
#include "reactive/engine.hpp"
#include "store/read_set.hpp"

namespace vv::store {
class Reader;
class Store;
}  // namespace vv::store

namespace vv::reactive {

class CursorSealer;

/// One query to run, by value, so that a worker needs nothing of the engine's.
struct QueryRun {
  QueryNumber number = 0;
  std::string function;
  BoundCall<QueryContext> call;
  std::shared_ptr<const Identity> identity;  // also held by the session
  std::optional<std::string> journal;
  std::string base_url;
};

struct QueryRunResult {
  QueryNumber number = 0;
  store::Timestamp snapshot;
  std::shared_ptr<const QueryResult> result;  // handed to the engine, then to sessions
  store::ReadSet reads;
  Scope scope = Scope::Everyone;
  bool away = false;  ///< it failed because the database could not be asked
};

/// What errors look like to clients, and what seals cursors; shared by every run.
struct QueryRules {
  const CursorSealer* cursors = nullptr;
  bool reveal_errors = false;
  Random* random = nullptr;
};

/// Runs them one after another on one snapshot of `store`, and ends after the first that brings it
/// past kBatchTime: the rest is for another turn. A database that cannot be read makes every one of
/// them fail. For a worker thread.
[[nodiscard]] std::vector<QueryRunResult> run_queries(store::Store& store,
                                                      const std::vector<QueryRun>& runs,
                                                      const QueryRules& rules,
                                                      const std::function<Instant()>& now);

/// A query may take a second (threat-model, section 4); who shares its batch waits no longer.
constexpr Duration kBatchTime = seconds(1);

}  // namespace vv::reactive
