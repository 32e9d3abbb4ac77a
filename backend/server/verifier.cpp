#include "server/verifier.hpp"

#include "base/clock.hpp"
#include "identity/access_tokens.hpp"

namespace vv::server {

reactive::convex::TokenVerifier token_verifier(const identity::AccessTokens& tokens) {
  return [&tokens](std::string_view token) -> Result<reactive::VerifiedToken> {
    VV_ASSIGN_OR_RETURN(identity::AccessClaims claims, tokens.verify(token, wall_now()));
    using reactive::Value;
    Value described(Value::Object{{"email", Value(claims.email)},
                                  {"iss", Value(claims.issuer)},
                                  {"name", Value(claims.name)},
                                  {"sub", Value(claims.subject)}});
    return reactive::VerifiedToken{.identity = {.subject = std::move(claims.subject),
                                                .issuer = std::move(claims.issuer),
                                                .claims = std::move(described)},
                                   .expires_at = claims.expires_at};
  };
}

}  // namespace vv::server
