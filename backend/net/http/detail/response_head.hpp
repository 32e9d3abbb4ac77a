#pragma once

#include <string>

#include "base/time.hpp"
#include "net/http/message.hpp"

namespace vv::net::detail {

enum class KeepAlive : std::uint8_t { No, Yes };

/// Status line, headers and the empty line, with Content-Length, Date and Connection.
[[nodiscard]] std::string response_head(const HttpResponse& response, KeepAlive keep_alive,
                                        UnixMillis now);

}  // namespace vv::net::detail
