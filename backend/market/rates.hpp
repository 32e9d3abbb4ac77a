#pragma once

#include <cstddef>

#include "base/result.hpp"
#include "base/time.hpp"
#include "store/reader.hpp"

namespace vv::market {

// threat-model.md section 4, a user
constexpr std::size_t kDemandesAnHour = 200;
constexpr std::size_t kOffresAnHour = 300;

/// Counts a person's own rows of the last hour: exact, and nothing more to store. `rows` is the
/// query of all of them, along an index that goes on with the creation time.
/// refuses: rate_limited
template <class D>
[[nodiscard]] Status check_hourly(store::Query<D> rows, UnixMillis now, std::size_t limit) {
  const auto since = static_cast<double>((now - hours(1)).value);
  VV_ASSIGN_OR_RETURN(const std::size_t made, rows.at_least(since).count(limit));
  if (made >= limit) return rate_limited("too many in one hour, try again later");
  return {};
}

}  // namespace vv::market
