#pragma once

#include "base/config.hpp"
#include "shard/shards.hpp"

namespace vv::server {

/// The media ports as the configuration wants them.
[[nodiscard]] shard::ShardOptions rtc_options(const Config& config);

}  // namespace vv::server
