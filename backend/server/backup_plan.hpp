#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace vv::server {

/// `20261123T142000Z`: what the server calls a backup that it begins at `now`. In the order of
/// time.
[[nodiscard]] std::string backup_name(UnixMillis now);
/// When a backup of that name was begun; nothing for any other name, which is not ours to touch.
[[nodiscard]] std::optional<UnixMillis> time_of_backup(std::string_view name);

/// This many of the newest stay whatever the clock says: one that is set ahead removes nothing that
/// is needed.
constexpr std::size_t kNewestKept = 24;
/// As old as this, one a day (UTC) stays, its newest.
constexpr Duration kAllKept = days(1);

/// Which of a folder's names may go at `now`: backups older than `keep`, and of the rest those that
/// the rules above do not keep.
[[nodiscard]] std::vector<std::string> superfluous_backups(std::vector<std::string> names,
                                                           UnixMillis now, Duration keep);

/// The newest of the folder's backups.
[[nodiscard]] std::optional<std::string> newest_backup(const std::string& folder);

}  // namespace vv::server
