#include "server/commands.hpp"

#include <charconv>
#include <cstdio>
#include <optional>

#include "base/clock.hpp"
#include "base/format.hpp"
#include "base/log.hpp"
#include "identity/room_tokens.hpp"
#include "reactive/typescript.hpp"
#include "server/backup.hpp"
#include "server/core_dumps.hpp"
#include "server/functions.hpp"
#include "server/server.hpp"

namespace vv::server {
namespace {

int fail(const Error& error) {
  std::fputs(format("visavis: {}\n", error.message).c_str(), stderr);
  return 1;
}

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);  // whoever waits for the line reads a pipe
}

/// `90` and `90s`, `10m`, `1h`, `2d`.
std::optional<Duration> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  constexpr std::int64_t kMost = 100'000;
  if (error != std::errc{} || count <= 0 || count > kMost) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit.empty() || unit == "s") return seconds(count);
  if (unit == "m") return minutes(count);
  if (unit == "h") return hours(count);
  if (unit == "d" && count <= 10'000) return days(count);
  return std::nullopt;
}

}  // namespace

int serve(const ConfigSources& sources) {
  auto config = load_config(sources);
  if (!config) return fail(config.error());
  if (config->dev) log::set_level(log::Level::Debug);
  leave_no_core_dumps();
  const bool demo = config->demo;
  auto server = Server::create(*std::move(config));
  if (!server) return fail(server.error());
  if (demo) {
    log::info("demo accounts",
              {{"emails", "amina@example.org bruno@example.org"}, {"password", "visavis-demo"}});
  }
  print(format("visavis ready {}\n", (*server)->url()));
  (*server)->run();
  return 0;
}

int print_types() {
  print(reactive::typescript(describe_registry()));
  return 0;
}

int print_config(const ConfigSources& sources) {
  const auto config = load_config(sources);
  if (!config) return fail(config.error());
  print(describe_config(*config));
  return 0;
}

int back_up_to(const ConfigSources& sources, const std::string& folder) {
  const auto config = load_config(sources);
  if (!config) return fail(config.error());
  const Status made = back_up(*config, folder);
  if (!made) return fail(made.error());
  print(format("backed up to {}\n", folder));
  return 0;
}

int restore_from(const ConfigSources& sources, const std::string& folder) {
  const auto config = load_config(sources);
  if (!config) return fail(config.error());
  const Status restored = restore(*config, folder);
  if (!restored) return fail(restored.error());
  print(format("restored from {}\n", folder));
  return 0;
}

int print_token(const TokenRequest& request) {
  const auto ttl = parse_duration(request.ttl);
  if (!ttl) return fail(invalid("--ttl is not a duration like 30s, 10m, 1h or 2d"));
  const identity::RoomTokens tokens(
      Secret(), {{.name = request.key, .secret = Secret(request.secret), .app_rooms = false}});
  identity::RoomClaims claims;
  claims.key = request.key;
  claims.identity = request.identity;
  claims.name = request.name;
  claims.has_video = true;
  claims.video.room_join = true;
  claims.video.room = request.room;
  const auto token = tokens.sign(claims, wall_now(), *ttl);
  if (!token) return fail(token.error());
  print(*token + "\n");
  return 0;
}

}  // namespace vv::server
