#include "server/verifier.hpp"

#include "base/clock.hpp"
#include "identity/access_tokens.hpp"
#include "identity/ended_logins.hpp"

namespace vv::server {

reactive::convex::TokenVerifier token_verifier(const identity::AccessTokens& tokens,
                                               const identity::EndedLogins& ended) {
  return [&tokens, &ended](std::string_view token) -> Result<reactive::VerifiedToken> {
    VV_ASSIGN_OR_RETURN(identity::AccessClaims claims, tokens.verify(token, wall_now()));
    if (ended.contains(claims.login)) return unauthenticated("signed out");
    using reactive::Value;
    Value described(Value::Object{{"email", Value(claims.email)},
                                  {"iss", Value(claims.issuer)},
                                  {"name", Value(claims.name)},
                                  {"sub", Value(claims.subject)}});
    return reactive::VerifiedToken{.identity = {.subject = std::move(claims.subject),
                                                .issuer = std::move(claims.issuer),
                                                .claims = std::move(described),
                                                .login = std::move(claims.login)},
                                   .expires_at = claims.expires_at};
  };
}

}  // namespace vv::server
