#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"

namespace vv {
class Random;
}
namespace vv::store {
class Store;
class Writer;
}  // namespace vv::store

namespace vv::identity {

class AccessTokens;
class PasswordHasher;
struct User;

/// What a person is told about themselves on signing in.
struct LoginResult {
  struct {
    std::string id;
    std::string name;
    std::string email;
  } user;
  std::string access_token;
  UnixMillis expires_at;
  std::string refresh_secret;  ///< the cookie's value
  UnixMillis refresh_expires_at;
};

/// A refusal as `/api/auth` words it: 400 with a field, 401, 409 `email_taken`, 429 with a delay.
struct AuthError {
  enum class Kind : std::uint8_t { Invalid, Unauthenticated, EmailTaken, RateLimited, Unavailable };
  Kind kind = Kind::Invalid;
  std::string message;
  std::string field;
  Duration retry_after = {};
};
using AuthResult = Result<LoginResult, AuthError>;

/// Signing up, in, out, and staying signed in.
///
/// Owns:    tables `users`, `logins` and `endedLogins`, the limits on attempts.
/// Not its: HTTP and cookies' attributes (server), hashing (PasswordHasher), app tokens' form.
/// Bounds:  threat-model H13 to H15. Callbacks come once, on a thread of the pool or the writer;
///          whoever lives on a loop posts them back.
class Accounts {
 public:
  static constexpr Duration kLoginLifetime = days(30);
  static constexpr Duration kReuseGrace = seconds(30);

  struct Options {
    bool lift_rates = false;  ///< --dev
    /// A login was ended by its person or by a stolen cookie; on the writer's thread, before
    /// `done`.
    std::function<void(std::string login)> on_login_ended{};
    Secret refresh_key = {};  ///< of this server alone; renewed cookies are made with it
    /// Takes everything else of a person away, inside the transaction that erases the account.
    /// @return what is to be done once that is durable, on the writer's thread
    std::function<Result<std::function<void()>>(store::Writer& db, const Id<User>& person,
                                                UnixMillis now)>
        erase_person{};
  };
  Accounts(store::Store& store, const AccessTokens& tokens, PasswordHasher& hasher, Random& random,
           Options options);
  ~Accounts();

  struct SignupRequest {
    std::string email;
    std::string password;
    std::string name;
    std::string locale;
  };
  struct LoginRequest {
    std::string email;
    std::string password;
  };
  using Done = std::function<void(AuthResult)>;

  // `address_block` is Endpoint::block(), or empty for loopback, which is never limited by address.
  // Called on one thread (the front loop).
  void signup(SignupRequest request, std::string address_block, UnixMillis now, Done done);
  void login(LoginRequest request, std::string address_block, UnixMillis now, Done done);
  /// Spends the cookie for a new one and a fresh token. Within `kReuseGrace` the spent one gives
  /// the same new one again, to a second tab or to whom the first answer never reached (a page that
  /// was left while it asked); later it ends that login.
  void refresh(std::string refresh_secret, UnixMillis now, Done done);
  void logout(std::string refresh_secret, std::function<void()> done);
  /// Erases the account of whoever holds this cookie and knows its password: what is left is a row
  /// without a name, an address or a way in, to which the other party's history points. All its
  /// logins end. Refused with the field `password` when that is wrong.
  void erase(std::string refresh_secret, std::string password, UnixMillis now,
             std::function<void(std::optional<AuthError>)> done);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with jobs on the pool and the writer
};

}  // namespace vv::identity
