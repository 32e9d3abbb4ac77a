#pragma once

#include <string>

#include "base/secret.hpp"
#include "base/time.hpp"

namespace vv::identity {

/// A name and password that an external TURN server accepts until a time: the shared-secret scheme
/// of coturn's `use-auth-secret` (draft-uberti-behave-turn-rest-00).
struct TurnCredentials {
  std::string username;  ///< `expiry:user`, seconds since the epoch
  std::string password;  ///< base64 of HMAC-SHA1
};
[[nodiscard]] TurnCredentials turn_credentials(const Secret& secret, const std::string& user,
                                               UnixMillis expires);

}  // namespace vv::identity
