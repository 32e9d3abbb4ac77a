#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "base/result.hpp"

// The database as one file that can be taken away and brought back.
namespace vv::store {

/// Copies the database `path` as it is at one moment into the new file `to`, readable by this user
/// alone. Whoever writes meanwhile does not wait. The copy is checked and durable before it has its
/// name.
/// refuses: conflict when `to` exists; invalid when what was copied is damaged; unavailable, also
/// soon after `stop` was asked to
[[nodiscard]] Status back_up(const std::string& path, const std::string& to,
                             const std::stop_token& stop = {});

/// Puts the backup `from` in place of the database `path`; a crash leaves the one or the other.
/// What was there stays beside it as `path` + `.before-restore`. `others` runs before the exchange,
/// while no server can start on `path`: it brings what belongs to the database. refuses:
/// unavailable while a server uses `path`; invalid when `from` is damaged; what `others` says
[[nodiscard]] Status restore(const std::string& from, const std::string& path,
                             const std::function<Status()>& others);

/// Reads every page of the database, which may be in use.
/// refuses: invalid, naming what is damaged; unavailable
[[nodiscard]] Status check_integrity(const std::string& path, const std::stop_token& stop = {});

}  // namespace vv::store
