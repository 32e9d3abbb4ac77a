#include "rtc/transport_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "base/format.hpp"

namespace vv::rtc {
namespace {
constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
}

TransportAddress TransportAddress::v4(std::array<std::uint8_t, 4> ip, std::uint16_t port,
                                      Protocol protocol) {
  TransportAddress a;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), a.ip_.begin());
  std::copy(ip.begin(), ip.end(), a.ip_.begin() + 12);
  a.port_ = port;
  a.protocol_ = protocol;
  return a;
}

TransportAddress TransportAddress::v6(const std::array<std::uint8_t, 16>& ip, std::uint16_t port,
                                      Protocol protocol) {
  TransportAddress a;
  a.ip_ = ip;
  a.port_ = port;
  a.protocol_ = protocol;
  return a;
}

std::optional<TransportAddress> TransportAddress::parse(std::string_view ip, std::uint16_t port,
                                                        Protocol protocol) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (ip.size() >= text.size()) return std::nullopt;
  std::copy(ip.begin(), ip.end(), text.begin());
  std::array<std::uint8_t, 4> four{};
  if (inet_pton(AF_INET, text.data(), four.data()) == 1) return v4(four, port, protocol);
  std::array<std::uint8_t, 16> sixteen{};
  if (inet_pton(AF_INET6, text.data(), sixteen.data()) == 1) return v6(sixteen, port, protocol);
  return std::nullopt;
}

bool TransportAddress::is_v4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), ip_.begin());
}

std::string TransportAddress::ip_text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(is_v4() ? AF_INET : AF_INET6, ip().data(), text.data(), text.size());
  return text.data();
}

std::string TransportAddress::to_string() const {
  const char* protocol = protocol_ == Protocol::Udp ? "udp" : "tcp";
  return is_v4() ? format("{}:{}/{}", ip_text(), port_, protocol)
                 : format("[{}]:{}/{}", ip_text(), port_, protocol);
}

std::size_t TransportAddress::hash() const noexcept {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  std::memcpy(&high, ip_.data(), 8);
  std::memcpy(&low, ip_.data() + 8, 8);
  // splitmix64's finaliser: neighbouring ports of one address must not share a bucket's run.
  std::uint64_t h = low ^ (high * 0x9E3779B97F4A7C15U) ^ (std::uint64_t{port_} << 1) ^
                    static_cast<std::uint64_t>(protocol_);
  h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9U;
  h = (h ^ (h >> 27)) * 0x94D049BB133111EBU;
  return static_cast<std::size_t>(h ^ (h >> 31));
}

}  // namespace vv::rtc
