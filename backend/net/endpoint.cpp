#include "net/endpoint.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "base/encoding.hpp"
#include "base/format.hpp"

namespace vv::net {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

bool Endpoint::is_v4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.begin());
}

bool Endpoint::is_loopback() const {
  if (is_v4()) return address[12] == 127;
  for (std::size_t i = 0; i < 15; ++i) {
    if (address[i] != 0) return false;
  }
  return address[15] == 1;
}

bool Endpoint::is_any() const {
  const std::size_t host = is_v4() ? 12 : 0;
  return std::all_of(address.begin() + static_cast<std::ptrdiff_t>(host), address.end(),
                     [](std::uint8_t byte) { return byte == 0; });
}

std::string Endpoint::address_text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_v4()) {
    inet_ntop(AF_INET, &address[12], text.data(), text.size());
  } else {
    inet_ntop(AF_INET6, address.data(), text.data(), text.size());
  }
  return text.data();
}

std::string Endpoint::text() const {
  return is_v4() ? format("{}:{}", address_text(), port) : format("[{}]:{}", address_text(), port);
}

std::string Endpoint::block() const {
  if (is_v4()) return address_text();
  return hex_encode(Bytes(address).first(8));
}

bool Endpoint::is_near(const Endpoint& other) const {
  const std::ptrdiff_t prefix = is_v4() ? 15 : 8;  // IPv4 lies in the last four of sixteen bytes
  return is_v4() == other.is_v4() &&
         std::equal(address.begin(), address.begin() + prefix, other.address.begin());
}

std::optional<Endpoint> parse_address(std::string_view text, std::uint16_t port) {
  const std::string copy(text);
  Endpoint endpoint{.address = {}, .port = port};
  if (inet_pton(AF_INET, copy.c_str(), &endpoint.address[12]) == 1) {
    std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), endpoint.address.begin());
    return endpoint;
  }
  if (inet_pton(AF_INET6, copy.c_str(), endpoint.address.data()) == 1) return endpoint;
  return std::nullopt;
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::uint16_t port = 0;
  const std::string_view digits = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host == "localhost") host = "127.0.0.1";
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;  // an IPv6 address without brackets: where would the port begin?
  }
  return parse_address(host, port);
}

}  // namespace vv::net
