#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "net/http/header_map.hpp"

namespace vv::net {

class EventLoop;

/// One POST to another server.
struct OutgoingPost {
  std::string url;  ///< http:// or https://
  HeaderMap headers;
  std::string body;
  Duration timeout = seconds(10);  ///< for all of it
  /// Which addresses (4 or 16 bytes) it may go to, asked of those that the name led to right before
  /// one is connected to (threat-model H21). Without it the URL is the operator's own word.
  std::function<bool(Bytes address)> allows{};
};

struct OutgoingAnswer {
  int status = 0;
  std::optional<Duration> retry_after{};  ///< as it asked, in seconds; a date is not read
};

/// Sends it over a connection of its own, and gives the answer's head. Redirects are answers like
/// others; the body of the answer is not read. TLS is checked against the system's authorities.
/// @return invalid for a URL that cannot be read; unavailable, with the reason, for the rest
[[nodiscard]] Task<Result<OutgoingAnswer>> post(EventLoop& loop, OutgoingPost request);

/// The head of an answer. @return unavailable when it is not HTTP
[[nodiscard]] Result<OutgoingAnswer> read_answer_head(std::string_view head);

/// The parts of such a URL; `target` begins with `/`.
struct PostUrl {
  bool secure = false;
  std::string host;
  std::string port;
  std::string target;
};
[[nodiscard]] Result<PostUrl> read_post_url(std::string_view url);

}  // namespace vv::net
