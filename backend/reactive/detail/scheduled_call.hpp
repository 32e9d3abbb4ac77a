#pragma once

#include <optional>
#include <string>

#include "base/id.hpp"
#include "base/time.hpp"

#include <boost/describe.hpp>

namespace vv::reactive {

enum class CallState { Waiting, Failed };
BOOST_DESCRIBE_ENUM(CallState, Waiting, Failed)

/// One call that is to come, or that has failed too often; table `scheduledCalls`. A call that has
/// run has no row: it went in the transaction of its effects. A cron's row stays and moves on.
struct ScheduledCall {
  Id<ScheduledCall> id;
  double creation_time = 0;
  std::string function;
  std::string args;                 // encoded
  std::optional<std::string> cron;  // its name
  std::optional<std::string> recurrence;
  CallState status = CallState::Waiting;
  UnixMillis due_at;          // on the scheduler's timeline
  std::int64_t attempts = 0;  // begun, the present one included
  std::optional<UnixMillis> last_run_at;
  std::optional<std::string> last_error;
};
BOOST_DESCRIBE_STRUCT(ScheduledCall, (),
                      (id, creation_time, function, args, cron, recurrence, status, due_at,
                       attempts, last_run_at, last_error))

/// What the timeline needs of an earlier process: one row; table `schedulerClock`.
struct SchedulerClock {
  Id<SchedulerClock> id;
  double creation_time = 0;
  std::int64_t skew_ms = 0;
  UnixMillis reached;
};
BOOST_DESCRIBE_STRUCT(SchedulerClock, (), (id, creation_time, skew_ms, reached))

}  // namespace vv::reactive
