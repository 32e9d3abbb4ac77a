#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vv::net {

/// An IP address and a port. IPv4 is kept as IPv4-mapped IPv6 (::ffff:a.b.c.d), so that one form
/// compares equal however the socket saw it.
struct Endpoint {
  std::array<std::uint8_t, 16> address{};
  std::uint16_t port = 0;

  auto operator<=>(const Endpoint&) const = default;

  [[nodiscard]] bool is_v4() const;
  [[nodiscard]] bool is_loopback() const;
  /// 0.0.0.0 or ::, which a listener at every address has.
  [[nodiscard]] bool is_any() const;
  /// `192.0.2.1` or `2001:db8::1`.
  [[nodiscard]] std::string address_text() const;
  /// `192.0.2.1:80` or `[2001:db8::1]:80`.
  [[nodiscard]] std::string text() const;
  /// What limits by address count together: one IPv4 address, one IPv6 /64 (threat-model H14).
  [[nodiscard]] std::string block() const;
  /// Whether both lie in one IPv4 /24 or one IPv6 /64 (threat-model M19).
  [[nodiscard]] bool is_near(const Endpoint& other) const;
};

/// Reads an address without a port; nothing when it is none.
[[nodiscard]] std::optional<Endpoint> parse_address(std::string_view text, std::uint16_t port = 0);
/// Reads `ADDR:PORT`, `[ADDR]:PORT`. `localhost` is 127.0.0.1.
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);

}  // namespace vv::net
