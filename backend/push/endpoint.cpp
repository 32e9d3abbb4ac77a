#include "push/endpoint.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/format.hpp"

namespace vv::push {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/// A name with a letter in its last label: numbers in any notation are addresses, and none may
/// stand here.
bool is_host_name(std::string_view host) {
  if (host.empty() || host.size() > 253 || !std::ranges::all_of(host, is_name_character)) {
    return false;
  }
  const std::size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || dot + 1 == host.size() || host.front() == '.') return false;
  const char first = host[dot + 1];
  return first >= 'a' && first <= 'z';
}

/// Chrome and what is built on it; Firefox; Edge; Safari. These and what is below them.
constexpr std::array<std::string_view, 4> kServices = {
    "fcm.googleapis.com", "push.services.mozilla.com", "notify.windows.com", "push.apple.com"};

bool is_below(std::string_view host, std::string_view service) {
  if (!host.ends_with(service) || service.empty()) return false;
  return host.size() == service.size() || host[host.size() - service.size() - 1] == '.';
}

struct Range {
  std::array<std::uint8_t, 16> prefix;
  int bits;
};

bool is_in(Bytes address, Bytes prefix, int bits) {
  for (std::size_t i = 0; bits > 0; ++i, bits -= 8) {
    const int shift = std::max(0, 8 - bits);
    if ((address[i] >> shift) != (prefix[i] >> shift)) return false;
  }
  return true;
}

// IANA's registries of special-purpose addresses: whatever is not globally reachable, multicast,
// and what leads to IPv4 by another name (6to4, NAT64, Teredo).
constexpr Range kNotPublic4[] = {
    {{0}, 8},
    {{10}, 8},
    {{100, 64}, 10},
    {{127}, 8},
    {{169, 254}, 16},
    {{172, 16}, 12},
    {{192, 0, 0}, 24},
    {{192, 0, 2}, 24},
    {{192, 88, 99}, 24},
    {{192, 168}, 16},
    {{198, 18}, 15},
    {{198, 51, 100}, 24},
    {{203, 0, 113}, 24},
    {{224}, 4},
    {{240}, 4},
};
constexpr Range kNotPublic6[] = {
    {{0x01, 0x00}, 64},
    {{0x20, 0x01, 0x00}, 23},
    {{0x20, 0x01, 0x0d, 0xb8}, 32},
    {{0x20, 0x02}, 16},
};

}  // namespace

std::string Endpoint::origin() const {
  const std::uint16_t usual = secure ? 443 : 80;
  const std::string_view scheme = secure ? "https" : "http";
  return port == usual ? format("{}://{}", scheme, host) : format("{}://{}:{}", scheme, host, port);
}

Result<Endpoint> parse_endpoint(std::string_view url, Reach reach) {
  Endpoint endpoint;
  const std::string field = "endpoint";
  if (url.size() > kMaxEndpoint) return invalid("an endpoint has at most 1024 letters", field);
  if (std::ranges::any_of(url,
                          [](char c) { return c <= ' ' || c >= 0x7f || c == '"' || c == '\\'; })) {
    return invalid("an endpoint is a plain URL", field);
  }
  if (url.starts_with("https://")) {
    url.remove_prefix(8);
  } else if (reach == Reach::Any && url.starts_with("http://")) {
    url.remove_prefix(7);
    endpoint.secure = false;
    endpoint.port = 80;
  } else {
    return invalid("a push service is reached by https", field);
  }
  const std::size_t slash = url.find_first_of("/?#");
  std::string_view authority = url.substr(0, slash);
  endpoint.target = slash == std::string_view::npos ? "/" : std::string(url.substr(slash));
  if (endpoint.target.front() != '/') endpoint.target.insert(0, "/");
  if (endpoint.target.find('#') != std::string::npos) {
    return invalid("an endpoint has no fragment", field);
  }
  if (const std::size_t colon = authority.find(':'); colon != std::string_view::npos) {
    const std::string_view port = authority.substr(colon + 1);
    const char* end = port.data() + port.size();
    const auto read = std::from_chars(port.data(), end, endpoint.port);
    if (read.ec != std::errc() || read.ptr != end || endpoint.port == 0) {
      return invalid("an endpoint's port is a number", field);
    }
    if (reach == Reach::Public && endpoint.port != 443) {
      return invalid("a push service is reached at port 443", field);
    }
    authority = authority.substr(0, colon);
  }
  endpoint.host = std::string(authority);
  const bool own = reach == Reach::Any && (authority == "localhost" || authority == "127.0.0.1");
  if (!own && !is_host_name(authority)) {
    return invalid("an endpoint names a host in lower case", field);
  }
  return endpoint;
}

bool is_push_service(std::string_view host, std::span<const std::string> more) {
  const auto has = [host](std::string_view service) { return is_below(host, service); };
  return std::ranges::any_of(kServices, has) || std::ranges::any_of(more, has);
}

bool is_public_address(Bytes address) {
  if (address.size() == 4) {
    return std::ranges::none_of(
        kNotPublic4, [&](const Range& range) { return is_in(address, range.prefix, range.bits); });
  }
  // RFC 4291 §2.4: of IPv6 only 2000::/3 is given out.
  if (address.size() != 16 || (address[0] & 0xe0) != 0x20) return false;
  return std::ranges::none_of(
      kNotPublic6, [&](const Range& range) { return is_in(address, range.prefix, range.bits); });
}

}  // namespace vv::push
