#include "server/hourly_backups.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/disk_space.hpp"
#include "base/format.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/worker_pool.hpp"
#include "reactive/context.hpp"
#include "reactive/internals.hpp"
#include "server/backup.hpp"
#include "server/backup_plan.hpp"
#include "server/retention.hpp"

namespace vv::server {
namespace {

namespace fs = std::filesystem;
using reactive::Internal;
using reactive::MutationContext;
using reactive::NoArgs;

constexpr std::string_view kPartial = ".partial";
inline constexpr Internal<NoArgs> kBegin{"backups:begin"};

Counter& runs(const char* outcome) {
  return metrics().counter("visavis_backup_runs_total", "Backups that the server began",
                           {{"outcome", outcome}});
}
Gauge& last_gauge() {
  static Gauge& gauge = metrics().gauge("visavis_backup_last_timestamp_seconds",
                                        "When the newest backup of this process was begun");
  return gauge;
}
Gauge& duration_gauge() {
  static Gauge& gauge =
      metrics().gauge("visavis_backup_last_duration_milliseconds", "How long it took");
  return gauge;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  return names;
}

void remove_folder(const fs::path& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  if (error) {
    log::warn("a backup could not be removed",
              {{"folder", folder.string()}, {"reason", error.message()}});
  }
}

/// Half-made ones of a process that died; those of `visavis backup` have other names.
void remove_leftovers(const fs::path& folder) {
  for (const std::string& name : names_in(folder)) {
    if (!name.ends_with(kPartial)) continue;
    if (time_of_backup(name.substr(0, name.size() - kPartial.size()))) remove_folder(folder / name);
  }
}

void thin(const Config& config, const fs::path& folder, UnixMillis now) {
  const Duration keep = std::min(days(config.backup.keep_days), retention_of("backups").keep);
  const std::vector<std::string> gone = superfluous_backups(names_in(folder), now, keep);
  for (const std::string& name : gone) remove_folder(folder / name);
  count_purged("backups", gone.size());
}

}  // namespace

Status make_hourly_backup(const Config& config, UnixMillis now, const std::stop_token& stop) {
  const fs::path folder = config.backup_folder();
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) fs::permissions(folder, fs::perms::owner_all, error);
  if (error) return unavailable(format("cannot make {}: {}", folder.string(), error.message()));
  remove_leftovers(folder);
  const std::uintmax_t size = fs::file_size(config.database_path(), error);
  if (!error && free_disk_bytes(folder.string()) < size + kDiskReserve) {
    return unavailable(format("{} has no room for another backup", folder.string()));
  }
  BackupOptions options{.previous = {}, .stop = stop};
  if (const auto previous = newest_backup(folder.string())) options.previous = folder / *previous;
  VV_TRY(back_up(config, (folder / backup_name(now)).string(), options));
  thin(config, folder, now);
  return {};
}

struct HourlyBackups::State {
  State(const Config& c, std::function<UnixMillis()> n) : config(c), now(std::move(n)) {}

  const Config config;
  const std::function<UnixMillis()> now;
  std::stop_source stop;
  std::atomic<bool> running{false};
  WorkerPool thread{{.name = "backup", .threads = 1, .capacity = 1}};  // last: it ends first

  void begin() {
    if (running.exchange(true)) return log::warn("a backup takes longer than its interval");
    if (!thread.try_post([this] { run(); })) running = false;
  }
  void run() {
    const UnixMillis began = now();
    const Instant start = monotonic_now();
    const Status made = make_hourly_backup(config, began, stop.get_token());
    const std::int64_t took = (monotonic_now() - start).as_millis();
    if (made) {
      last_gauge().set(began.value / 1000);
      duration_gauge().set(took);
      runs("done").add();
      log::info("backed up", {{"name", backup_name(began)}, {"ms", took}});
    } else if (!stop.stop_requested()) {
      runs("failed").add();
      log::error("there is no backup of this hour", {{"reason", made.error().message}});
    }
    running = false;
  }
};

HourlyBackups::HourlyBackups(const Config& config, std::function<UnixMillis()> now)
    : state_(std::make_unique<State>(config, std::move(now))) {
  for (const char* outcome : {"done", "failed"}) runs(outcome).add(0);
}
HourlyBackups::~HourlyBackups() { state_->stop.request_stop(); }

void HourlyBackups::add_to(reactive::Internals& internals) {
  internals.add(kBegin, [state = state_.get()](MutationContext& ctx, const NoArgs&) -> Status {
    ctx.after_commit([state] { state->begin(); });
    return {};
  });
  internals.cron("backups",
                 reactive::Recurrence::every(minutes(state_->config.backup.every_minutes)), kBegin);
}

}  // namespace vv::server
