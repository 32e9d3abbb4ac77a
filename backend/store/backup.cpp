#include "store/backup.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/format.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/database_file.hpp"

namespace vv::store {
namespace {

namespace fs = std::filesystem;
using sqlite::Connection;
using sqlite::Statement;

constexpr std::size_t kMaxNamed = 3;  // damages; one is enough to know

Error failed(std::string_view what, const std::string& path) {
  return unavailable(format("cannot {} {}: {}", what, path, std::strerror(errno)));
}

Status sync_path(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failed("open", path);
  const int synced = ::fsync(descriptor);
  ::close(descriptor);
  if (synced != 0) return failed("write", path);
  return {};
}

std::string folder_of(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

void remove_database(const std::string& path) {
  for (const char* part : {"", "-wal", "-shm", "-journal"}) ::unlink((path + part).c_str());
}

/// An empty file that only this user may read: SQLite keeps the mode of what it finds.
Status make_private(const std::string& path) {
  remove_database(path);
  const int descriptor =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return failed("make", path);
  ::close(descriptor);
  return {};
}

Status fill_copy(const std::string& from, const std::string& to, const std::stop_token& stop) {
  VV_TRY(make_private(to));
  {
    VV_ASSIGN_OR_RETURN(const auto source, Connection::open(from, Connection::Mode::ReadOnly));
    VV_ASSIGN_OR_RETURN(const auto target, Connection::open(to, Connection::Mode::Copy));
    VV_TRY(source->copy_to(*target, stop));
    // One file, without a log beside it. Whoever opens it as a database brings the log back.
    VV_TRY(target->execute("PRAGMA journal_mode=DELETE"));
  }
  VV_TRY(check_integrity(to, stop));
  return sync_path(to);
}

/// The whole copy or nothing.
Status make_copy(const std::string& from, const std::string& to, const std::stop_token& stop) {
  Status made = fill_copy(from, to, stop);
  if (!made) remove_database(to);
  return made;
}

Status rename_durably(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return failed("name", to);
  return sync_path(folder_of(to));
}

/// Gives the database a second name. Its first stays, so that no crash leaves none.
Status keep_former(const std::string& path, const std::string& former) {
  {
    // Folds its log into it. Of a damaged one the log is kept as it is.
    const auto last = Connection::open(path, Connection::Mode::ReadWrite);
    if (last) (void)(*last)->execute("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  remove_database(former);
  if (::link(path.c_str(), former.c_str()) != 0) return failed("keep", path);
  // A log that stayed would be applied to what comes in its database's place.
  if (::rename((path + "-wal").c_str(), (former + "-wal").c_str()) != 0 && errno != ENOENT) {
    return failed("keep", path + "-wal");
  }
  ::unlink((path + "-shm").c_str());
  return {};
}

/// What SQLite finds wrong, or nothing; where the damage is such that it cannot even look, an
/// error.
Result<std::string> find_damage(const std::string& path, const std::stop_token& stop) {
  VV_ASSIGN_OR_RETURN(const auto connection, Connection::open(path, Connection::Mode::ReadOnly));
  connection->stop_with(stop);
  VV_ASSIGN_OR_RETURN(Statement pages,
                      connection->prepare(format("PRAGMA integrity_check({})", kMaxNamed)));
  std::string found;
  while (true) {
    VV_ASSIGN_OR_RETURN(const bool row, pages.step());
    if (!row) break;
    if (!found.empty()) found += "; ";
    found += pages.text(0);
  }
  if (found != "ok") return found;
  VV_ASSIGN_OR_RETURN(Statement keys, connection->prepare("PRAGMA foreign_key_check"));
  VV_ASSIGN_OR_RETURN(const bool dangling, keys.step());
  if (!dangling) return std::string();
  return format("a row of {} points at a row of {} that is missing", keys.text(0), keys.text(2));
}

}  // namespace

Status check_integrity(const std::string& path, const std::stop_token& stop) {
  Result<std::string> found = find_damage(path, stop);
  if (!found && found.error().code == ErrorCode::Unavailable) return std::move(found).error();
  const std::string what = found ? *found : found.error().message;
  if (what.empty()) return {};
  return invalid(format("the database {} is damaged: {}", path, what));
}

Status back_up(const std::string& path, const std::string& to, const std::stop_token& stop) {
  std::error_code none;
  if (fs::exists(to, none)) return conflict(format("{} exists already", to));
  const std::string partial = to + ".partial";
  VV_TRY(make_copy(path, partial, stop));
  return rename_durably(partial, to);
}

Status restore(const std::string& from, const std::string& path,
               const std::function<Status()>& others) {
  VV_ASSIGN_OR_RETURN(const sqlite::FileLock lock, sqlite::lock_database(path));
  std::error_code none;
  if (fs::equivalent(from, path, none)) return invalid(format("{} is the database itself", from));
  const std::string incoming = path + ".restoring";
  VV_TRY(make_copy(from, incoming, {}));
  if (others) {
    VV_TRY(others());
  }
  // `lock_database` makes an empty file where there was none.
  if (fs::file_size(path, none) > 0) {
    VV_TRY(keep_former(path, path + ".before-restore"));
  }
  return rename_durably(incoming, path);
}

}  // namespace vv::store
