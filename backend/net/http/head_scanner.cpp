#include "net/http/head_scanner.hpp"

#include <algorithm>

#include "net/http/header_map.hpp"

namespace vv::net {
namespace {

constexpr bool is_token_char(char c) {
  constexpr std::string_view kSymbols = "!#$%&'*+-.^_`|~";  // RFC 9110 §5.6.2
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kSymbols.find(c) != std::string_view::npos;
}

constexpr bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7F;
}

/// `METHOD SP target SP HTTP/1.x`, with one space each and nothing unprintable.
bool is_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == 0 || first == last) return false;
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  return std::all_of(method.begin(), method.end(), is_token_char) && !target.empty() &&
         std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7F; }) &&
         (version == "HTTP/1.1" || version == "HTTP/1.0");
}

bool is_under_rtc(std::string_view bytes) {
  const std::size_t space = bytes.find(' ');
  if (space == std::string_view::npos) return false;
  std::string_view target = bytes.substr(space + 1);
  while (target.starts_with("//")) target.remove_prefix(1);
  return target.starts_with("/rtc?") || target.starts_with("/rtc/");
}

}  // namespace

bool HeadScanner::take_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view name = line.substr(0, colon);
  // A space before the colon or at the start of a line (folding) is no token character.
  if (!std::all_of(name.begin(), name.end(), is_token_char)) return false;
  const std::string_view value = line.substr(colon + 1);
  if (std::any_of(value.begin(), value.end(), is_control)) return false;
  if (equals_ignoring_case(name, "Host")) ++hosts_;
  if (equals_ignoring_case(name, "Content-Length")) ++lengths_;
  if (equals_ignoring_case(name, "Transfer-Encoding")) ++encodings_;
  return hosts_ <= 1 && lengths_ + encodings_ <= 1;
}

HeadScanner::Verdict HeadScanner::scan(std::string_view bytes) {
  while (true) {
    const std::size_t newline = bytes.find('\n', std::max(searched_, position_));
    searched_ = newline == std::string_view::npos ? bytes.size() : newline + 1;
    const std::size_t end = newline == std::string_view::npos ? bytes.size() : newline;
    if (headers_at_ == 0) {
      const std::string_view line = bytes.substr(0, end);
      if (line.size() > kMaxRequestLine &&
          (line.size() > kMaxRtcRequestLine || !is_under_rtc(line))) {
        return Verdict::LineTooLong;
      }
    } else if (end - headers_at_ > kMaxHeaders) {
      return Verdict::HeadersTooLarge;
    }
    if (newline == std::string_view::npos) return Verdict::NeedMore;

    std::string_view line = bytes.substr(position_, newline - position_);
    position_ = newline + 1;
    if (!line.ends_with('\r')) return Verdict::Malformed;
    line.remove_suffix(1);
    if (headers_at_ == 0) {
      // RFC 9112 §2.2 lets a server skip empty lines here. We do not: our clients send none, and it
      // is one more way for two readers to differ.
      if (!is_request_line(line)) return Verdict::Malformed;
      headers_at_ = position_;
    } else if (line.empty()) {
      return Verdict::Complete;
    } else if (!take_field(line)) {
      return Verdict::Malformed;
    }
  }
}

}  // namespace vv::net
