#include "base/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <mutex>

#include "base/clock.hpp"
#include "base/log_budget.hpp"

namespace vv::log {
namespace {

spdlog::logger& logger() {
  // Standard error, so that standard output holds nothing but the line `visavis ready …`.
  static const auto instance = [] {
    auto made = spdlog::stderr_color_mt("visavis");
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%-5l%$ %v", spdlog::pattern_time_type::utc);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::Trace:
      return spdlog::level::trace;
    case Level::Debug:
      return spdlog::level::debug;
    case Level::Info:
      return spdlog::level::info;
    case Level::Warn:
      return spdlog::level::warn;
    case Level::Error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

void append_escaped(std::string& out, std::string_view value) {
  const bool quoted = value.find_first_of(" \"=") != std::string_view::npos || value.empty();
  if (quoted) out += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      out += vv::format("\\x{:02x}", byte);
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  if (quoted) out += '"';
}

void write_line(Level level, std::string_view sentence, std::initializer_list<Field> fields) {
  std::string line{sentence};
  for (const Field& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    append_escaped(line, field.value);
  }
  logger().log(to_spdlog(level), line);
}

}  // namespace

void set_level(Level level) { logger().set_level(to_spdlog(level)); }
bool enabled(Level level) { return logger().should_log(to_spdlog(level)); }

void write(Level level, std::string_view sentence, std::initializer_list<Field> fields) {
  static std::mutex mutex;
  static LineBudget budget;
  if (level >= Level::Info) {  // what is below is for whoever develops, and off otherwise
    const std::lock_guard lock(mutex);
    const std::string_view whose =
        fields.size() == 0 ? "" : std::string_view(fields.begin()->value);
    const auto summary = [](std::string_view of, std::uint64_t lines) {
      write_line(Level::Warn, "lines were left out", {{"of", of}, {"lines", lines}});
    };
    if (!budget.take(monotonic_now(), sentence, whose, summary)) return;
  }
  write_line(level, sentence, fields);
}

}  // namespace vv::log
