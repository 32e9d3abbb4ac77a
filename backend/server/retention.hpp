#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "reactive/context.hpp"
#include "reactive/internals.hpp"

namespace vv::server {

/// What one batch of a purge has done.
struct Purged {
  std::size_t count = 0;
  std::vector<std::string> files;  ///< whose bytes may go
  std::optional<double> next;      ///< there may be more, from here on
};

/// One line of the register of what is kept and for how long (threat-model P1): the code reads it,
/// docs/operations/retention.md shows it.
struct RetentionRule {
  std::string_view what;  ///< also the label of its counter
  Duration keep;
  std::string_view since;  ///< from when that counts
  /// Removes a bounded number of rows whose time ended before `before`, looking from `after` on;
  /// empty where something else reads the line.
  std::function<Result<Purged>(reactive::MutationContext& ctx, UnixMillis before, double after)>
      purge;
};

[[nodiscard]] const std::vector<RetentionRule>& retention_register();
/// The line about `what`, which is there.
[[nodiscard]] const RetentionRule& retention_of(std::string_view what);

/// Adds to `visavis_retention_purged_total`. Any thread.
void count_purged(std::string_view what, std::size_t count);

/// Every half hour each line's purge, batch by batch, a second apart.
/// @param remove_bytes  of files that no row names any more; on the front loop
void register_retention(reactive::Internals& internals,
                        std::function<void(std::vector<std::string> ids)> remove_bytes);

}  // namespace vv::server
