#include "identity/accounts.hpp"

#include <atomic>
#include <optional>
#include <utility>

#include "base/encoding.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "identity/access_tokens.hpp"
#include "identity/account_rules.hpp"
#include "identity/attempt_limits.hpp"
#include "identity/detail/hmac.hpp"
#include "identity/detail/signing_key.hpp"
#include "identity/password_hasher.hpp"
#include "identity/user.hpp"
#include "store/store.hpp"

namespace vv::identity {
namespace {

using Kind = AuthError::Kind;

AuthError invalid_field(std::string message, std::string field) {
  return {Kind::Invalid, std::move(message), std::move(field), {}};
}
AuthError too_many(Duration wait) {
  return {Kind::RateLimited, "too many attempts, try again later", {}, wait};
}
AuthError bad_login() {
  // One sentence for both, so that it does not tell which accounts exist.
  return {Kind::Unauthenticated, "wrong e-mail or password", {}, {}};
}
AuthError wrong_password() { return invalid_field("this is not your password", "password"); }
AuthError signed_out() { return {Kind::Unauthenticated, "not signed in", {}, {}}; }
AuthError from_store(const Error& error) {
  log::warn("an account could not be read or written", {{"reason", error.message}});
  return {Kind::Unavailable, "try again in a moment", {}, seconds(1)};
}

constexpr std::size_t kMaxPassword = 1024;  // bytes

std::string hash_of(std::string_view secret) { return hex_encode(detail::sha256(secret)); }

/// `<login id>.<secret>`, as the cookie holds it.
struct RefreshSecret {
  Id<Login> login;
  std::string secret;
};
std::optional<RefreshSecret> parse_refresh_secret(std::string_view cookie) {
  constexpr std::size_t kMaxCookie = 256;  // bytes
  const std::size_t dot = cookie.find('.');
  if (dot == std::string_view::npos || cookie.size() > kMaxCookie) return std::nullopt;
  return RefreshSecret{Id<Login>(std::string(cookie.substr(0, dot))),
                       std::string(cookie.substr(dot + 1))};
}

/// Its tokens are refused from here on, by the next process too.
Status end_login(store::Writer& db, const Id<Login>& login) {
  EndedLogin ended;
  ended.login = login.str();
  VV_TRY(db.insert(ended));
  return db.remove(login);
}

bool same(const std::string& a, const std::string& b) {
  return constant_time_equal(as_bytes(a), as_bytes(b));
}

}  // namespace

struct Accounts::State : std::enable_shared_from_this<Accounts::State> {
  State(store::Store& s, const AccessTokens& t, PasswordHasher& h, Random& r, Options o)
      : store(s), tokens(t), hasher(h), random(r), options(std::move(o)) {}

  store::Store& store;
  const AccessTokens& tokens;
  PasswordHasher& hasher;
  Random& random;
  Options options;
  AttemptLimits limits;

  std::string new_secret() {
    std::array<std::uint8_t, 32> bytes{};  // 256 bits
    random.fill(bytes);
    return base64url_encode(bytes);
  }

  /// What `spent` is renewed to: the same whenever it is asked, and nobody else can tell it.
  [[nodiscard]] std::string secret_after(const RefreshSecret& spent) const {
    return base64url_encode(
        detail::hmac_sha256(options.refresh_key.reveal(), spent.login.str() + "." + spent.secret));
  }

  static Login new_login(const Id<User>& user, std::string_view secret, UnixMillis now) {
    return {.id = {},
            .user_id = user,
            .secret_hash = hash_of(secret),
            .previous_secret_hash = {},
            .rotated_at = now,
            .expires_at = now + kLoginLifetime};
  }

  LoginResult result_for(const User& user, const Id<Login>& login, UnixMillis now) const {
    auto made = tokens.sign(
        {.id = user.id.str(), .name = user.name, .email = user.email, .login = login.str()}, now);
    return {.user = {user.id.str(), user.name, user.email},
            .access_token = std::move(made.token),
            .expires_at = made.expires_at,
            .refresh_secret = {},
            .refresh_expires_at = {}};
  }

  void sign_up(User user, std::string password, UnixMillis now, Done done);
  void log_in(std::string email, std::string password, UnixMillis now, Done done);
  void open_login(User user, UnixMillis now, Done done);
  void refresh(RefreshSecret presented, UnixMillis now, Done done);
  void erase(const RefreshSecret& presented, const std::string& password, UnixMillis now,
             const std::function<void(std::optional<AuthError>)>& done);
  void ended(const Id<Login>& login) const {
    if (options.on_login_ended) options.on_login_ended(login.str());
  }
};

Accounts::Accounts(store::Store& store, const AccessTokens& tokens, PasswordHasher& hasher,
                   Random& random, Options options)
    : state_(std::make_shared<State>(store, tokens, hasher, random, std::move(options))) {}
Accounts::~Accounts() = default;

void Accounts::signup(SignupRequest request, std::string address_block, UnixMillis now, Done done) {
  auto email = normalize_email(request.email);
  if (!email) return done(invalid_field("this is not an e-mail address", "email"));
  auto name = normalize_name(request.name);
  if (!name) return done(invalid_field("the name needs 1 to 120 characters", "name"));
  auto locale = normalize_locale(request.locale);
  if (!locale) return done(invalid_field("the locale is `fr` or `en`", "locale"));
  if (const auto why = refuse_password(request.password)) {
    return done(invalid_field(std::string(*why), "password"));
  }
  if (!state_->options.lift_rates) {
    const Duration wait = state_->limits.before_signup(*email, address_block, now);
    if (wait > Duration()) return done(too_many(wait));
  }
  User user{.id = {},
            .email = *std::move(email),
            .name = *std::move(name),
            .locale = *std::move(locale),
            .avatar_storage_id = {},
            .password_hash = {}};
  const bool taken = state_->hasher.try_post([state = state_, user = std::move(user),
                                              password = std::move(request.password), now,
                                              done] { state->sign_up(user, password, now, done); });
  if (!taken) done(too_many(seconds(2)));
}

void Accounts::State::sign_up(User user, std::string password, UnixMillis now, Done done) {
  user.password_hash = PasswordHasher::hash(password);
  struct Attempt {
    User user;
    bool email_taken = false;
    Id<Login> login;
  };
  auto attempt = std::make_shared<Attempt>();  // owners: the body and its `done`
  const std::string secret = new_secret();
  store.write(
      [attempt, user, secret, now](store::Writer& db) -> Status {
        attempt->user = user;
        VV_ASSIGN_OR_RETURN(const std::optional<User> other,
                            db.query<User>("by_email").eq(user.email).unique());
        attempt->email_taken = other.has_value();
        if (other) return conflict("the e-mail is taken");
        VV_ASSIGN_OR_RETURN(attempt->user.id, db.insert(user));
        VV_ASSIGN_OR_RETURN(attempt->login, db.insert(new_login(attempt->user.id, secret, now)));
        return {};
      },
      [self = shared_from_this(), attempt, secret, now, done](Result<store::Commit> commit) {
        if (attempt->email_taken) {
          return done(
              AuthError{Kind::EmailTaken, "there is an account with this e-mail", "email", {}});
        }
        if (!commit) return done(from_store(commit.error()));
        LoginResult result = self->result_for(attempt->user, attempt->login, now);
        result.refresh_secret = attempt->login.str() + "." + secret;
        result.refresh_expires_at = now + kLoginLifetime;
        done(std::move(result));
      });
}

void Accounts::login(LoginRequest request, std::string address_block, UnixMillis now, Done done) {
  const auto email = normalize_email(request.email);
  if (!email) return done(invalid_field("this is not an e-mail address", "email"));
  if (request.password.empty() || request.password.size() > kMaxPassword) {
    return done(invalid_field("the password is missing or too long", "password"));
  }
  if (!state_->options.lift_rates) {
    const Duration wait = state_->limits.before_login(*email, address_block, now);
    if (wait > Duration()) return done(too_many(wait));
  }
  const bool taken = state_->hasher.try_post([state = state_, email = *email,
                                              password = std::move(request.password), now,
                                              done] { state->log_in(email, password, now, done); });
  if (!taken) done(too_many(seconds(2)));
}

void Accounts::State::log_in(std::string email, std::string password, UnixMillis now, Done done) {
  std::optional<User> user;
  const Status read = store.read([&](store::Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(user, db.query<User>("by_email").eq(email).unique());
    return {};
  });
  if (!read) return done(from_store(read.error()));
  // H13: an unknown e-mail costs the same hash.
  const bool right = PasswordHasher::verify(user ? user->password_hash : hasher.decoy(), password);
  if (!user || !right) {
    limits.login_failed(email, now);
    return done(bad_login());
  }
  limits.login_succeeded(email);
  open_login(*std::move(user), now, std::move(done));
}

void Accounts::State::open_login(User user, UnixMillis now, Done done) {
  auto opened = std::make_shared<Id<Login>>();  // owners: the body and its `done`
  const std::string secret = new_secret();
  const Id<User> id = user.id;
  store.write(
      [opened, id, secret, now](store::Writer& db) -> Status {
        // What expired goes when the same person comes back; the rest waits for the purge job.
        VV_ASSIGN_OR_RETURN(const std::vector<Login> logins,
                            db.query<Login>("by_user").eq(id).take(100));
        for (const Login& login : logins) {
          if (login.expires_at < now) VV_TRY(db.remove(login.id));
        }
        VV_ASSIGN_OR_RETURN(*opened, db.insert(new_login(id, secret, now)));
        return {};
      },
      [self = shared_from_this(), opened, secret, user = std::move(user), now,
       done](Result<store::Commit> commit) {
        if (!commit) return done(from_store(commit.error()));
        LoginResult result = self->result_for(user, *opened, now);
        result.refresh_secret = opened->str() + "." + secret;
        result.refresh_expires_at = now + kLoginLifetime;
        done(std::move(result));
      });
}

void Accounts::refresh(std::string refresh_secret, UnixMillis now, Done done) {
  auto presented = parse_refresh_secret(refresh_secret);
  if (!presented) return done(signed_out());
  state_->refresh(*std::move(presented), now, std::move(done));
}

void Accounts::State::refresh(RefreshSecret presented, UnixMillis now, Done done) {
  struct Outcome {
    std::optional<User> user;
    std::string cookie;
    bool reused = false;
  };
  auto outcome = std::make_shared<Outcome>();  // owners: the body and its `done`
  const std::string next = secret_after(presented);
  store.write(
      [outcome, presented, next, now](store::Writer& db) -> Status {
        *outcome = {};
        db.use_reserve();  // who is signed in stays so
        VV_ASSIGN_OR_RETURN(std::optional<Login> login, db.find(presented.login));
        if (!login) return {};
        VV_ASSIGN_OR_RETURN(std::optional<User> user, db.find(login->user_id));
        if (!user || login->expires_at < now) return db.remove(login->id);
        const std::string hash = hash_of(presented.secret);
        if (same(hash, login->secret_hash)) {
          login->previous_secret_hash = login->secret_hash;
          login->secret_hash = hash_of(next);
          login->rotated_at = now;
          login->expires_at = now + kLoginLifetime;
          VV_TRY(db.replace(*login));
        } else if (!login->previous_secret_hash || !same(hash, *login->previous_secret_hash) ||
                   now - login->rotated_at > kReuseGrace) {
          // H15: somebody holds a copy. Whoever it is, this login is over.
          outcome->reused = true;
          return end_login(db, login->id);
        }
        outcome->cookie = login->id.str() + "." + next;
        outcome->user = std::move(user);
        return {};
      },
      [self = shared_from_this(), outcome, login = presented.login, now,
       done](Result<store::Commit> commit) {
        if (!commit) return done(from_store(commit.error()));
        if (outcome->reused) {
          log::warn("a spent refresh cookie came back, its login was ended");
          self->ended(login);
        }
        if (!outcome->user) return done(signed_out());
        LoginResult result = self->result_for(*outcome->user, login, now);
        result.refresh_secret = outcome->cookie;
        result.refresh_expires_at = now + kLoginLifetime;
        done(std::move(result));
      });
}

void Accounts::logout(std::string refresh_secret, std::function<void()> done) {
  auto presented = parse_refresh_secret(refresh_secret);
  if (!presented) return done();
  auto known = std::make_shared<bool>(false);  // owners: the body and its `done`
  state_->store.write(
      [known, presented = *presented](store::Writer& db) -> Status {
        *known = false;
        db.use_reserve();
        VV_ASSIGN_OR_RETURN(const std::optional<Login> login, db.find(presented.login));
        if (!login) return {};
        const std::string hash = hash_of(presented.secret);
        *known = same(hash, login->secret_hash) ||
                 (login->previous_secret_hash && same(hash, *login->previous_secret_hash));
        return *known ? end_login(db, login->id) : Status{};
      },
      [state = state_, known, login = presented->login, done](const Result<store::Commit>& commit) {
        if (commit && *known) state->ended(login);
        done();
      });
}

void Accounts::erase(std::string refresh_secret, std::string password, UnixMillis now,
                     std::function<void(std::optional<AuthError>)> done) {
  auto presented = parse_refresh_secret(refresh_secret);
  if (!presented) return done(signed_out());
  if (password.empty() || password.size() > kMaxPassword) return done(wrong_password());
  const bool taken = state_->hasher.try_post(
      [state = state_, presented = *std::move(presented), password = std::move(password), now,
       done] { state->erase(presented, password, now, done); });
  if (!taken) done(too_many(seconds(2)));
}

void Accounts::State::erase(const RefreshSecret& presented, const std::string& password,
                            UnixMillis now,
                            const std::function<void(std::optional<AuthError>)>& done) {
  std::optional<User> user;
  const Status read = store.read([&](store::Reader& db) -> Status {
    VV_ASSIGN_OR_RETURN(const std::optional<Login> login, db.find(presented.login));
    // A second tab may have renewed the cookie this moment.
    const std::string hash = hash_of(presented.secret);
    const bool known = login && login->expires_at >= now &&
                       (same(hash, login->secret_hash) ||
                        (login->previous_secret_hash && same(hash, *login->previous_secret_hash)));
    if (!known) return {};
    VV_ASSIGN_OR_RETURN(user, db.find(login->user_id));
    return {};
  });
  if (!read) return done(from_store(read.error()));
  if (!user) return done(signed_out());
  if (!options.lift_rates) {
    const Duration wait = limits.before_login(user->email, {}, now);
    if (wait > Duration()) return done(too_many(wait));
  }
  if (!PasswordHasher::verify(user->password_hash, password)) {
    limits.login_failed(user->email, now);
    return done(wrong_password());
  }
  struct Outcome {
    std::vector<Id<Login>> logins;
    std::function<void()> after;
  };
  auto outcome = std::make_shared<Outcome>();  // owners: the body and its `done`
  store.write(
      [self = shared_from_this(), outcome, id = user->id, now](store::Writer& db) -> Status {
        *outcome = {};
        VV_ASSIGN_OR_RETURN(User left, db.get(id));
        if (self->options.erase_person) {
          VV_ASSIGN_OR_RETURN(outcome->after, self->options.erase_person(db, id, now));
        }
        VV_ASSIGN_OR_RETURN(const std::vector<Login> logins,
                            db.query<Login>("by_user").eq(id).collect());
        for (const Login& login : logins) {
          VV_TRY(end_login(db, login.id));
          outcome->logins.push_back(login.id);
        }
        left.email = "erased-" + id.str() + "@invalid";  // a domain that never is (RFC 2606)
        left.name = std::string(kErasedName);
        left.avatar_storage_id.reset();
        left.password_hash.clear();
        return db.replace(left);
      },
      [self = shared_from_this(), outcome, done](const Result<store::Commit>& commit) {
        if (!commit) return done(from_store(commit.error()));
        for (const Id<Login>& login : outcome->logins) self->ended(login);
        if (outcome->after) outcome->after();
        done(std::nullopt);
      });
}

}  // namespace vv::identity
