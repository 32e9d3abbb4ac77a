#include "store/postgres/text.hpp"

namespace vv::store::postgres {
namespace {

constexpr char kEscape = '\x01';
constexpr char kZero = '\x01';
constexpr char kOne = '\x02';

}  // namespace

std::string to_column(std::string_view text) {
  constexpr std::string_view kEscaped("\x00\x01", 2);
  if (text.find_first_of(kEscaped) == std::string_view::npos) return std::string(text);
  std::string out;
  for (const char c : text) {
    if (c != '\0' && c != kEscape) {
      out += c;
    } else {
      out += kEscape;
      out += c == '\0' ? kZero : kOne;
    }
  }
  return out;
}

std::string from_column(std::string_view column) {
  std::string out;
  for (std::size_t escape = column.find(kEscape); escape != std::string_view::npos;
       escape = column.find(kEscape)) {
    out += column.substr(0, escape);
    const bool whole = escape + 1 < column.size();
    out += whole && column[escape + 1] == kZero ? '\0' : kEscape;
    column.remove_prefix(escape + (whole ? 2 : 1));
  }
  return out.append(column);
}

}  // namespace vv::store::postgres
