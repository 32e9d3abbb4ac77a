#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace vv::identity {

/// What an app token says.
struct AccessClaims {
  std::string subject;  ///< the user's id
  std::string issuer;
  std::string name;
  std::string email;
  std::string login;  ///< `sid`: the sign-in it was made for
  UnixMillis issued_at;
  UnixMillis expires_at;
};

/// Signs and checks app tokens: JWS, ES256 and nothing else (threat-model H8).
///
/// Owns:    the signing key, made at the first start and kept in the data directory, mode 0600.
/// Not its: room tokens (room_tokens.hpp), logins (accounts.hpp), which of them have ended
///          (ended_logins.hpp).
/// Bounds:  tokens of kMaxTokenBytes, lifetime kLifetime, leeway kLeeway.
class AccessTokens {
 public:
  static constexpr Duration kLifetime = minutes(15);
  static constexpr Duration kLeeway = seconds(60);
  static constexpr std::size_t kMaxTokenBytes = 8 * 1024;

  struct Options {
    std::string key_file;  ///< PEM; made when missing. Empty: a key of this process only
    std::string issuer;
    std::string audience = "visavis";
  };
  static Result<std::unique_ptr<AccessTokens>> create(Options options);
  ~AccessTokens();

  struct Subject {
    std::string id;
    std::string name;
    std::string email;
    std::string login{};
  };
  struct Signed {
    std::string token;
    UnixMillis expires_at;
  };
  /// Any thread.
  [[nodiscard]] Signed sign(const Subject& subject, UnixMillis now) const;
  /// Any thread. @return unauthenticated with the reason
  [[nodiscard]] Result<AccessClaims> verify(std::string_view token, UnixMillis now) const;
  /// `{"keys":[…]}` (RFC 7517).
  [[nodiscard]] std::string jwks_json() const;
  [[nodiscard]] const std::string& issuer() const;

 private:
  struct State;
  explicit AccessTokens(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vv::identity
