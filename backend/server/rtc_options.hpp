#pragma once

#include "base/config.hpp"
#include "shard/shards.hpp"

namespace vv::server {

/// The media ports as the configuration wants them.
[[nodiscard]] shard::ShardOptions rtc_options(const Config& config);

/// Whether the port of HTTP takes media over TCP. A proxy before it would not pass that on.
[[nodiscard]] bool takes_rtc_over_http(const Config& config);
/// The port of `public_url`; 0 when there is none.
[[nodiscard]] std::uint16_t public_port(const Config& config);

}  // namespace vv::server
