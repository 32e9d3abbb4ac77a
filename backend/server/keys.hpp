#pragma once

#include <vector>

#include "base/config.hpp"
#include "identity/room_tokens.hpp"

namespace vv::server {

/// The API keys of the configuration, and with --dev the key `devkey` (contract section 1).
[[nodiscard]] std::vector<identity::RoomTokens::ApiKey> api_keys(const Config& config);

/// A secret of the data directory, made at the first start, mode 0600.
[[nodiscard]] Result<Secret> own_secret(const Config& config, std::string_view name);

}  // namespace vv::server
