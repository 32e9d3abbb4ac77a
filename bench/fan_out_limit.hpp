#pragma once

#include <cstddef>

#include "base/time.hpp"

namespace vv::bench {

/// The limit of a fan-out: `rounds` times a frame of `bytes` to each of `sockets` loopback
/// connections, which another thread reads. @return CPU of the sending thread
Duration fan_out_limit(std::size_t sockets, std::size_t bytes, int rounds);

}  // namespace vv::bench
