#pragma once

#include <string>

#include "base/time.hpp"
#include "reactive/value.hpp"

namespace vv::reactive {

/// Who calls, as a verified token says. Queries, mutations and actions see nothing else of it.
struct Identity {
  std::string subject;  ///< the user's id
  std::string issuer;
  Value claims;  ///< object: every claim but `exp`, `iat`, `nbf`, `jti` and `sid`
  /// Which sign-in it is, `sid`; may be empty. No query may depend on it: results are shared
  /// without.
  std::string login{};
};

/// Equal for tokens that no function can tell apart, so that a refreshed token re-runs nothing.
[[nodiscard]] std::string fingerprint_of(const Identity& identity);

struct VerifiedToken {
  Identity identity;
  UnixMillis expires_at;
};

}  // namespace vv::reactive
