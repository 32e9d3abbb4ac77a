#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vv::rtc::sdp {

// Words and numbers of SDP lines; the module's own.

/// The next word before `separator` (any run of it), taken off the front of `rest`; empty at the
/// end.
inline std::string_view take_word(std::string_view& rest, char separator = ' ') {
  const std::size_t begin = rest.find_first_not_of(separator);
  if (begin == std::string_view::npos) {
    rest = {};
    return {};
  }
  const std::size_t end = std::min(rest.find(separator, begin), rest.size());
  const std::string_view word = rest.substr(begin, end - begin);
  rest.remove_prefix(end);
  return word;
}

/// What is left after the last word taken, without the spaces in front.
inline std::string_view remainder(std::string_view rest) {
  const std::size_t begin = rest.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return rest.substr(begin, rest.find_last_not_of(' ') - begin + 1);
}

/// Decimal digits only, whole text, at most `max`.
template <class Number>
std::optional<Number> parse_number(std::string_view text, std::uint64_t max) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || value > max) return std::nullopt;
  return static_cast<Number>(value);
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

inline bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

/// Whether `text` has `min` to `max` characters, all of them alphanumeric or among `extra`.
inline bool is_made_of(std::string_view text, std::string_view extra, std::size_t min,
                       std::size_t max) {
  if (text.size() < min || text.size() > max) return false;
  for (const char c : text) {
    if (!is_alphanumeric(c) && extra.find(c) == std::string_view::npos) return false;
  }
  return true;
}

}  // namespace vv::rtc::sdp
