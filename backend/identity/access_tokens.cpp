#include "identity/access_tokens.hpp"

#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "base/encoding.hpp"
#include "base/format.hpp"
#include "base/private_file.hpp"
#include "identity/detail/signing_key.hpp"

namespace vv::identity {

namespace json = boost::json;

namespace {

struct Parts {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
};

/// Exactly three parts, counted before anything is allocated (H8).
std::optional<Parts> split(std::string_view token) {
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  if (token.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
               token.substr(second + 1)};
}

std::optional<json::object> object_of(std::string_view part) {
  const auto bytes = base64_decode(part);
  if (!bytes) return std::nullopt;
  boost::system::error_code error;
  json::value value = json::parse(as_text(*bytes), error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// Whole seconds below the year 33658, so that milliseconds fit.
std::optional<UnixMillis> date_of(const json::object& object, std::string_view name) {
  constexpr std::int64_t kLatest = 1'000'000'000'000;
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  const std::int64_t date = value->get_int64();
  if (date < 0 || date > kLatest) return std::nullopt;
  return UnixMillis{date * 1000};
}

std::string encode(const json::object& object) {
  return base64url_encode(as_bytes(json::serialize(object)));
}

}  // namespace

struct AccessTokens::State {
  detail::SigningKey key;
  Options options;
  std::string kid;
  std::string header;  // encoded
};

Result<std::unique_ptr<AccessTokens>> AccessTokens::create(Options options) {
  std::string pem;
  if (options.key_file.empty()) {
    VV_ASSIGN_OR_RETURN(pem, detail::SigningKey::make_pem());
  } else {
    VV_ASSIGN_OR_RETURN(pem,
                        read_or_make_private_file(options.key_file, detail::SigningKey::make_pem));
  }
  VV_ASSIGN_OR_RETURN(detail::SigningKey key, detail::SigningKey::from_pem(pem));
  // RFC 7638: the hash of the members in this order names the key.
  const std::string canonical =
      format(R"({{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}})", key.x(), key.y());
  std::string kid = base64url_encode(detail::sha256(canonical));
  std::string header = encode({{"alg", "ES256"}, {"typ", "JWT"}, {"kid", kid}});
  auto state = std::make_unique<State>(
      State{std::move(key), std::move(options), std::move(kid), std::move(header)});
  return std::unique_ptr<AccessTokens>(new AccessTokens(std::move(state)));
}

AccessTokens::AccessTokens(std::unique_ptr<State> state) : state_(std::move(state)) {}
AccessTokens::~AccessTokens() = default;

AccessTokens::Signed AccessTokens::sign(const Subject& subject, UnixMillis now) const {
  const std::int64_t issued = now.value / 1000;
  const std::int64_t expires = issued + kLifetime.as_millis() / 1000;
  const std::string text = state_->header + "." +
                           encode({{"iss", state_->options.issuer},
                                   {"aud", state_->options.audience},
                                   {"sub", subject.id},
                                   {"name", subject.name},
                                   {"email", subject.email},
                                   {"sid", subject.login},
                                   {"iat", issued},
                                   {"exp", expires}});
  return {text + "." + base64url_encode(as_bytes(state_->key.sign(text))),
          UnixMillis{expires * 1000}};
}

Result<AccessClaims> AccessTokens::verify(std::string_view token, UnixMillis now) const {
  if (token.size() > kMaxTokenBytes) return unauthenticated("the token is too long");
  const auto parts = split(token);
  if (!parts) return unauthenticated("the token has not three parts");
  const auto header = object_of(parts->header);
  if (!header || text_of(*header, "alg") != "ES256" || text_of(*header, "kid") != state_->kid) {
    return unauthenticated("the token is not signed by a key of ours");
  }
  for (const char* name : {"jku", "x5u", "x5c", "jwk", "crit"}) {
    if (header->contains(name)) return unauthenticated("the token's header asks for too much");
  }
  const auto signature = base64_decode(parts->signature);
  const std::string_view text = token.substr(0, parts->header.size() + 1 + parts->payload.size());
  if (!signature || !state_->key.verify(text, *signature)) {
    return unauthenticated("the token's signature is wrong");
  }
  const auto payload = object_of(parts->payload);
  if (!payload) return unauthenticated("the token's claims are no JSON object");
  const auto expires = date_of(*payload, "exp");
  if (!expires) return unauthenticated("the token has no expiry");
  if (now >= *expires + kLeeway) return unauthenticated("the token has expired");
  AccessClaims claims{.subject = text_of(*payload, "sub"),
                      .issuer = text_of(*payload, "iss"),
                      .name = text_of(*payload, "name"),
                      .email = text_of(*payload, "email"),
                      .login = text_of(*payload, "sid"),
                      .issued_at = date_of(*payload, "iat").value_or(UnixMillis{}),
                      .expires_at = *expires};
  if (claims.issuer != state_->options.issuer ||
      text_of(*payload, "aud") != state_->options.audience || claims.subject.empty()) {
    return unauthenticated("the token is not meant for this server");
  }
  if (claims.issued_at > now + kLeeway) return unauthenticated("the token is from the future");
  return claims;
}

std::string AccessTokens::jwks_json() const {
  return format(
      R"({{"keys":[{{"kty":"EC","crv":"P-256","x":"{}","y":"{}","use":"sig","alg":"ES256","kid":"{}"}}]}})",
      state_->key.x(), state_->key.y(), state_->kid);
}

const std::string& AccessTokens::issuer() const { return state_->options.issuer; }

}  // namespace vv::identity
