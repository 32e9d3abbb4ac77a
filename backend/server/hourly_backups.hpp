#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "base/config.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace vv {
class WorkerPool;
}
namespace vv::reactive {
class Internals;
}

namespace vv::server {

/// Makes one backup in the configured folder and removes those that are superfluous, and what an
/// earlier process left half-made. refuses: as back_up
[[nodiscard]] Status make_hourly_backup(const Config& config, UnixMillis now,
                                        const std::stop_token& stop = {});

/// Backups by the server itself (threat-model F5): every hour or as `[backup]` says, as a cron, so
/// that the times survive a restart and none is made up for.
///
/// Owns:    the thread they are made on; its end stops one that is being made.
/// Not its: how one is made (backup.hpp), which are kept (backup_plan.hpp).
/// Bounds:  one at a time; a time that comes while one is being made is skipped.
class HourlyBackups {
 public:
  HourlyBackups(const Config& config, std::function<UnixMillis()> now);
  ~HourlyBackups();
  HourlyBackups(const HourlyBackups&) = delete;
  HourlyBackups& operator=(const HourlyBackups&) = delete;

  void add_to(reactive::Internals& internals);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vv::server
