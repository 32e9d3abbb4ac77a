#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace vv {
class Random;
}
namespace vv::store {
class Schema;
class Store;
class Writer;
}  // namespace vv::store

namespace vv::reactive {

class Internals;
struct ScheduledCall;
using ScheduledId = Id<ScheduledCall>;

/// Begun this often, a call is given up: recorded, logged and counted. A cron waits for its next
/// time instead.
constexpr std::int64_t kMaxAttempts = 5;
/// Before the second, third, … attempt: this, twice this, …; about 75 s in all.
constexpr Duration kFirstRetry = seconds(5);
/// Failed calls stay this long for the operator to look at.
constexpr Duration kFailedCallAge = days(30);

/// Runs internal functions later: once each (`MutationContext::after`), or as crons.
///
/// A call is a row, written by the mutation that asks for it. When it is due it is claimed (one
/// attempt more, and due again should the process die), then it runs as a mutation whose
/// transaction takes the row away: so it takes effect once, whenever the process is killed.
///
/// Owns:    tables `scheduledCalls` and `schedulerClock`, the timeline.
/// Not its: what the functions do. It outlives the store's writer, whose mutations schedule with
/// it. Bounds:  kBatch calls at a time, kMaxAttempts each; the next batch follows the last one's
/// end, so
///          that clients' mutations get their turn.
/// Threads: `start` and `tick` on the front loop; `add`, `cancel` on the writer's thread, by way of
///          a MutationContext.
class Scheduler {
 public:
  struct Ports {
    store::Store& store;
    std::function<void(std::function<void()>)> post;  ///< runs on the front loop, in order
    std::function<Instant()> now;                     ///< the system's clock when empty
    std::function<UnixMillis()> wall_now;
    Random& random;
  };
  Scheduler(Ports ports, Internals internals);
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// Once, before the first mutation: finds out what time it is and writes the crons' rows. Waits.
  [[nodiscard]] Status start();
  /// Every second or so, and when something is due at once.
  void tick();
  /// From here on nothing is begun; what the writer has is finished.
  void stop();

  /// What time it is for what is scheduled. Any thread.
  [[nodiscard]] UnixMillis now() const;

  // For MutationContext, inside its transaction.
  [[nodiscard]] Result<ScheduledId> add(store::Writer& db, UnixMillis due,
                                        std::string_view function, std::string args);
  [[nodiscard]] static Result<bool> cancel(store::Writer& db, const ScheduledId& id);
  /// The moment when the wall clock will show `date`.
  [[nodiscard]] UnixMillis of_wall(UnixMillis date) const;

 private:
  struct State;
  std::shared_ptr<State> state_;  // also held by what the writer and the loop have yet to run
};

/// The scheduler's tables.
void declare_scheduler_schema(store::Schema& schema);

/// Removes up to `limit` calls that failed before `before`. @return how many
[[nodiscard]] Result<std::size_t> purge_failed_calls(store::Writer& db, UnixMillis before,
                                                     std::size_t limit);

}  // namespace vv::reactive
