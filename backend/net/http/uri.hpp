#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vv::net {

/// The two halves of a request target (RFC 9112 §3.2.1, origin-form).
struct Target {
  std::string path;   ///< percent-decoded, leading slashes collapsed to one
  std::string query;  ///< as sent, without `?`
};

/// Nothing when the target is not origin-form, or its path holds a bad escape, a NUL, or a `.` or
/// `..` segment (browsers resolve those themselves; what still sends them looks for files).
[[nodiscard]] std::optional<Target> parse_target(std::string_view target);

/// `%41` → `A`; `+` → a space when `form`. Nothing on a bad escape.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool form = false);
[[nodiscard]] std::string percent_encode(std::string_view text);

/// The first parameter of that name in an undecoded query. A value that is badly escaped is absent.
[[nodiscard]] std::optional<std::string> query_param(std::string_view query, std::string_view name);

/// The value of one cookie in a `Cookie` header (RFC 6265 §5.4), quotes kept.
[[nodiscard]] std::optional<std::string_view> cookie_value(std::string_view header,
                                                           std::string_view name);

}  // namespace vv::net
