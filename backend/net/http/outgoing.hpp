#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "net/http/header_map.hpp"

namespace vv::net {

class EventLoop;

/// One POST to a server of the operator's choosing.
struct OutgoingPost {
  std::string url;  ///< http:// or https://; its address is the operator's word and is not judged
  HeaderMap headers;
  std::string body;
  Duration timeout = seconds(10);  ///< for all of it
};

/// Sends it over a connection of its own, and gives the answer's status. Redirects are answers like
/// others; the body of the answer is not read. TLS is checked against the system's authorities.
/// @return invalid for a URL that cannot be read; unavailable, with the reason, for the rest
[[nodiscard]] Task<Result<int>> post(EventLoop& loop, OutgoingPost request);

/// The parts of such a URL; `target` begins with `/`.
struct PostUrl {
  bool secure = false;
  std::string host;
  std::string port;
  std::string target;
};
[[nodiscard]] Result<PostUrl> read_post_url(std::string_view url);

}  // namespace vv::net
