#include "server/keys.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/private_file.hpp"
#include "base/random.hpp"

namespace vv::server {

std::vector<identity::RoomTokens::ApiKey> api_keys(const Config& config) {
  std::vector<identity::RoomTokens::ApiKey> keys;
  for (const ApiKeyConfig& key : config.video_keys) {
    keys.push_back({.name = key.name, .secret = key.secret, .app_rooms = key.app_rooms});
  }
  const bool named =
      std::any_of(keys.begin(), keys.end(), [](const auto& key) { return key.name == "devkey"; });
  if (config.dev && !named) {
    keys.push_back({.name = "devkey", .secret = Secret("secret"), .app_rooms = true});
  }
  return keys;
}

Result<Secret> own_secret(const Config& config, std::string_view name) {
  VV_ASSIGN_OR_RETURN(std::string text,
                      read_or_make_private_file(config.in_data(name), []() -> Result<std::string> {
                        std::array<std::uint8_t, 32> bytes{};  // 256 bits
                        SystemRandom().fill(bytes);
                        return base64url_encode(bytes);
                      }));
  return Secret(std::move(text));
}

}  // namespace vv::server
