#include "reactive/internals.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "base/format.hpp"

namespace vv::reactive {

Recurrence Recurrence::every(Duration interval) {
  VV_CHECK(interval > Duration(), "what happens again waits in between");
  return {interval, Duration(), false};
}

Recurrence Recurrence::hourly(int minute) { return {hours(1), minutes(minute), true}; }

Recurrence Recurrence::daily(int hour, int minute) {
  return {days(1), hours(hour) + minutes(minute), true};
}

UnixMillis Recurrence::first(UnixMillis wall) const { return aligned_ ? next(wall) : wall; }

UnixMillis Recurrence::next(UnixMillis wall) const {
  if (!aligned_) return wall + period_;
  const std::int64_t period = period_.as_millis();
  const std::int64_t into = wall.value - offset_.as_millis();
  return {wall.value - (into % period + period) % period + period};
}

std::string Recurrence::text() const {
  const std::int64_t period = period_.as_millis() / 1000;
  if (!aligned_) return format("every {} s", period);
  return format("at {} min of every {} s", offset_.as_millis() / 60'000, period);
}

void Internals::cron(std::string name, const Recurrence& when, const Internal<NoArgs>& function) {
  VV_CHECK(find(function.name) != nullptr, "a cron's function is added before it");
  VV_CHECK(find_cron(name) == nullptr, "a cron's name is given once");
  crons_.push_back({std::move(name), std::string(function.name), when});
}

const Internals::Bind* Internals::find(std::string_view name) const {
  const auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : &found->second;
}

const Cron* Internals::find_cron(std::string_view name) const {
  const auto found = std::ranges::find(crons_, name, &Cron::name);
  return found == crons_.end() ? nullptr : &*found;
}

void Internals::add_bound(std::string_view name, Bind bind) {
  const bool fresh = functions_.try_emplace(std::string(name), std::move(bind)).second;
  VV_CHECK(fresh, "an internal function's name is given once");
}

}  // namespace vv::reactive
