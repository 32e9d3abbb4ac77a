#include "server/backup.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/format.hpp"
#include "store/backup.hpp"

namespace vv::server {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDatabase = "visavis.db";  // in a backup, whatever it is called outside
constexpr const char* kFiles = "files";

Error failed(std::string_view what, const fs::path& path, const std::error_code& error) {
  return unavailable(format("cannot {} {}: {}", what, path.string(), error.message()));
}

Status sync_path(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const std::error_code error(errno, std::generic_category());
  if (descriptor >= 0) ::close(descriptor);
  if (!synced) return failed("write", path, error);
  return {};
}

Status make_private_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!error) fs::permissions(path, fs::perms::owner_all, error);
  if (error) return failed("make", path, error);
  return {};
}

/// Under its name once it is whole. One that went meanwhile is none that anything shows.
Status copy_one(const fs::path& from, const fs::path& to) {
  const fs::path partial = to.parent_path() / ("." + to.filename().string() + ".copy");
  std::error_code error;
  fs::copy_file(from, partial, fs::copy_options::overwrite_existing, error);
  if (error == std::errc::no_such_file_or_directory) return {};
  if (error) return failed("copy", from, error);
  VV_TRY(sync_path(partial));
  fs::rename(partial, to, error);
  if (error) return failed("name", to, error);
  return {};
}

enum class Existing : std::uint8_t { Keep, Replace };

/// Written once and never again, so two backups may share it.
bool link_one(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_hard_link(from, to, error);
  return !error;
}

/// Copies the folder's plain files, but for those half-made, which begin with a dot.
Status copy_files(const fs::path& from, const fs::path& to, Existing existing,
                  std::string_view except, const BackupOptions& options = {}) {
  VV_TRY(make_private_folder(to));
  std::error_code error;
  for (fs::directory_iterator entry(from, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code gone;
    if (!entry->is_regular_file(gone) || name.starts_with('.') || name.ends_with(".new")) continue;
    if (!except.empty() && name.starts_with(except)) continue;
    if (existing == Existing::Keep && fs::exists(to / name, gone)) continue;
    if (options.stop.stop_requested()) return unavailable("the backup was stopped");
    if (!options.previous.empty() && link_one(fs::path(options.previous) / name, to / name)) {
      continue;
    }
    VV_TRY(copy_one(entry->path(), to / name));
  }
  if (error) return failed("list", from, error);
  return sync_path(to);
}

/// What lies beside the database: its files, which are written once, and the keys.
Status copy_others(const fs::path& from, const fs::path& to, std::string_view database,
                   BackupOptions options = {}) {
  std::error_code error;
  if (fs::is_directory(from / kFiles, error)) {
    if (!options.previous.empty()) options.previous = fs::path(options.previous) / kFiles;
    VV_TRY(copy_files(from / kFiles, to / kFiles, Existing::Keep, "", options));
  }
  return copy_files(from, to, Existing::Replace, database);
}

Status fill_backup(const Config& config, const fs::path& folder, const BackupOptions& options) {
  VV_TRY(make_private_folder(folder));
  const std::string database = config.database_path();
  VV_TRY(store::back_up(database, (folder / kDatabase).string(), options.stop));
  // After the database: every file was on the disk before a row named it.
  return copy_others(config.data, folder, fs::path(database).filename().string(), options);
}

Status refuse_server(const Config& config, std::string_view how) {
  if (!config.has_database_server()) return {};
  return invalid(format("the database is PostgreSQL's: {} (docs/operations/postgresql.md)", how));
}

}  // namespace

Status back_up(const Config& config, const std::string& to, const BackupOptions& options) {
  VV_TRY(refuse_server(config, "save it with pg_dump, and the data directory beside it"));
  fs::path folder = fs::absolute(to).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();  // it was written with a slash behind
  std::error_code error;
  if (fs::exists(folder, error)) return conflict(format("{} exists already", to));
  const fs::path partial = folder.string() + ".partial";
  fs::remove_all(partial, error);
  Status filled = fill_backup(config, partial, options);
  if (!filled) {
    fs::remove_all(partial, error);
    return filled;
  }
  fs::rename(partial, folder, error);
  if (error) return failed("name", folder, error);
  return sync_path(folder.parent_path());
}

Status restore(const Config& config, const std::string& from) {
  VV_TRY(refuse_server(config, "restore it with pg_restore, and the data directory beside it"));
  const fs::path database = fs::path(from) / kDatabase;
  std::error_code error;
  if (!fs::is_regular_file(database, error)) {
    return invalid(format("{} is no backup: it has no {}", from, kDatabase));
  }
  VV_TRY(make_private_folder(config.data));
  return store::restore(database.string(), config.database_path(),
                        [&] { return copy_others(from, config.data, kDatabase); });
}

}  // namespace vv::server
