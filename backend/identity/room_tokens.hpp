#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"

namespace vv::identity {

/// What a LiveKit token allows (its claim `video`). A permission left out keeps its default: the
/// three optional ones are true when absent (`can_publish_data` follows `can_publish`), the rest
/// false.
struct VideoGrant {
  bool room_create = false;
  bool room_list = false;
  bool room_record = false;
  bool room_admin = false;
  bool room_join = false;
  std::string room{};
  std::optional<bool> can_publish{};
  std::optional<bool> can_subscribe{};
  std::optional<bool> can_publish_data{};
  std::vector<std::string> can_publish_sources{};  ///< `camera`, `microphone`, …; empty allows all
  bool can_update_own_metadata = false;
  bool hidden = false;
  bool recorder = false;
  bool agent = false;
  bool can_subscribe_metrics = false;
  bool can_manage_agent_session = false;
  std::string destination_room{};

  [[nodiscard]] bool may_publish() const { return can_publish.value_or(true); }
  [[nodiscard]] bool may_subscribe() const { return can_subscribe.value_or(true); }
  [[nodiscard]] bool may_publish_data() const { return can_publish_data.value_or(may_publish()); }
};

/// How far the key that signed a token reaches.
enum class KeyScope : std::uint8_t {
  Marketplace,     ///< our own key: rooms of meetSessions, and nothing of the admin API
  Api,             ///< an API key: every room that is not the marketplace's
  ApiAndAppRooms,  ///< an API key with `app_rooms = true`
};

/// A room token's contents.
struct RoomClaims {
  std::string key;  ///< `iss`
  KeyScope scope = KeyScope::Api;
  std::string identity;  ///< `sub`
  std::string name;
  std::string metadata;
  std::string login{};  ///< `sid` of the app token it was given for; empty for API keys' tokens
  std::map<std::string, std::string> attributes;
  std::string kind;  ///< lower-case ParticipantInfo.Kind, empty means `standard`
  bool has_video = false;
  VideoGrant video;
  std::string
      room_config{};  ///< of the room that a join makes: RoomConfiguration as JSON, or empty
  UnixMillis expires_at;
};

/// Signs and checks tokens of the LiveKit format: HS256, the secret found by `iss` (threat-model
/// H8).
///
/// Owns:    the API keys and the marketplace's own key.
/// Not its: who may join which room (signaling's Admission); app tokens (access_tokens.hpp).
/// Bounds:  tokens of kMaxTokenBytes; leeway kLeeway.
class RoomTokens {
 public:
  /// `iss` of the tokens that `video:join` hands out.
  static constexpr std::string_view kOwnKey = "visavis";
  static constexpr std::size_t kMaxTokenBytes = 8 * 1024;
  static constexpr Duration kLeeway = seconds(60);

  struct ApiKey {
    std::string name;
    Secret secret;
    bool app_rooms = false;
  };

  /// @param own_secret  of kOwnKey; empty leaves that key unknown
  RoomTokens(Secret own_secret, std::vector<ApiKey> api_keys);

  /// Signs with the key named by `claims.key`, valid from `now` for `ttl`.
  /// @return not_found when there is no such key
  [[nodiscard]] Result<std::string> sign(const RoomClaims& claims, UnixMillis now,
                                         Duration ttl) const;
  /// A token that vouches for a body (claim `sha256`), good for kBodyTtl: how webhooks are signed
  /// (livekit-wire.md A-14). @return not_found when there is no such key
  [[nodiscard]] Result<std::string> sign_body(std::string_view key, std::string_view body,
                                              UnixMillis now) const;
  static constexpr Duration kBodyTtl = minutes(5);
  /// @return unauthenticated, in the words that LiveKit's clients show
  [[nodiscard]] Result<RoomClaims> verify(std::string_view token, UnixMillis now) const;

 private:
  struct Key {
    Secret secret;
    KeyScope scope;
  };
  static std::string sealed(const Key& key, std::string_view payload);
  std::map<std::string, Key, std::less<>> keys_;
};

}  // namespace vv::identity
