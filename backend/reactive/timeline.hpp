#pragma once

#include <functional>

#include "base/time.hpp"

namespace vv::reactive {

/// Time for what is to happen later: dates that somebody who sets the clock does not move.
///
/// It is the wall clock's time as the process starts, and keeps the monotonic clock's pace from
/// there. A clock that is set meanwhile is a `skew` (threat-model F12): kept over a restart, so
/// that a step of a day neither runs a day's calls at once nor holds them back for one. Time that
/// passed while no process ran counts.
///
/// Owns:    where it began.
/// Not its: what is due; keeping the skew (scheduler.hpp).
/// Threads: any, once `resume` has returned.
class Timeline {
 public:
  Timeline(std::function<Instant()> now, std::function<UnixMillis()> wall_now);

  /// Begins. @param skew  of the wall clock when the last process looked
  /// @param reached  no earlier than this: what an earlier process has seen
  void resume(Duration skew, UnixMillis reached);

  /// Never goes back, also not over a restart.
  [[nodiscard]] UnixMillis now() const;
  /// How far the wall clock is ahead of this one.
  [[nodiscard]] Duration skew() const;
  /// When the wall clock, unless it is set, will show `date`.
  [[nodiscard]] UnixMillis of_wall(UnixMillis date) const;
  [[nodiscard]] UnixMillis wall_now() const { return wall_now_(); }

 private:
  std::function<Instant()> now_;
  std::function<UnixMillis()> wall_now_;
  Instant began_;
  UnixMillis began_at_;
};

}  // namespace vv::reactive
