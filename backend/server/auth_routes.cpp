#include "server/auth_routes.hpp"

#include <boost/json.hpp>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/format.hpp"
#include "identity/access_tokens.hpp"
#include "identity/accounts.hpp"
#include "net/gate.hpp"
#include "net/http/router.hpp"

namespace vv::server {
namespace {

namespace json = boost::json;
using identity::AuthError;
using identity::AuthResult;
using net::HttpRequest;
using net::HttpResponse;

constexpr std::string_view kCookie = "visavis_refresh";
constexpr std::size_t kMaxBody = 16 * 1024;  // bytes; passwords are shorter than 1 KiB
constexpr Duration kPatience = seconds(20);  // behind 32 waiting hashes

HttpResponse refusal(int status, std::string_view code, std::string_view message,
                     std::string_view field = {}) {
  json::object error{{"code", code}, {"message", message}};
  if (!field.empty()) error["field"] = field;
  return HttpResponse::json(status, json::serialize(json::object{{"error", std::move(error)}}));
}

HttpResponse refusal(const AuthError& error) {
  switch (error.kind) {
    case AuthError::Kind::Invalid:
      return refusal(400, "invalid", error.message, error.field);
    case AuthError::Kind::Unauthenticated:
      return refusal(401, "unauthenticated", error.message);
    case AuthError::Kind::EmailTaken:
      return refusal(409, "email_taken", error.message, error.field);
    case AuthError::Kind::RateLimited:
    case AuthError::Kind::Unavailable:
      break;
  }
  const bool limited = error.kind == AuthError::Kind::RateLimited;
  HttpResponse response =
      refusal(limited ? 429 : 503, limited ? "rate_limited" : "unavailable", error.message);
  const std::int64_t wait = (error.retry_after.as_millis() + 999) / 1000;
  response.headers.set("Retry-After", std::to_string(std::max<std::int64_t>(wait, 1)));
  return response;
}

/// H15. Plain HTTP on loopback has no TLS to insist on.
std::string cookie(const HttpRequest& request, std::string_view value, Duration lifetime) {
  const bool plain_loopback = !request.secure && request.remote.is_loopback();
  return format("{}={}; Path=/api/auth; Max-Age={}; HttpOnly; SameSite=Strict{}", kCookie, value,
                lifetime.as_millis() / 1000, plain_loopback ? "" : "; Secure");
}

bool is_json(const HttpRequest& request) {
  const auto type = request.headers.get("Content-Type");
  return type && net::equals_ignoring_case(type->substr(0, type->find(';')), "application/json");
}

/// H3: what a hostile page could make a browser send. Cookies count only with our own Origin.
enum class OriginNeed : std::uint8_t { IfPresent, Always };
std::optional<HttpResponse> refuse_stranger(const net::Router& router, const HttpRequest& request,
                                            OriginNeed need) {
  const bool named = request.headers.has("Origin");
  if ((named || need == OriginNeed::Always) && !router.origins().is_same_origin(request)) {
    return refusal(403, "forbidden", "the request needs the Origin of this site");
  }
  if (!is_json(request)) return refusal(400, "invalid", "the Content-Type is application/json");
  return std::nullopt;
}

std::optional<json::object> parse_body(const HttpRequest& request) {
  boost::system::error_code error;
  json::value value = json::parse(request.body, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

/// The text member `name`; empty when absent, nothing when it is no text.
std::optional<std::string> member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || value->is_null()) return std::string();
  if (!value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::string address_block(const HttpRequest& request) {
  return request.is_local() ? std::string() : request.remote.block();
}

HttpResponse signed_in(const HttpRequest& request, const identity::LoginResult& result,
                       bool with_user, UnixMillis now) {
  json::object body{{"token", result.access_token}, {"expiresAt", result.expires_at.value}};
  if (with_user) {
    body["user"] = json::object{
        {"id", result.user.id}, {"name", result.user.name}, {"email", result.user.email}};
  }
  HttpResponse response = HttpResponse::json(200, json::serialize(body));
  response.headers.set("Cache-Control", "no-store");
  if (!result.refresh_secret.empty()) {
    response.headers.set("Set-Cookie",
                         cookie(request, result.refresh_secret, result.refresh_expires_at - now));
  }
  return response;
}

Task<HttpResponse> signup(AuthPorts ports, HttpRequest request) {
  const auto body = parse_body(request);
  if (!body) co_return refusal(400, "invalid", "the body is no JSON object");
  identity::Accounts::SignupRequest asked;
  for (const auto& [name, field] :
       {std::pair{"email", &asked.email}, std::pair{"password", &asked.password},
        std::pair{"name", &asked.name}, std::pair{"locale", &asked.locale}}) {
    auto text = member(*body, name);
    if (!text) co_return refusal(400, "invalid", "this must be text", name);
    *field = *std::move(text);
  }
  const UnixMillis now = wall_now();
  const auto result =
      co_await net::await_callback<AuthResult>(ports.loop, kPatience, [&](auto done) {
        ports.accounts.signup(asked, address_block(request), now, std::move(done));
      });
  if (!result) co_return refusal(503, "unavailable", "try again in a moment");
  if (!*result) co_return refusal(result->error());
  co_return signed_in(request, **result, true, now);
}

Task<HttpResponse> login(AuthPorts ports, HttpRequest request) {
  const auto body = parse_body(request);
  if (!body) co_return refusal(400, "invalid", "the body is no JSON object");
  const auto email = member(*body, "email");
  const auto password = member(*body, "password");
  if (!email) co_return refusal(400, "invalid", "this must be text", "email");
  if (!password) co_return refusal(400, "invalid", "this must be text", "password");
  const UnixMillis now = wall_now();
  const auto result =
      co_await net::await_callback<AuthResult>(ports.loop, kPatience, [&](auto done) {
        ports.accounts.login({.email = *email, .password = *password}, address_block(request), now,
                             std::move(done));
      });
  if (!result) co_return refusal(503, "unavailable", "try again in a moment");
  if (!*result) co_return refusal(result->error());
  co_return signed_in(request, **result, true, now);
}

Task<HttpResponse> refresh(AuthPorts ports, HttpRequest request) {
  const UnixMillis now = wall_now();
  const std::string secret = request.cookie(kCookie).value_or("");
  const auto result = co_await net::await_callback<AuthResult>(
      ports.loop, kPatience,
      [&](auto done) { ports.accounts.refresh(secret, now, std::move(done)); });
  if (!result) co_return refusal(503, "unavailable", "try again in a moment");
  if (*result) co_return signed_in(request, **result, false, now);
  HttpResponse response = refusal(result->error());
  if (response.status == 401 && !secret.empty()) {
    response.headers.set("Set-Cookie", cookie(request, "", {}));
  }
  co_return response;
}

Task<HttpResponse> logout(AuthPorts ports, HttpRequest request) {
  const std::string secret = request.cookie(kCookie).value_or("");
  const auto done = co_await net::await_callback<bool>(ports.loop, kPatience, [&](auto tell) {
    ports.accounts.logout(secret, [tell] { tell(true); });
  });
  if (!done) co_return refusal(503, "unavailable", "try again in a moment");
  HttpResponse response{.status = 204, .headers = {}, .body = {}};
  response.headers.set("Set-Cookie", cookie(request, "", {}));
  co_return response;
}

Task<HttpResponse> erase(AuthPorts ports, HttpRequest request) {
  const auto body = parse_body(request);
  const auto password = body ? member(*body, "password") : std::nullopt;
  if (!password) co_return refusal(400, "invalid", "this must be text", "password");
  const std::string secret = request.cookie(kCookie).value_or("");
  const UnixMillis now = wall_now();
  using Refused = std::optional<AuthError>;
  const std::optional<Refused> refused = co_await net::await_callback<Refused>(
      ports.loop, kPatience,
      [&](auto done) { ports.accounts.erase(secret, *password, now, std::move(done)); });
  if (!refused) co_return refusal(503, "unavailable", "try again in a moment");
  if (*refused) co_return refusal(**refused);
  HttpResponse response{.status = 204, .headers = {}, .body = {}};
  response.headers.set("Set-Cookie", cookie(request, "", {}));
  co_return response;
}

}  // namespace

void mount_auth_routes(net::Router& router, AuthPorts ports) {
  const auto options = [&router](OriginNeed need) {
    return net::RouteOptions{.max_body = kMaxBody,
                             .guard = [&router, need](const HttpRequest& request) {
                               return refuse_stranger(router, request, need);
                             }};
  };
  const auto bind = [ports](Task<HttpResponse> (*handler)(AuthPorts, HttpRequest)) {
    return [ports, handler](HttpRequest request) { return handler(ports, std::move(request)); };
  };
  router.handle("POST", "/api/auth/signup", bind(signup), options(OriginNeed::IfPresent));
  router.handle("POST", "/api/auth/login", bind(login), options(OriginNeed::IfPresent));
  router.handle("POST", "/api/auth/token", bind(refresh), options(OriginNeed::Always));
  router.handle("POST", "/api/auth/logout", bind(logout), options(OriginNeed::Always));
  router.handle("POST", "/api/auth/erase", bind(erase), options(OriginNeed::Always));
  router.handle("GET", "/.well-known/jwks.json", [ports](HttpRequest) -> Task<HttpResponse> {
    HttpResponse response = HttpResponse::json(200, ports.tokens.jwks_json());
    response.headers.set("Cache-Control", "public, max-age=300");
    co_return response;
  });
}

}  // namespace vv::server
