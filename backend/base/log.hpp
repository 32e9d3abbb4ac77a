#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/format.hpp"
#include "base/secret.hpp"

namespace vv::log {

enum class Level : std::uint8_t { Trace, Debug, Info, Warn, Error };

/// One `name=value` of a log line. Control characters are escaped when written.
struct Field {
  std::string_view name;
  std::string value;

  Field(std::string_view n, std::string_view v) : name(n), value(v) {}
  Field(std::string_view n, const char* v) : name(n), value(v) {}
  Field(std::string_view n, const std::string& v) : name(n), value(v) {}
  template <class T>
    requires(std::is_arithmetic_v<T>)
  Field(std::string_view n, T v) : name(n), value(vv::format("{}", v)) {}
  template <class T>
  Field(std::string_view n, const Private<T>&) : name(n), value("‹redacted›") {}
};

/// One constant lower-case sentence plus fields: `log::info("peer connected", {{"room", id}});`
/// The first field says whose line it is: of one kind and one of them ten a second are written,
/// then a count (log_budget.hpp).
void write(Level level, std::string_view sentence, std::initializer_list<Field> fields);
void set_level(Level level);
[[nodiscard]] bool enabled(Level level);

inline void debug(std::string_view sentence, std::initializer_list<Field> fields = {}) {
  if (enabled(Level::Debug)) write(Level::Debug, sentence, fields);
}
inline void info(std::string_view sentence, std::initializer_list<Field> fields = {}) {
  write(Level::Info, sentence, fields);
}
inline void warn(std::string_view sentence, std::initializer_list<Field> fields = {}) {
  write(Level::Warn, sentence, fields);
}
inline void error(std::string_view sentence, std::initializer_list<Field> fields = {}) {
  write(Level::Error, sentence, fields);
}

}  // namespace vv::log
