#pragma once

#include "reactive/convex/connection.hpp"

namespace vv::identity {
class AccessTokens;
}

namespace vv::server {

/// Lets the Convex protocol check app tokens. `tokens` outlives what is returned.
[[nodiscard]] reactive::convex::TokenVerifier token_verifier(const identity::AccessTokens& tokens);

}  // namespace vv::server
