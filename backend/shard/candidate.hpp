#pragma once

#include <cstdint>

#include "rtc/transport_address.hpp"

namespace vv::shard {

/// One address that a shard listens on, as it is told to the other side: a host candidate of
/// component 1. TCP ones are passive (RFC 6544).
struct Candidate {
  rtc::TransportAddress address;
  std::uint32_t priority = 0;    ///< RFC 8445 §5.1.2.1
  std::uint16_t foundation = 0;  ///< the same for candidates of one base address and protocol
};

}  // namespace vv::shard
