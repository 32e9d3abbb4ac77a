#pragma once

#include <stop_token>
#include <string>

#include "base/config.hpp"
#include "base/result.hpp"

// Everything a server keeps, as one folder: `visavis.db`, `files/`, and the keys beside them.
namespace vv::server {

struct BackupOptions {
  /// An earlier backup on the same disk: uploaded files that it has are linked, not copied again.
  std::string previous{};
  std::stop_token stop{};  ///< ends it soon, without a backup
};
/// Copies it into the new folder `to`, readable by this user alone; a server may be running. The
/// folder has its name once it is whole.
/// refuses: conflict when `to` exists; invalid when the database is damaged; unavailable
[[nodiscard]] Status back_up(const Config& config, const std::string& to,
                             const BackupOptions& options = {});

/// Puts the folder `from` in place of what the data directory has: the database as it was, its
/// keys, and the files that are missing (what nothing shows goes with the server's next sweep). The
/// former database stays as `…before-restore`. refuses: unavailable while a server runs; invalid
/// when the backup is damaged or none
[[nodiscard]] Status restore(const Config& config, const std::string& from);

}  // namespace vv::server
