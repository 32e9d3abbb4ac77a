#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <limits>

#include "base/clock.hpp"
#include "base/disk_space.hpp"
#include "base/format.hpp"
#include "market/invariants.hpp"
#include "net/endpoint.hpp"
#include "net/tls/context.hpp"
#include "reactive/promises.hpp"
#include "server/backup_plan.hpp"
#include "server/commands.hpp"
#include "server/functions.hpp"
#include "server/rtc_options.hpp"
#include "store/backup.hpp"
#include "store/store.hpp"

namespace vv::server {
namespace {

/// Collects the findings, one line each.
class Report {
 public:
  void good(const std::string& what) { std::puts(("ok    " + what).c_str()); }
  void note(const std::string& what) { std::puts(("note  " + what).c_str()); }
  void bad(const std::string& what) {
    std::puts(("FAIL  " + what).c_str());
    failures_ = true;
  }
  [[nodiscard]] int status() const { return failures_ ? 1 : 0; }

 private:
  bool failures_ = false;
};

enum class Protocol : std::uint8_t { Udp, Tcp };

/// Whether the port can be bound right now; errno's text when not.
std::optional<std::string> refuse_bind(const net::Endpoint& endpoint, Protocol protocol) {
  const int fd = ::socket(endpoint.is_v4() ? AF_INET : AF_INET6,
                          (protocol == Protocol::Udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
  if (fd < 0) return std::strerror(errno);
  const int on = 1;
  if (protocol == Protocol::Tcp) ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(endpoint.port);
  std::memcpy(&v4.sin_addr, &endpoint.address[12], 4);
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(endpoint.port);
  std::memcpy(&v6.sin6_addr, endpoint.address.data(), 16);
  const auto* address = endpoint.is_v4() ? reinterpret_cast<const sockaddr*>(&v4)
                                         : reinterpret_cast<const sockaddr*>(&v6);
  const auto size = static_cast<socklen_t>(endpoint.is_v4() ? sizeof v4 : sizeof v6);
  const int bound = ::bind(fd, address, size);
  const int why = errno;
  ::close(fd);
  if (bound == 0) return std::nullopt;
  return std::strerror(why);
}

void check_port(Report& report, std::string_view what, const net::Endpoint& endpoint,
                Protocol protocol) {
  const auto why = refuse_bind(endpoint, protocol);
  if (!why) return report.good(format("{} {} is free", what, endpoint.text()));
  report.bad(format("{} {} cannot be bound: {} (is the server running already?)", what,
                    endpoint.text(), *why));
}

void check_ports(Report& report, const Config& config) {
  check_port(report, "HTTP port", *net::parse_endpoint(config.listen), Protocol::Tcp);
  const std::string address = config.rtc_ip.empty() ? "0.0.0.0" : config.rtc_ip;
  for (std::int64_t n = 0; n < std::max<std::int64_t>(config.rtc_shards, 1); ++n) {
    check_port(report, "media over UDP",
               *net::parse_address(address, static_cast<std::uint16_t>(config.rtc_udp + n)),
               Protocol::Udp);
    if (config.rtc_tcp == 0) continue;
    check_port(report, "media over TCP",
               *net::parse_address(address, static_cast<std::uint16_t>(config.rtc_tcp + n)),
               Protocol::Tcp);
  }
  if (takes_rtc_over_http(config)) {
    report.good("networks that let nothing but the HTTP port through get media over it");
  }
}

void check_addresses(Report& report, const Config& config) {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return report.bad("the machine's addresses cannot be listed");
  int beyond = 0;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
    net::Endpoint endpoint = *net::parse_address("0.0.0.0");
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
    std::memcpy(&endpoint.address[12], &v4->sin_addr, 4);
    if (endpoint.is_loopback()) continue;
    ++beyond;
    report.good(format("address {} on {}", endpoint.address_text(), entry->ifa_name));
  }
  ::freeifaddrs(list);
  if (beyond == 0) report.note("only loopback addresses: calls work on this machine alone");
  if (!config.rtc_advertise.empty()) report.note("candidates say " + config.rtc_advertise);
}

void check_tls(Report& report, const Config& config) {
  if (config.has_tls()) {
    const auto context =
        net::make_tls_context({.certificate = config.tls.certificate, .key = config.tls.key});
    return context ? report.good("TLS certificate and key can be read")
                   : report.bad(context.error().message);
  }
  const auto listen = net::parse_endpoint(config.listen);
  const bool https_in_front = config.public_url.starts_with("https://");
  if (listen && !listen->is_loopback() && !https_in_front) {
    report.bad(
        "browsers give cameras to HTTPS pages only: set [tls], or put a proxy in front and "
        "set public_url");
  } else {
    report.good(https_in_front ? "HTTPS by a proxy in front" : "loopback needs no TLS");
  }
}

/// I1 to I8 (threat-model, section 6), as far as rows can show them.
void check_invariants(Report& report, store::Store& store) {
  constexpr std::size_t kShown = 20;  // complaints of one kind
  std::size_t found = 0;
  const Status read = store.read([&](store::Reader& db) -> Status {
    for (const auto look : {market::broken_invariants, reactive::broken_promises}) {
      VV_ASSIGN_OR_RETURN(const std::vector<std::string> complaints, look(db));
      found += complaints.size();
      for (std::size_t i = 0; i < std::min(kShown, complaints.size()); ++i) {
        report.bad(complaints[i]);
      }
    }
    return {};
  });
  if (!read) return report.bad(read.error().message);
  if (found == 0) report.good("demandes, offres, sessions and commits agree with each other");
}

void check_data(Report& report, const Config& config) {
  std::error_code error;
  std::filesystem::create_directories(config.data, error);
  const auto space = std::filesystem::space(config.data, error);
  if (error) return report.bad(format("{}: {}", config.data, error.message()));
  const std::string free = format("{} MiB are free in {}", space.available >> 20, config.data);
  space.available > kDiskReserve ? report.good(free) : report.bad(free + ": changes are refused");
  if (!config.has_database_server() && std::filesystem::exists(config.database_path(), error)) {
    // Before a server's own look, which may change what it opens.
    const Status sound = store::check_integrity(config.database_path());
    sound ? report.good("every page of the database was read and is sound")
          : report.bad(sound.error().message + " (docs/operations/backups.md)");
    if (!sound) return;
  }
  // All of a table may be read, however large it is.
  constexpr store::ReadLimits kEverything{.rows = std::numeric_limits<std::size_t>::max(),
                                          .bytes = std::numeric_limits<std::size_t>::max(),
                                          .time = hours(1)};
  const auto store = store::Store::open(
      {.path = config.database_path(), .query_limits = kEverything}, make_schema());
  if (!store) return report.bad(store.error().message);
  report.good(format("database {} opens", config.database_shown()));
  if ((*store)->was_shared()) report.note("other servers use this database now");
  check_invariants(report, **store);
}

void check_backups(Report& report, const Config& config) {
  if (config.has_database_server()) {
    return report.note("the database is PostgreSQL's: pg_dump saves it, not visavis backup");
  }
  const std::string folder = config.backup_folder();
  if (folder.empty()) {
    return report.note("the server makes no backups: set [backup] folder, on another disk");
  }
  const std::optional<std::string> newest = newest_backup(folder);
  if (!newest) return report.note(format("no backup lies in {} yet", folder));
  const Duration age = wall_now() - *time_of_backup(*newest);
  const std::string text =
      format("the newest backup, {}, is {} h old", *newest, age.as_millis() / hours(1).as_millis());
  age < days(1) ? report.good(text) : report.bad(text + " (docs/operations/backups.md)");
}

void check_clock(Report& report) {
  constexpr std::int64_t kBuilt = 1'735'689'600'000;  // 2025-01-01
  wall_now().value > kBuilt ? report.good("the clock is plausible")
                            : report.bad("the clock is years behind: tokens will be refused");
}

}  // namespace

int examine(const ConfigSources& sources) {
  Report report;
  const auto config = load_config(sources);
  if (!config) {
    report.bad(config.error().message);
    return report.status();
  }
  report.good("the configuration is sound");
  check_ports(report, *config);
  check_addresses(report, *config);
  check_tls(report, *config);
  check_clock(report);
  check_data(report, *config);
  check_backups(report, *config);
  report.good("audio: Opus; video: VP8, VP9, H.264, AV1 are forwarded, never decoded");
  return report.status();
}

}  // namespace vv::server
