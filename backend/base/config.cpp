#include "base/config.hpp"

#include <unistd.h>

#include <toml++/toml.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/detail/config_settings.hpp"
#include "base/format.hpp"
#include "base/log.hpp"

namespace vv {
namespace {

using detail::Setting;
using detail::settings;

constexpr std::string_view kPrefix = "VISAVIS_";

/// Where a value came from, for the error that names it.
struct Place {
  std::string_view file;
  toml::source_position position;
};

Error refused(const Place& place, const std::string& reason) {
  return invalid(format("{}:{}: {}", place.file, place.position.line, reason));
}

/// A TOML value as the text that a flag would have; nothing for tables and dates.
std::optional<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  return std::nullopt;
}

Result<std::vector<std::string>> values_of(const toml::node& node, const Setting& setting,
                                           const Place& place) {
  std::vector<std::string> values;
  if (const auto* array = node.as_array(); array != nullptr && setting.is_list) {
    for (const toml::node& item : *array) {
      auto text = text_of(item);
      if (!text) return refused(place, format("{} holds something else than text", setting.key));
      values.push_back(*std::move(text));
    }
    return values;
  }
  auto text = text_of(node);
  if (!text || setting.is_list) {
    return refused(place,
                   format("{} needs {}", setting.key, setting.is_list ? "a list" : "one value"));
  }
  values.push_back(*std::move(text));
  return values;
}

Status apply_api_keys(Config& config, const toml::table& table, std::string_view file) {
  for (const auto& [name, node] : table) {
    const Place place{file, node.source().begin};
    ApiKeyConfig key{.name = std::string(name.str()),
                     .secret = {},
                     .place = format("{}:{}", file, place.position.line)};
    if (const auto* secret = node.as_string()) {
      key.secret = Secret(secret->get());
    } else if (const auto* members = node.as_table()) {
      for (const auto& [member, value] : *members) {
        if (member.str() == "secret" && value.is_string()) {
          key.secret = Secret(value.as_string()->get());
        } else if (member.str() == "app_rooms" && value.is_boolean()) {
          key.app_rooms = value.as_boolean()->get();
        } else {
          return refused({file, value.source().begin},
                         format("video.keys.{}.{} is no setting, or has the wrong type", name.str(),
                                member.str()));
        }
      }
    } else {
      return refused(place, format("video.keys.{} needs a secret", name.str()));
    }
    std::erase_if(config.video_keys, [&](const auto& other) { return other.name == key.name; });
    config.video_keys.push_back(std::move(key));
  }
  return {};
}

Status apply_table(Config& config, const toml::table& table, const std::string& prefix,
                   std::string_view file) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    const Place place{file, node.source().begin};
    if (const auto* inner = node.as_table(); inner != nullptr) {
      if (key == "video.keys") {
        VV_TRY(apply_api_keys(config, *inner, file));
        continue;
      }
      if (detail::is_section(key)) {
        if (key == "tls") config.tls.place = format("{}:{}", file, place.position.line);
        VV_TRY(apply_table(config, *inner, key + ".", file));
        continue;
      }
    }
    const Setting* setting = detail::find_setting(key);
    if (setting == nullptr) return refused(place, format("there is no setting `{}`", key));
    VV_ASSIGN_OR_RETURN(const std::vector<std::string> values, values_of(node, *setting, place));
    if (const auto why = setting->set(config, values)) {
      return refused(place, format("{}: {}", key, *why));
    }
  }
  return {};
}

Status apply_toml(Config& config, std::string_view text, std::string_view name) {
  try {
    const toml::table table = toml::parse(text, name);
    return apply_table(config, table, "", name);
  } catch (const toml::parse_error& e) {
    return refused({name, e.source().begin}, std::string(e.description()));
  }
}

/// Splits a list as flags and variables write it: at commas.
std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    out.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return out;
}

Status apply_text(Config& config, const Setting& setting, std::string_view value,
                  std::string_view source) {
  const auto values =
      setting.is_list ? split_list(value) : std::vector<std::string>{std::string(value)};
  if (const auto why = setting.set(config, values)) {
    return invalid(format("{}: {}", source, *why));
  }
  return {};
}

/// `database.url` → `VISAVIS_DATABASE_URL`.
std::string variable_of(std::string_view key) {
  std::string name(kPrefix);
  for (const char c : key) {
    name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  }
  return name;
}

Status apply_environment(Config& config, const std::vector<std::string>& environment) {
  for (const std::string& entry : environment) {
    if (!entry.starts_with(kPrefix)) continue;
    const std::size_t equals = entry.find('=');
    if (equals == std::string::npos) continue;
    const std::string name = entry.substr(0, equals);
    const auto found = std::find_if(settings().begin(), settings().end(),
                                    [&](const Setting& s) { return variable_of(s.key) == name; });
    if (found == settings().end()) {
      // Scripts around the server have variables of their own (VISAVIS_BIN), so these are no error.
      log::warn("there is no setting for this variable", {{"variable", name}});
      continue;
    }
    VV_TRY(apply_text(config, *found, std::string_view(entry).substr(equals + 1), name));
  }
  return {};
}

Status apply_file(Config& config, const std::string& named) {
  const std::string file = named.empty() ? "visavis.toml" : named;
  std::error_code ignored;
  if (named.empty() && !std::filesystem::exists(file, ignored)) return {};
  std::ifstream in(file, std::ios::binary);
  if (!in) return invalid(format("{}: this configuration file cannot be read", file));
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  return apply_toml(config, text, file);
}

}  // namespace

std::string Config::in_data(std::string_view name) const {
  return (std::filesystem::path(data) / name).string();
}

bool Config::has_database_server() const { return !database_url.starts_with("sqlite:"); }

std::string Config::database_path() const {
  if (has_database_server()) return database_url;
  const std::string name = database_url.substr(database_url.find(':') + 1);
  return std::filesystem::path(name).is_absolute() ? name : in_data(name);
}

std::string Config::database_shown() const {
  return has_database_server() ? detail::without_password(database_url) : database_path();
}

std::string Config::backup_folder() const {
  if (backup.folder.empty()) return {};
  return std::filesystem::path(backup.folder).is_absolute() ? backup.folder
                                                            : in_data(backup.folder);
}

Result<Config> parse_config(std::string_view toml, std::string_view name) {
  Config config;
  VV_TRY(apply_toml(config, toml, name));
  return config;
}

Result<Config> load_config(const ConfigSources& sources) {
  Config config;
  VV_TRY(apply_file(config, sources.file));
  VV_TRY(apply_environment(config, sources.environment));
  for (const auto& [key, value] : sources.flags) {
    const Setting* setting = detail::find_setting(key);
    if (setting == nullptr) return invalid(format("there is no setting `{}`", key));
    std::string flag = "--" + key;
    std::replace(flag.begin(), flag.end(), '.', '-');
    VV_TRY(apply_text(config, *setting, value, flag));
  }
  VV_TRY(check_config(config));
  return config;
}

std::vector<std::string> process_environment() {
  std::vector<std::string> out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    out.emplace_back(*entry);
  }
  return out;
}

std::string describe_config(const Config& config) {
  // Settings without a section come first: TOML has no way back out of one.
  std::string out;
  std::string section;
  for (const bool in_section : {false, true}) {
    for (const Setting& setting : settings()) {
      const std::size_t dot = setting.key.rfind('.');
      if ((dot != std::string_view::npos) != in_section) continue;
      const std::string mine(dot == std::string_view::npos ? "" : setting.key.substr(0, dot));
      if (mine != section) out += format("\n[{}]\n", mine);
      section = mine;
      out +=
          format("{} = {}  # {}\n", setting.key.substr(dot == std::string_view::npos ? 0 : dot + 1),
                 setting.show(config), setting.help);
    }
  }
  return out;
}

}  // namespace vv
