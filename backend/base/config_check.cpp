#include <algorithm>

#include "base/config.hpp"
#include "base/format.hpp"

namespace vv {
namespace {

constexpr std::size_t kMinSecret = 32;  // characters, contract section 1

bool listens_on_loopback(const std::string& listen) {
  return listen.starts_with("127.") || listen.starts_with("localhost:") ||
         listen.starts_with("[::1]:");
}

/// `reason`, after the file and line that set what it is about.
Error refused_at(const std::string& place, const std::string& reason) {
  return invalid(place.empty() ? reason : format("{}: {}", place, reason));
}

}  // namespace

Status check_config(const Config& config) {
  for (const ApiKeyConfig& key : config.video_keys) {
    if (config.dev && key.name == "devkey") continue;
    if (key.name == "devkey") {
      return refused_at(key.place,
                        "video.keys.devkey: this key is known to everybody and needs --dev");
    }
    if (key.secret.reveal().size() < kMinSecret) {
      return refused_at(key.place, format("video.keys.{}: the secret needs at least {} characters",
                                          key.name, kMinSecret));
    }
  }
  if (config.tls.certificate.empty() != config.tls.key.empty()) {
    return refused_at(config.tls.place, "tls: certificate and key come together");
  }
  if (!config.webhook.urls.empty()) {
    const std::string& wanted = config.webhook.api_key;
    const bool known =
        (config.dev && wanted == "devkey") ||
        std::any_of(config.video_keys.begin(), config.video_keys.end(),
                    [&wanted](const ApiKeyConfig& key) { return key.name == wanted; });
    if (!known) return invalid("webhook: api_key is to be one of video.keys");
  }
  const bool relays = std::any_of(config.turn.urls.begin(), config.turn.urls.end(),
                                  [](const std::string& url) { return url.starts_with("turn"); });
  if (relays && config.turn.secret.empty()) {
    return invalid("rtc: turn_urls need turn_secret, the one that the TURN server has");
  }
  if (config.backup.every_minutes == 0 || config.backup.keep_days == 0) {
    return invalid("backup: every_minutes and keep_days are at least 1; no folder, no backups");
  }
  // H26: the demo's passwords and devkey's secret are in the manual.
  if ((config.dev || config.demo) && !config.i_know && !listens_on_loopback(config.listen)) {
    return invalid(
        format("--dev and --demo open the server to whoever reads its manual, so they "
               "listen on loopback only, not on {}; --i-know lifts this",
               config.listen));
  }
  return {};
}

}  // namespace vv
