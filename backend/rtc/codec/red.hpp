#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace vv::rtc::codec {

/// One payload of redundant audio (RFC 2198): the newest frame and copies of earlier ones.
struct Red {
  Bytes primary;                  ///< the newest frame, borrowed from the payload
  std::uint8_t payload_type = 0;  ///< of the newest frame
  std::uint8_t blocks = 0;        ///< copies before it
  bool is_of_one_type = true;     ///< every block has the newest one's payload type
};

/// More blocks than this, and the payload is taken for broken: browsers send one or two.
inline constexpr std::uint8_t kMaxRedBlocks = 8;

/// Nothing when the payload is empty, cut short, or has too many blocks.
[[nodiscard]] std::optional<Red> parse_red(Bytes payload) noexcept;

}  // namespace vv::rtc::codec
