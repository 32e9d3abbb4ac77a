#include "base/detail/config_settings.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/format.hpp"

namespace vv::detail {
namespace {

using Refusal = std::optional<std::string>;
using Check = Refusal (*)(const std::string&);

constexpr std::int64_t kMaxPort = 65535;
constexpr std::int64_t kMaxShards = 64;

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_port(std::string_view text) {
  const auto port = whole_number(text);
  return port && *port >= 0 && *port <= kMaxPort;
}

bool is_address(std::string_view text) {
  std::array<std::uint8_t, 16> bytes{};
  const std::string copy(text);
  return inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1;
}

Refusal anything(const std::string&) { return std::nullopt; }

Refusal check_listen(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  std::string reason = format("`{}` is not ADDR:PORT, as 127.0.0.1:8080 or [::1]:8080", text);
  if (colon == std::string::npos || !is_port(text.substr(colon + 1))) return reason;
  std::string host = text.substr(0, colon);
  if (host == "localhost") return std::nullopt;
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!is_address(host) || bracketed != (host.find(':') != std::string::npos)) return reason;
  return std::nullopt;
}

Refusal check_url(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const bool http = text.starts_with("http://") || text.starts_with("https://");
  if (!http || text.find_first_of(" \"<>\\") != std::string::npos || text.ends_with("//")) {
    return format("`{}` is not a URL that begins with http:// or https://", text);
  }
  return std::nullopt;
}

Refusal check_turn_url(const std::string& text) {
  const bool turn = text.starts_with("turn:") || text.starts_with("turns:") ||
                    text.starts_with("stun:") || text.starts_with("stuns:");
  if (!turn || text.find_first_of(" \"<>\\") != std::string::npos) {
    return format("`{}` is not a URL that begins with turn:, turns:, stun: or stuns:", text);
  }
  return std::nullopt;
}

Refusal check_database(const std::string& text) {
  if (text.starts_with("sqlite:") && text.size() > 7) return std::nullopt;
  if (text.starts_with("postgres://") || text.starts_with("postgresql://")) return std::nullopt;
  return "neither sqlite:NAME nor postgres://USER:PASSWORD@HOST/DATABASE";
}

Refusal check_engine(const std::string& text) {
  if (text == "embedded") return std::nullopt;
  if (text == "livekit" || text == "stream") {
    return format("this build has the engine embedded alone, not {}", text);
  }
  return format("`{}` is not one of embedded, livekit, stream", text);
}

Refusal check_rtc_ip(const std::string& text) {
  if (text.empty() || is_address(text)) return std::nullopt;
  return format("`{}` is not an IP address", text);
}

Refusal check_advertise(const std::string& text) {
  if (text.empty()) return std::nullopt;
  std::string_view rest = text;
  std::string_view host;
  if (rest.starts_with('[')) {
    const std::size_t end = rest.find(']');
    if (end == std::string_view::npos) return format("`{}` has no closing bracket", text);
    host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
  } else {
    host = rest.substr(0, rest.find(':'));
    rest.remove_prefix(host.size());
  }
  bool sound = is_address(host);
  int ports = 0;
  while (sound && rest.starts_with(':')) {
    rest.remove_prefix(1);
    const std::string_view port = rest.substr(0, rest.find(':'));
    rest.remove_prefix(port.size());
    sound = is_port(port) && ++ports <= 2;
  }
  if (!sound || !rest.empty()) return format("`{}` is not ADDR[:UDPPORT[:TCPPORT]]", text);
  return std::nullopt;
}

Refusal check_contact(const std::string& text) {
  const bool known = text.empty() || text.starts_with("mailto:") || text.starts_with("https://");
  if (!known || text.find_first_of(" \"\\") != std::string::npos) {
    return format("`{}` is neither mailto:… nor https://…", text);
  }
  return std::nullopt;
}

Refusal check_host(const std::string& text) {
  const bool plain = std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
  if (!plain || text.find('.') == std::string::npos || text.starts_with('.')) {
    return format("`{}` is not a host as push.example.org", text);
  }
  return std::nullopt;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

Setting text(std::string_view key, std::string Config::* field, std::string_view help,
             Check check = anything) {
  return {.key = key,
          .is_list = false,
          .help = help,
          .set = [field, check](Config& config, const auto& values) -> Refusal {
            if (auto why = check(values.front())) return why;
            config.*field = values.front();
            return std::nullopt;
          },
          .show = [field](const Config& config) { return quoted(config.*field); }};
}

/// A URL may hold a password.
Setting database_url() {
  Setting setting = text("database.url", &Config::database_url,
                         "sqlite:NAME, relative to data, or postgres://…", check_database);
  setting.show = [](const Config& config) { return quoted(without_password(config.database_url)); };
  return setting;
}

template <class Section>
Setting text_in(std::string_view key, Section Config::* section, std::string Section::* field,
                std::string_view help, Check check = anything) {
  return {.key = key,
          .is_list = false,
          .help = help,
          .set = [=](Config& config, const auto& values) -> Refusal {
            if (auto why = check(values.front())) return why;
            config.*section.*field = values.front();
            return std::nullopt;
          },
          .show = [=](const Config& config) { return quoted(config.*section.*field); }};
}

template <class Section>
Setting secret_in(std::string_view key, Section Config::* section, Secret Section::* field,
                  std::string_view help) {
  return {.key = key,
          .is_list = false,
          .help = help,
          .set = [=](Config& config, const auto& values) -> Refusal {
            config.*section.*field = Secret(values.front());
            return std::nullopt;
          },
          .show = [=](const Config& config) -> std::string {
            return (config.*section.*field).empty() ? "\"\"" : "\"‹set›\"";
          }};
}

/// LiveKit's names of what is told (livekit-wire.md A-15).
Refusal check_event(const std::string& name) {
  constexpr std::array<std::string_view, 7> kEvents{"room_started",
                                                    "room_finished",
                                                    "participant_joined",
                                                    "participant_left",
                                                    "track_published",
                                                    "track_unpublished",
                                                    "participant_connection_aborted"};
  if (std::find(kEvents.begin(), kEvents.end(), name) == kEvents.end())
    return "there is no event \"" + name + "\"";
  return std::nullopt;
}

template <class Section>
Setting list_in(std::string_view key, Section Config::* section,
                std::vector<std::string> Section::* field, std::string_view help, Check check) {
  return {.key = key,
          .is_list = true,
          .help = help,
          .set = [=](Config& config, const auto& values) -> Refusal {
            for (const std::string& value : values) {
              if (auto why = check(value)) return why;
            }
            config.*section.*field = values;
            return std::nullopt;
          },
          .show =
              [=](const Config& config) {
                std::string out = "[";
                for (const std::string& value : config.*section.*field) {
                  out += (out.size() > 1 ? ", " : "") + quoted(value);
                }
                return out + "]";
              }};
}

template <class Place>
Setting yes_or_no(std::string_view key, Place place, std::string_view help) {
  return {.key = key,
          .is_list = false,
          .help = help,
          .set = [=](Config& config, const auto& values) -> Refusal {
            const std::string& value = values.front();
            if (value != "true" && value != "false") {
              return format("`{}` is neither true nor false", value);
            }
            *place(config) = value == "true";
            return std::nullopt;
          },
          .show = [=](const Config& config) -> std::string {
            Config copy = config;
            return *place(copy) ? "true" : "false";
          }};
}

Setting flag(std::string_view key, bool Config::* field, std::string_view help) {
  return yes_or_no(key, [field](Config& config) { return &(config.*field); }, help);
}

template <class Section>
Setting flag_in(std::string_view key, Section Config::* section, bool Section::* field,
                std::string_view help) {
  return yes_or_no(key, [=](Config& config) { return &(config.*section.*field); }, help);
}

template <class Place>
Setting number(std::string_view key, Place place, std::int64_t most, std::string_view help) {
  return {.key = key,
          .is_list = false,
          .help = help,
          .set = [=](Config& config, const auto& values) -> Refusal {
            const auto value = whole_number(values.front());
            if (!value || *value < 0 || *value > most) {
              return format("`{}` is not a whole number from 0 to {}", values.front(), most);
            }
            *place(config) = *value;
            return std::nullopt;
          },
          .show =
              [=](const Config& config) {
                Config copy = config;
                return std::to_string(*place(copy));
              }};
}

Setting list(std::string_view key, std::vector<std::string> Config::* field, std::string_view help,
             Check check) {
  return {.key = key,
          .is_list = true,
          .help = help,
          .set = [=](Config& config, const auto& values) -> Refusal {
            for (const std::string& value : values) {
              if (auto why = check(value)) return why;
            }
            config.*field = values;
            return std::nullopt;
          },
          .show =
              [=](const Config& config) {
                std::string out = "[";
                for (const std::string& value : config.*field) {
                  out += (out.size() > 1 ? ", " : "") + quoted(value);
                }
                return out + "]";
              }};
}

std::vector<Setting> make_settings() {
  return {
      text("listen", &Config::listen, "address and port of HTTP, ADDR:PORT", check_listen),
      text("data", &Config::data, "directory of the database, the keys and the files"),
      text("public_url", &Config::public_url,
           "what people type; needed behind a proxy. Empty: scheme and Host of the caller",
           check_url),
      list("allowed_origins", &Config::allowed_origins,
           "other origins that may use the Convex protocol", check_url),
      list("trusted_proxies", &Config::trusted_proxies,
           "addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto count", check_rtc_ip),
      flag("dev", &Config::dev,
           "development: API key devkey, loopback origins, rates lifted; loopback only"),
      flag("demo", &Config::demo, "adds two demo accounts and a demande once; loopback only"),
      flag("i_know", &Config::i_know, "lets dev and demo listen beyond loopback"),
      text_in("tls.certificate", &Config::tls, &TlsConfig::certificate, "PEM chain"),
      text_in("tls.key", &Config::tls, &TlsConfig::key, "PEM"),
      database_url(),
      text_in("backup.folder", &Config::backup, &BackupConfig::folder,
              "where the server puts a backup every hour; relative to data. Empty: it makes none"),
      number(
          "backup.every_minutes", [](Config& c) { return &c.backup.every_minutes; }, 24 * 60,
          "minutes between two backups"),
      number(
          "backup.keep_days", [](Config& c) { return &c.backup.keep_days; }, 30,
          "days a backup is kept: of the last day all, before it one a day"),
      text("video.engine", &Config::video_engine, "embedded", check_engine),
      flag("video.auto_create", &Config::auto_create, "joining creates the rooms of API keys"),
      text_in("video.livekit.url", &Config::livekit, &LiveKitConfig::url, "wss://…"),
      text_in("video.livekit.api_key", &Config::livekit, &LiveKitConfig::api_key, "its API key"),
      secret_in("video.livekit.api_secret", &Config::livekit, &LiveKitConfig::api_secret,
                "its secret"),
      text_in("video.stream.client", &Config::stream, &StreamConfig::client,
              "file of its browser client"),
      text_in("video.stream.app_id", &Config::stream, &StreamConfig::app_id, "its application"),
      text_in("video.stream.api_key", &Config::stream, &StreamConfig::api_key, "its API key"),
      secret_in("video.stream.api_secret", &Config::stream, &StreamConfig::api_secret,
                "its secret"),
      number(
          "rtc.udp", [](Config& c) { return &c.rtc_udp; }, kMaxPort,
          "UDP port of media; shard n uses this plus n"),
      number(
          "rtc.tcp", [](Config& c) { return &c.rtc_tcp; }, kMaxPort,
          "TCP port of media; 0: none but that of HTTP"),
      flag("rtc.on_http_port", &Config::rtc_on_http_port,
           "the port of HTTP takes media over TCP too, unless trusted_proxies stand before it"),
      number(
          "rtc.shards", [](Config& c) { return &c.rtc_shards; }, kMaxShards,
          "media threads, each with ports of its own and rooms of its own; a core each"),
      text("rtc.ip", &Config::rtc_ip, "the only address media binds; empty: every one",
           check_rtc_ip),
      list_in("rtc.turn_urls", &Config::turn, &TurnConfig::urls,
              "an external TURN server, as turn:turn.example.org:3478?transport=udp; empty: none",
              check_turn_url),
      secret_in("rtc.turn_secret", &Config::turn, &TurnConfig::secret,
                "the secret shared with it; clients get credentials of ten minutes"),
      text("rtc.advertise", &Config::rtc_advertise,
           "what candidates say instead: ADDR[:UDPPORT[:TCPPORT]]", check_advertise),
      list_in("webhook.urls", &Config::webhook, &WebhookConfig::urls,
              "servers told what happens in rooms; empty: none", check_url),
      text_in("webhook.api_key", &Config::webhook, &WebhookConfig::api_key,
              "the key of video.keys that signs webhooks"),
      list_in("webhook.include_events", &Config::webhook, &WebhookConfig::include_events,
              "the only events that are told, as room_started; empty: all", check_event),
      list_in("webhook.exclude_events", &Config::webhook, &WebhookConfig::exclude_events,
              "events that are not told, unless include_events says which are", check_event),
      flag_in("push.enabled", &Config::push, &PushConfig::enabled,
              "browsers may be rung without an open page, through their makers' push services"),
      text_in("push.contact", &Config::push, &PushConfig::contact,
              "mailto:… or https://…: whom a push service may ask; empty: public_url",
              check_contact),
      list_in("push.services", &Config::push, &PushConfig::services,
              "hosts of push services besides those of Chrome, Edge, Firefox and Safari",
              check_host),
      {.key = "metrics.token",
       .is_list = false,
       .help = "bearer token that opens /metrics beyond loopback",
       .set = [](Config& config, const auto& values) -> Refusal {
         config.metrics_token = Secret(values.front());
         return std::nullopt;
       },
       .show = [](const Config& config) -> std::string {
         return config.metrics_token.empty() ? "\"\"" : "\"‹set›\"";
       }},
      number(
          "limits.mutations_per_second", [](Config& c) { return &c.limits.mutations_per_second; },
          1'000'000, "mutations of one user"),
      number(
          "limits.mutation_burst", [](Config& c) { return &c.limits.mutation_burst; }, 1'000'000,
          "mutations of one user at once"),
  };
}

}  // namespace

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all = make_settings();
  return all;
}

std::string without_password(std::string url) {
  constexpr std::string_view kSet = "‹set›";
  constexpr std::string_view kParameter = "password=";
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return url;
  const std::size_t end = std::min(url.find_first_of("/?", scheme + 3), url.size());
  const std::size_t at = url.rfind('@', end);
  const std::size_t colon = url.find(':', scheme + 3);
  if (at != std::string::npos && colon < at) url.replace(colon + 1, at - colon - 1, kSet);
  const std::size_t parameter = url.find(kParameter);
  if (parameter != std::string::npos) {
    const std::size_t begin = parameter + kParameter.size();
    url.replace(begin, std::min(url.find('&', begin), url.size()) - begin, kSet);
  }
  return url;
}

const Setting* find_setting(std::string_view key) {
  const auto found = std::find_if(settings().begin(), settings().end(),
                                  [&](const Setting& setting) { return setting.key == key; });
  return found == settings().end() ? nullptr : &*found;
}

bool is_section(std::string_view key) {
  const std::string prefix = std::string(key) + ".";
  return std::any_of(settings().begin(), settings().end(),
                     [&](const Setting& setting) { return setting.key.starts_with(prefix); });
}

}  // namespace vv::detail
