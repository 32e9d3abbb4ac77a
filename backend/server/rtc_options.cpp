#include "server/rtc_options.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "net/endpoint.hpp"
#include "net/http/outgoing.hpp"

namespace vv::server {
namespace {

/// The number up to the next colon, taken off `rest` with it; 0 when there is none.
std::uint16_t take_port(std::string_view& rest) {
  if (!rest.starts_with(':')) return 0;
  rest.remove_prefix(1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), port);
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return error == std::errc{} ? port : std::uint16_t{0};
}

/// ADDR[:UDPPORT[:TCPPORT]], whose form the configuration has checked.
shard::Advertised parse_advertised(std::string_view text) {
  const bool bracketed = text.starts_with('[');
  const std::size_t end = bracketed ? text.find(']') : text.find(':');
  shard::Advertised out{.address =
                            std::string(bracketed ? text.substr(1, end - 1) : text.substr(0, end))};
  std::string_view rest =
      end == std::string_view::npos ? std::string_view() : text.substr(end + (bracketed ? 1 : 0));
  out.udp_port = take_port(rest);
  out.tcp_port = take_port(rest);
  return out;
}

}  // namespace

shard::ShardOptions rtc_options(const Config& config) {
  const auto listen = net::parse_endpoint(config.listen);
  shard::ShardOptions options;
  options.udp_port = static_cast<std::uint16_t>(config.rtc_udp);
  options.tcp_port = static_cast<std::uint16_t>(config.rtc_tcp);
  options.listens_on_tcp = config.rtc_tcp != 0;
  options.only_address = config.rtc_ip;
  options.count = static_cast<unsigned>(std::max<std::int64_t>(config.rtc_shards, 1));
  // Contract section 1: loopback is offered when HTTP listens there, which every address includes.
  const bool any =
      listen && (listen->address_text() == "0.0.0.0" || listen->address_text() == "::");
  options.loopback = listen && (listen->is_loopback() || any);
  if (!config.rtc_advertise.empty()) options.advertise = parse_advertised(config.rtc_advertise);
  return options;
}

bool takes_rtc_over_http(const Config& config) {
  return config.rtc_on_http_port && config.trusted_proxies.empty();
}

std::uint16_t public_port(const Config& config) {
  const auto url = net::read_post_url(config.public_url);
  std::uint16_t port = 0;
  if (url) std::from_chars(url->port.data(), url->port.data() + url->port.size(), port);
  return port;
}

}  // namespace vv::server
