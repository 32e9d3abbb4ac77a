#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace vv {

/// An API key of the embedded engine and of its admin API.
struct ApiKeyConfig {
  std::string name;
  Secret secret;
  bool app_rooms = false;  ///< may reach the marketplace's rooms
  std::string place = {};  ///< file and line that set it, for the error that names them
};

struct TlsConfig {
  std::string certificate;  ///< PEM chain
  std::string key;          ///< PEM
  std::string place = {};   ///< file and line that set it; empty when no file did
};

struct LiveKitConfig {
  std::string url;  ///< wss://…
  std::string api_key;
  Secret api_secret;
};

struct StreamConfig {
  std::string client;  ///< the operator's copy of its browser client
  std::string app_id;
  std::string api_key;
  Secret api_secret;
};

struct LimitsConfig {
  std::int64_t mutations_per_second = 30;  ///< a user
  std::int64_t mutation_burst = 60;        ///< a user
};

/// Who is told what happens in rooms (docs/operations/serving.md).
struct WebhookConfig {
  std::vector<std::string> urls;
  std::string api_key;                      ///< one of video.keys; signs them
  std::vector<std::string> include_events;  ///< the only ones told; empty: all
  std::vector<std::string> exclude_events;  ///< those not told, when none are included by name
};

/// An external TURN server that shares a secret with us (threat-model M21).
struct TurnConfig {
  std::vector<std::string> urls;  ///< turn:HOST:PORT?transport=udp, turns:…
  Secret secret;
};

/// Rings to browsers without an open page (docs/operations/push.md).
struct PushConfig {
  bool enabled = true;
  std::string contact;                ///< mailto:… or https://…, for push services
  std::vector<std::string> services;  ///< hosts besides those of the browsers' makers
};

/// Backups that the server makes itself (docs/operations/backups.md).
struct BackupConfig {
  std::string folder;               ///< empty: none are made
  std::int64_t every_minutes = 60;  ///< at least 1
  std::int64_t keep_days = 30;      ///< 1 to 30
};

/// Everything that can be set; `visavis config` prints it with a sentence each.
struct Config {
  std::string listen = "127.0.0.1:8080";
  std::string data = "./visavis-data";
  std::string public_url;
  std::vector<std::string> allowed_origins;
  std::vector<std::string> trusted_proxies;
  TlsConfig tls;
  std::string database_url = "sqlite:visavis.db";
  std::string video_engine = "embedded";
  bool auto_create = true;
  std::vector<ApiKeyConfig> video_keys;
  LiveKitConfig livekit;
  StreamConfig stream;
  std::int64_t rtc_udp = 7882;
  std::int64_t rtc_tcp = 7881;   ///< 0: no port of its own
  bool rtc_on_http_port = true;  ///< media over TCP on the port of HTTP, too
  std::int64_t rtc_shards = 1;   ///< media threads
  std::string rtc_ip;
  std::string rtc_advertise;  ///< ADDR[:UDPPORT[:TCPPORT]]
  Secret metrics_token;
  WebhookConfig webhook;
  PushConfig push;
  TurnConfig turn;
  LimitsConfig limits;
  BackupConfig backup;
  bool dev = false;
  bool demo = false;
  bool i_know = false;

  [[nodiscard]] bool has_tls() const { return !tls.certificate.empty(); }
  /// Whether the database is PostgreSQL's, else a file of ours.
  [[nodiscard]] bool has_database_server() const;
  /// The database's file: relative names lie in `data`; or its URL, which may hold a password.
  [[nodiscard]] std::string database_path() const;
  /// The same for people: without a password.
  [[nodiscard]] std::string database_shown() const;
  [[nodiscard]] std::string in_data(std::string_view name) const;
  /// Where backups go: relative names lie in `data`. Empty: none are made.
  [[nodiscard]] std::string backup_folder() const;
};

/// A setting given by name: a flag's `rtc.udp` = `7000`.
using ConfigOverride = std::pair<std::string, std::string>;

struct ConfigSources {
  std::string file;  ///< named by --config; it must exist. Empty: `visavis.toml` if it is there
  std::vector<std::string> environment;  ///< `NAME=value`; those that begin with VISAVIS_ count
  std::vector<ConfigOverride> flags;
};

/// File, then environment, then flags, the later wins; then what must hold between settings.
/// @return invalid, naming the file and line (or the variable, or the flag) and the reason
[[nodiscard]] Result<Config> load_config(const ConfigSources& sources);

/// One TOML text over the defaults; `name` is what errors call it.
[[nodiscard]] Result<Config> parse_config(std::string_view toml, std::string_view name);

/// What must hold between settings: devkey only with --dev, secrets of 32 characters, --dev and
/// --demo on loopback alone (threat-model H26), both TLS files or none, the engine's own settings.
[[nodiscard]] Status check_config(const Config& config);

/// The variables of this process.
[[nodiscard]] std::vector<std::string> process_environment();

/// Every setting as a commented TOML text; secrets are left out.
[[nodiscard]] std::string describe_config(const Config& config);

}  // namespace vv
