#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.hpp"
#include "base/time.hpp"
#include "store/schema.hpp"

namespace vv::store {
class Writer;
}

namespace vv::identity {

/// A person's account; table `users`.
struct User {
  Id<User> id;
  double creation_time = 0;  ///< milliseconds since the Unix epoch
  std::string email;         ///< trimmed, lower case; unique
  std::string name;          ///< 1 to 120 characters
  std::string locale;        ///< `fr` or `en`
  std::optional<std::string> avatar_storage_id;
  std::string password_hash;  ///< argon2id in libsodium's text form
};
BOOST_DESCRIBE_STRUCT(User, (),
                      (id, creation_time, email, name, locale, avatar_storage_id, password_hash))

/// What stands for a person who is gone, in the history of those they dealt with.
constexpr std::string_view kErasedName = "Compte supprimé";

/// One browser that stays signed in; table `logins`. The cookie names it and holds a secret of
/// which only the hash is here (threat-model H15).
struct Login {
  Id<Login> id;
  double creation_time = 0;
  Id<User> user_id;
  std::string secret_hash;                          ///< SHA-256, hex
  std::optional<std::string> previous_secret_hash;  ///< good for 30 s more, for a second tab
  UnixMillis rotated_at;
  UnixMillis expires_at;
};
BOOST_DESCRIBE_STRUCT(Login, (),
                      (id, creation_time, user_id, secret_hash, previous_secret_hash, rotated_at,
                       expires_at))

/// A login that was ended while tokens made for it may still be good, written as it ends; table
/// `endedLogins` (ended_logins.hpp). Its `creation_time` is when.
struct EndedLogin {
  Id<EndedLogin> id;
  double creation_time = 0;
  std::string login;
};
BOOST_DESCRIBE_STRUCT(EndedLogin, (), (id, creation_time, login))

/// Longer than any token made for a login lives, by a clock that is a day wrong.
constexpr Duration kEndedLoginAge = days(2);

/// Indexes: users `by_email` (unique); logins `by_user`, `by_expiry`.
void declare_schema(store::Schema& schema);

/// Removes up to `limit` logins that expired before `before`. @return how many
[[nodiscard]] Result<std::size_t> purge_logins(store::Writer& db, UnixMillis before,
                                               std::size_t limit);
/// The same of what was ended before `before`.
[[nodiscard]] Result<std::size_t> purge_ended_logins(store::Writer& db, UnixMillis before,
                                                     std::size_t limit);

}  // namespace vv::identity
