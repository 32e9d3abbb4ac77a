#include "server/backup_plan.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>
#include <system_error>

#include "base/format.hpp"

namespace vv::server {
namespace {

constexpr std::size_t kNameLength = 16;  // 20261123T142000Z

std::string day_of(std::string_view name) { return std::string(name.substr(0, 8)); }

}  // namespace

std::string backup_name(UnixMillis now) {
  const std::time_t time = now.value / 1000;
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  return format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::optional<UnixMillis> time_of_backup(std::string_view name) {
  if (name.size() != kNameLength) return std::nullopt;
  std::tm parts{};
  const std::string text(name);
  const char* end = ::strptime(text.c_str(), "%Y%m%dT%H%M%SZ", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  const UnixMillis time{static_cast<std::int64_t>(::timegm(&parts)) * 1000};
  if (backup_name(time) != name) return std::nullopt;  // not as we write it
  return time;
}

std::vector<std::string> superfluous_backups(std::vector<std::string> names, UnixMillis now,
                                             Duration keep) {
  std::erase_if(names, [](const std::string& name) { return !time_of_backup(name); });
  std::ranges::sort(names, std::ranges::greater());
  std::vector<std::string> gone;
  std::string last_day;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Duration age = now - *time_of_backup(names[i]);
    const bool first_of_day = day_of(names[i]) != last_day;
    last_day = day_of(names[i]);
    if (i < kNewestKept || age <= kAllKept) continue;
    if (age > keep || !first_of_day) gone.push_back(names[i]);
  }
  return gone;
}

std::optional<std::string> newest_backup(const std::string& folder) {
  std::optional<std::string> newest;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (time_of_backup(name) && (!newest || *newest < name)) newest = std::move(name);
  }
  return newest;
}

}  // namespace vv::server
