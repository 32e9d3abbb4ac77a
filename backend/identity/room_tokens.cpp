#include "identity/room_tokens.hpp"

#include <boost/json.hpp>

#include <array>
#include <cmath>

#include "base/encoding.hpp"
#include "identity/detail/hmac.hpp"
#include "identity/detail/signing_key.hpp"

namespace vv::identity {
namespace {

namespace json = boost::json;
using detail::hmac_sha256;

constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";

Error refused(std::string_view why) {
  return unauthenticated("invalid authorization token: " + std::string(why));
}

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

bool flag_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::optional<bool> optional_flag_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_bool()) return std::nullopt;
  return value->get_bool();
}

/// A NumericDate of JWT (seconds, possibly with a fraction), clamped to what milliseconds can hold.
std::optional<UnixMillis> date_of(const json::object& object, std::string_view name) {
  constexpr double kLatest = 1e12;  // seconds; year 33658
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const double date = value->to_number<double>();
  if (!std::isfinite(date) || date < 0 || date > kLatest) return std::nullopt;
  return UnixMillis{static_cast<std::int64_t>(date * 1000)};
}

VideoGrant grant_of(const json::object& video) {
  VideoGrant grant{
      .room_create = flag_of(video, "roomCreate"),
      .room_list = flag_of(video, "roomList"),
      .room_record = flag_of(video, "roomRecord"),
      .room_admin = flag_of(video, "roomAdmin"),
      .room_join = flag_of(video, "roomJoin"),
      .room = text_of(video, "room"),
      .can_publish = optional_flag_of(video, "canPublish"),
      .can_subscribe = optional_flag_of(video, "canSubscribe"),
      .can_publish_data = optional_flag_of(video, "canPublishData"),
      .can_publish_sources = {},
      .can_update_own_metadata = flag_of(video, "canUpdateOwnMetadata"),
      .hidden = flag_of(video, "hidden"),
      .recorder = flag_of(video, "recorder"),
      .agent = flag_of(video, "agent"),
      .can_subscribe_metrics = flag_of(video, "canSubscribeMetrics"),
      .can_manage_agent_session = flag_of(video, "canManageAgentSession"),
      .destination_room = text_of(video, "destinationRoom"),
  };
  if (const json::value* sources = video.if_contains("canPublishSources");
      sources && sources->is_array()) {
    for (const json::value& source : sources->get_array()) {
      if (source.is_string()) grant.can_publish_sources.emplace_back(source.get_string());
    }
  }
  return grant;
}

json::object to_json(const VideoGrant& grant) {
  json::object video;
  const auto add = [&video](std::string_view name, bool value) {
    if (value) video[name] = true;
  };
  add("roomCreate", grant.room_create);
  add("roomList", grant.room_list);
  add("roomRecord", grant.room_record);
  add("roomAdmin", grant.room_admin);
  add("roomJoin", grant.room_join);
  if (!grant.room.empty()) video["room"] = grant.room;
  // T-9: clients expect these three spelled out, whatever they are.
  video["canPublish"] = grant.may_publish();
  video["canSubscribe"] = grant.may_subscribe();
  video["canPublishData"] = grant.may_publish_data();
  if (!grant.can_publish_sources.empty()) {
    json::array& sources = video["canPublishSources"].emplace_array();
    for (const std::string& source : grant.can_publish_sources) sources.emplace_back(source);
  }
  add("canUpdateOwnMetadata", grant.can_update_own_metadata);
  add("hidden", grant.hidden);
  add("recorder", grant.recorder);
  add("agent", grant.agent);
  add("canSubscribeMetrics", grant.can_subscribe_metrics);
  add("canManageAgentSession", grant.can_manage_agent_session);
  if (!grant.destination_room.empty()) video["destinationRoom"] = grant.destination_room;
  return video;
}

/// One base64url part of a token as a JSON object.
std::optional<json::object> object_of(std::string_view part) {
  const std::optional<ByteVector> bytes = base64_decode(part);
  if (!bytes) return std::nullopt;
  boost::system::error_code error;
  json::value value = json::parse(as_text(*bytes), error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

struct Parts {
  std::string_view header, payload, signature;
};

std::optional<Parts> split(std::string_view token) {
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  if (token.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
               token.substr(second + 1)};
}

/// H8: the header may say HS256 and nothing that would change how we verify.
bool is_plain_hs256(const json::object& header) {
  for (const std::string_view name : {"jku", "x5u", "jwk", "crit"}) {
    if (header.contains(name)) return false;
  }
  return text_of(header, "alg") == "HS256";
}

RoomClaims claims_of(const json::object& payload) {
  RoomClaims claims;
  claims.key = text_of(payload, "iss");
  for (const std::string_view name : {"sub", "identity", "jti"}) {
    if (claims.identity.empty()) claims.identity = text_of(payload, name);
  }
  claims.name = text_of(payload, "name");
  claims.metadata = text_of(payload, "metadata");
  claims.kind = text_of(payload, "kind");
  claims.login = text_of(payload, "sid");
  if (const json::value* attributes = payload.if_contains("attributes");
      attributes && attributes->is_object()) {
    for (const auto& [name, value] : attributes->get_object()) {
      if (value.is_string()) claims.attributes.emplace(name, value.get_string());
    }
  }
  if (const json::value* video = payload.if_contains("video"); video && video->is_object()) {
    claims.has_video = true;
    claims.video = grant_of(video->get_object());
  }
  if (const json::value* config = payload.if_contains("roomConfig"); config && config->is_object())
    claims.room_config = json::serialize(*config);
  return claims;
}

}  // namespace

RoomTokens::RoomTokens(Secret own_secret, std::vector<ApiKey> api_keys) {
  for (ApiKey& key : api_keys) {
    const KeyScope scope = key.app_rooms ? KeyScope::ApiAndAppRooms : KeyScope::Api;
    keys_.insert_or_assign(std::move(key.name), Key{std::move(key.secret), scope});
  }
  if (!own_secret.empty()) {
    keys_.insert_or_assign(std::string(kOwnKey), Key{std::move(own_secret), KeyScope::Marketplace});
  }
}

Result<std::string> RoomTokens::sign(const RoomClaims& claims, UnixMillis now, Duration ttl) const {
  const auto key = keys_.find(claims.key);
  if (key == keys_.end()) return not_found("no such API key");
  json::object payload;
  payload["iss"] = claims.key;
  payload["sub"] = claims.identity;
  payload["nbf"] = now.value / 1000;
  payload["exp"] = (now + ttl).value / 1000;
  if (!claims.name.empty()) payload["name"] = claims.name;
  if (!claims.metadata.empty()) payload["metadata"] = claims.metadata;
  if (!claims.kind.empty()) payload["kind"] = claims.kind;
  if (!claims.login.empty()) payload["sid"] = claims.login;
  if (!claims.attributes.empty()) {
    json::object& attributes = payload["attributes"].emplace_object();
    for (const auto& [name, value] : claims.attributes) attributes[name] = value;
  }
  if (claims.has_video) payload["video"] = to_json(claims.video);
  if (!claims.room_config.empty()) {
    boost::system::error_code error;
    json::value config = json::parse(claims.room_config, error);
    if (!error) payload["roomConfig"] = std::move(config);
  }
  return sealed(key->second, json::serialize(payload));
}

std::string RoomTokens::sealed(const Key& key, std::string_view payload) {
  std::string token =
      base64url_encode(as_bytes(kHeader)) + "." + base64url_encode(as_bytes(payload));
  const auto signature = hmac_sha256(key.secret.reveal(), token);
  token += "." + base64url_encode(signature);
  return token;
}

Result<std::string> RoomTokens::sign_body(std::string_view key, std::string_view body,
                                          UnixMillis now) const {
  const auto found = keys_.find(key);
  if (found == keys_.end()) return not_found("no such API key");
  json::object payload;
  payload["iss"] = key;
  payload["nbf"] = now.value / 1000;
  payload["exp"] = (now + kBodyTtl).value / 1000;
  payload["sha256"] = base64_encode(detail::sha256(body));
  return sealed(found->second, json::serialize(payload));
}

Result<RoomClaims> RoomTokens::verify(std::string_view token, UnixMillis now) const {
  const Error malformed = unauthenticated("invalid authorization token");
  if (token.size() > kMaxTokenBytes) return malformed;
  const std::optional<Parts> parts = split(token);
  if (!parts) return malformed;
  const std::optional<json::object> header = object_of(parts->header);
  const std::optional<json::object> payload = object_of(parts->payload);
  const std::optional<ByteVector> signature = base64_decode(parts->signature);
  if (!header || !payload || !signature) return malformed;
  if (!is_plain_hs256(*header)) return refused("unsupported signature algorithm");

  RoomClaims claims = claims_of(*payload);
  const auto key = keys_.find(claims.key);
  if (key == keys_.end()) return unauthenticated("invalid API key");
  const std::string_view signed_text =
      token.substr(0, parts->header.size() + 1 + parts->payload.size());
  if (!constant_time_equal(hmac_sha256(key->second.secret.reveal(), signed_text), *signature)) {
    return refused("signature verification failed");
  }
  const std::optional<UnixMillis> expires = date_of(*payload, "exp");
  if (!expires) return refused("exp is required");
  if (*expires + kLeeway < now) return refused("token is expired");
  const std::optional<UnixMillis> not_before = date_of(*payload, "nbf");
  if (not_before && now + kLeeway < *not_before) return refused("token is not valid yet");
  claims.scope = key->second.scope;
  claims.expires_at = *expires;
  return claims;
}

}  // namespace vv::identity
