#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "reactive/registry.hpp"

namespace vv::reactive {

/// Names a mutation that runs later and that clients cannot call; `Args` as for any function.
///
///   inline constexpr Internal<SessionArgs> kEndIfAbsent{"meetSessions:endIfAbsent"};
///   internals.add(kEndIfAbsent, end_if_absent);
///   ctx.after(minutes(30), kEndIfAbsent, {session.id});
template <class Args>
struct Internal {
  std::string_view name;
};

/// When something happens again and again. Dates are UTC, by the wall clock.
class Recurrence {
 public:
  /// Once right away, then each time `interval` has passed since the last.
  static Recurrence every(Duration interval);
  /// At this minute of each hour.
  static Recurrence hourly(int minute);
  /// At this hour and minute of each day.
  static Recurrence daily(int hour, int minute);

  [[nodiscard]] UnixMillis first(UnixMillis wall) const;
  /// The next time after `wall`; what was missed is not made up for.
  [[nodiscard]] UnixMillis next(UnixMillis wall) const;
  /// `every 1800 s`, `at 5 min of every 3600 s`: as its row tells it.
  [[nodiscard]] std::string text() const;

 private:
  Recurrence(Duration period, Duration offset, bool aligned)
      : period_(period), offset_(offset), aligned_(aligned) {}
  Duration period_;
  Duration offset_;  // of a period's beginning
  bool aligned_;     // to the clock, rather than to the last run
};

struct Cron {
  std::string name;
  std::string function;
  Recurrence when;
};

/// Every function that the process calls by itself, later or again and again. Made once at start,
/// unchanged afterwards. Nothing here is in the Registry, so no client can name it.
class Internals {
 public:
  /// `Status fn(MutationContext&, const Args&)`
  template <class Args, class F>
  void add(const Internal<Args>& name, F fn) {
    add_bound(name.name, detail::bind_function<MutationContext>(std::move(fn)));
  }
  /// `name` is the row's: renaming one begins it anew.
  void cron(std::string name, const Recurrence& when, const Internal<NoArgs>& function);

  using Bind = std::function<Result<BoundCall<MutationContext>>(const Value& args)>;
  [[nodiscard]] const Bind* find(std::string_view name) const;
  [[nodiscard]] const Cron* find_cron(std::string_view name) const;
  [[nodiscard]] const std::vector<Cron>& crons() const { return crons_; }

 private:
  void add_bound(std::string_view name, Bind bind);
  std::map<std::string, Bind, std::less<>> functions_;
  std::vector<Cron> crons_;
};

}  // namespace vv::reactive
