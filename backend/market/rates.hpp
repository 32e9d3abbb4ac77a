#pragma once

#include <cstddef>
#include <utility>

#include "base/result.hpp"
#include "base/time.hpp"
#include "store/reader.hpp"

namespace vv::market {

// threat-model.md section 4, a user
constexpr std::size_t kDemandesAnHour = 200;
constexpr std::size_t kOffresAnHour = 300;
constexpr std::size_t kUploadsAnHour = 120;
constexpr std::size_t kExportsADay = 5;
// 10 a second with bursts of 50: of a burst the last is 5 s behind.
constexpr std::size_t kMessagesInFiveSeconds = 50;

/// Counts a person's own rows of late: exact, and nothing more to store. `rows` is the query of all
/// of them, along an index that goes on with the creation time.
/// refuses: rate_limited
template <class D>
[[nodiscard]] Status check_recent(store::Query<D> rows, UnixMillis now, Duration window,
                                  std::size_t limit) {
  const auto since = static_cast<double>((now - window).value);
  VV_ASSIGN_OR_RETURN(const std::size_t made, rows.at_least(since).count(limit));
  if (made >= limit) return rate_limited("too many in a short time, try again later");
  return {};
}
template <class D>
[[nodiscard]] Status check_hourly(store::Query<D> rows, UnixMillis now, std::size_t limit) {
  return check_recent(std::move(rows), now, hours(1), limit);
}

}  // namespace vv::market
