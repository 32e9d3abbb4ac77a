#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace vv {

/// What kind of refusal this is. The first seven are the codes people's clients may act on
/// (`ConvexError` data `code`); the rest never leave the process by name.
enum class ErrorCode : std::uint8_t {
  Unauthenticated,
  Forbidden,
  NotFound,
  Invalid,
  Conflict,
  RateLimited,
  Unavailable,
  Internal,  ///< our own fault; shown to outsiders as "Server Error" with a request id only
};

/// `unauthenticated`, `forbidden`, … as the contract spells them.
[[nodiscard]] constexpr std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::Unauthenticated:
      return "unauthenticated";
    case ErrorCode::Forbidden:
      return "forbidden";
    case ErrorCode::NotFound:
      return "not_found";
    case ErrorCode::Invalid:
      return "invalid";
    case ErrorCode::Conflict:
      return "conflict";
    case ErrorCode::RateLimited:
      return "rate_limited";
    case ErrorCode::Unavailable:
      return "unavailable";
    case ErrorCode::Internal:
      return "internal";
  }
  return "internal";
}

/// Why something was refused, in a sentence a person can act on.
struct [[nodiscard]] Error {
  ErrorCode code = ErrorCode::Internal;
  std::string message;
  std::string field;  ///< name of the offending argument, empty when none
  std::string
      extra;  ///< further data as a JSON object's members ("\"status\":\"accepted\""), or empty
};

[[nodiscard]] inline Error invalid(std::string message, std::string field = {}) {
  return {ErrorCode::Invalid, std::move(message), std::move(field), {}};
}
[[nodiscard]] inline Error not_found(std::string message) {
  return {ErrorCode::NotFound, std::move(message), {}, {}};
}
[[nodiscard]] inline Error forbidden(std::string message) {
  return {ErrorCode::Forbidden, std::move(message), {}, {}};
}
[[nodiscard]] inline Error unauthenticated(std::string message) {
  return {ErrorCode::Unauthenticated, std::move(message), {}, {}};
}
[[nodiscard]] inline Error conflict(std::string message) {
  return {ErrorCode::Conflict, std::move(message), {}, {}};
}
[[nodiscard]] inline Error rate_limited(std::string message) {
  return {ErrorCode::RateLimited, std::move(message), {}, {}};
}
[[nodiscard]] inline Error unavailable(std::string message) {
  return {ErrorCode::Unavailable, std::move(message), {}, {}};
}
[[nodiscard]] inline Error internal(std::string message) {
  return {ErrorCode::Internal, std::move(message), {}, {}};
}

}  // namespace vv
