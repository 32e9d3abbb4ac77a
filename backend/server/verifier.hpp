#pragma once

#include "reactive/convex/connection.hpp"

namespace vv::identity {
class AccessTokens;
class EndedLogins;
}  // namespace vv::identity

namespace vv::server {

/// Lets the Convex protocol check app tokens. Both outlive what is returned.
[[nodiscard]] reactive::convex::TokenVerifier token_verifier(const identity::AccessTokens& tokens,
                                                             const identity::EndedLogins& ended);

}  // namespace vv::server
