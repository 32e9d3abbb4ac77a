#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace vv::rtc {

enum class Protocol : std::uint8_t { Udp, Tcp };

/// One end of a transport: IP address, port, UDP or TCP. Trivially copyable, 20 bytes, hashable.
/// An IPv4 address is kept as the IPv6 address that maps it (RFC 4291 §2.5.5.2), so both families
/// compare alike and a dual-stack socket's addresses need no translation.
class TransportAddress {
 public:
  TransportAddress() = default;
  static TransportAddress v4(std::array<std::uint8_t, 4> ip, std::uint16_t port,
                             Protocol protocol = Protocol::Udp);
  static TransportAddress v6(const std::array<std::uint8_t, 16>& ip, std::uint16_t port,
                             Protocol protocol = Protocol::Udp);
  /// Reads "192.0.2.1" or "2001:db8::1", no brackets, no zone.
  static std::optional<TransportAddress> parse(std::string_view ip, std::uint16_t port,
                                               Protocol protocol = Protocol::Udp);

  [[nodiscard]] bool is_v4() const;
  /// 4 bytes for IPv4, 16 for IPv6.
  [[nodiscard]] Bytes ip() const { return is_v4() ? Bytes{ip_}.subspan(12) : Bytes{ip_}; }
  /// All 16 bytes, IPv4 mapped.
  [[nodiscard]] const std::array<std::uint8_t, 16>& mapped_ip() const { return ip_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] Protocol protocol() const { return protocol_; }

  [[nodiscard]] std::string ip_text() const;
  /// "192.0.2.1:7882/udp"
  [[nodiscard]] std::string to_string() const;

  auto operator<=>(const TransportAddress&) const = default;
  [[nodiscard]] std::size_t hash() const noexcept;

 private:
  std::array<std::uint8_t, 16> ip_{};
  std::uint16_t port_ = 0;
  Protocol protocol_ = Protocol::Udp;
};

/// Where a datagram came in and from whom; sending back goes the same way.
struct Path {
  TransportAddress local;
  TransportAddress remote;
  auto operator<=>(const Path&) const = default;
};

}  // namespace vv::rtc

template <>
struct std::hash<vv::rtc::TransportAddress> {
  std::size_t operator()(const vv::rtc::TransportAddress& a) const noexcept { return a.hash(); }
};
template <>
struct std::hash<vv::rtc::Path> {
  std::size_t operator()(const vv::rtc::Path& p) const noexcept {
    return p.remote.hash() * 31 + p.local.hash();
  }
};
