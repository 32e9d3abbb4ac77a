#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace vv::net {

/// What the first bytes of a connection say that it is, where HTTP and RTC over TCP share a port.
/// A TLS hello begins with 0x16 and a request with a letter; a frame of RFC 4571 begins with its
/// length, of which the first byte is 5 at most, and the first one holds a binding request
/// (RFC 8489 §5), since ICE checks a path before it uses it (RFC 6544 §7).
struct Opening {
  enum class Kind : std::uint8_t {
    Unknown,  ///< ask again with `size` bytes
    Web,      ///< TLS, HTTP, or what their parsers refuse
    Check,    ///< the first `size` bytes are a framed check
  };
  Kind kind;
  std::size_t size = 0;
};

/// Bytes after which `read_opening` is never Unknown: a frame of the longest packet.
constexpr std::size_t kMaxOpening = 2 + 1500;

/// @param first  what has come so far. Grows from one call to the next; no answer depends on how
[[nodiscard]] Opening read_opening(Bytes first) noexcept;

}  // namespace vv::net
