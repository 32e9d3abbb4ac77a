#include "shard/shards.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "net/interfaces.hpp"
#include "rtc/dtls/dtls_identity.hpp"
#include "shard/shard.hpp"

namespace vv::shard {
namespace {

// RFC 8445 §5.1.2.1 for host candidates; RFC 6544 §4.2 puts TCP below.
constexpr std::uint32_t kUdpTypePreference = 126;
constexpr std::uint32_t kTcpTypePreference = 90;

std::uint32_t priority(rtc::Protocol protocol, std::size_t rank) {
  const std::uint32_t type =
      protocol == rtc::Protocol::Udp ? kUdpTypePreference : kTcpTypePreference;
  const auto local = static_cast<std::uint32_t>(65'535 - std::min<std::size_t>(rank, 65'535));
  return (type << 24) | (local << 8) | 255;  // component 1
}

Result<std::vector<net::Endpoint>> addresses_to_bind(const ShardOptions& options) {
  std::vector<net::Endpoint> addresses;
  if (!options.only_address.empty()) {
    const auto only = net::parse_address(options.only_address);
    if (!only) return invalid("the RTC address must be an IP address", "rtc-ip");
    addresses.push_back(*only);
    return addresses;
  }
  for (const net::Endpoint& address : net::local_addresses()) {
    if (options.loopback || !address.is_loopback()) addresses.push_back(address);
  }
  if (addresses.empty()) addresses.push_back(*net::parse_address("127.0.0.1"));
  return addresses;
}

std::uint16_t port_of(std::uint16_t first, unsigned shard) {
  return first == 0 ? std::uint16_t{0} : static_cast<std::uint16_t>(first + shard);
}

Result<Sockets> bind_all(const std::vector<net::Endpoint>& addresses, std::uint16_t udp_port,
                         std::uint16_t tcp_port) {
  Sockets sockets;
  for (net::Endpoint address : addresses) {
    address.port = udp_port;
    auto udp = net::UdpSocket::bind(address);
    address.port = tcp_port;
    auto tcp = net::TcpListener::bind(address);
    if (udp && tcp) {
      sockets.udp.push_back(std::move(*udp));
      sockets.tcp.push_back(std::move(*tcp));
      continue;
    }
    const Error error = udp ? std::move(tcp).error() : std::move(udp).error();
    // An IPv6 address may still be in the making; one that is not there is no reason not to serve.
    if (address.is_v4() || addresses.size() == 1) return error;
    log::warn("address left out", {{"reason", error.message}});
  }
  if (sockets.udp.empty()) return unavailable("no address to serve RTC on");
  return sockets;
}

Result<std::vector<Candidate>> candidates_of(const Sockets& sockets,
                                             const std::optional<Advertised>& advertise) {
  std::vector<Candidate> found;
  const auto add = [&](const rtc::TransportAddress& address) {
    const auto foundation = static_cast<std::uint16_t>(found.size() + 1);
    found.push_back({address, priority(address.protocol(), found.size()), foundation});
  };
  if (advertise) {
    const auto ip = net::parse_address(advertise->address);
    if (!ip) return invalid("the advertised RTC address must be an IP address", "rtc-advertise");
    net::Endpoint udp = *ip;
    udp.port = advertise->udp_port != 0 ? advertise->udp_port : sockets.udp.front().local().port;
    net::Endpoint tcp = *ip;
    tcp.port = advertise->tcp_port != 0 ? advertise->tcp_port : sockets.tcp.front().local().port;
    add(to_rtc(udp, rtc::Protocol::Udp));
    add(to_rtc(tcp, rtc::Protocol::Tcp));
    return found;
  }
  for (const net::UdpSocket& socket : sockets.udp) add(to_rtc(socket.local(), rtc::Protocol::Udp));
  for (const net::TcpListener& listener : sockets.tcp)
    add(to_rtc(listener.local(), rtc::Protocol::Tcp));
  return found;
}

}  // namespace

struct Shards::Parts {
  struct One {
    std::unique_ptr<Shard> shard;
    std::vector<Candidate> candidates;
    std::unique_ptr<LoopRunner> thread;
  };

  ~Parts() {
    for (One& one : shards) one.shard->mailbox().stop();
    for (One& one : shards) one.thread.reset();  // waits
  }
  [[nodiscard]] One& of(sfu::RoomId room) { return shards[room.raw() % shards.size()]; }

  std::unique_ptr<rtc::DtlsIdentity> identity;
  std::vector<One> shards;
};

Shards::Shards(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Shards::~Shards() = default;

Result<std::unique_ptr<Shards>> Shards::start(ShardOptions options, EventSink on_event) {
  auto parts = std::make_unique<Parts>();
  VV_ASSIGN_OR_RETURN(parts->identity, rtc::DtlsIdentity::create());
  VV_ASSIGN_OR_RETURN(const auto addresses, addresses_to_bind(options));
  for (unsigned n = 0; n < std::max(options.count, 1U); ++n) {
    VV_ASSIGN_OR_RETURN(Sockets sockets, bind_all(addresses, port_of(options.udp_port, n),
                                                  port_of(options.tcp_port, n)));
    Parts::One one;
    VV_ASSIGN_OR_RETURN(one.candidates, candidates_of(sockets, options.advertise));
    VV_ASSIGN_OR_RETURN(one.shard, Shard::create(std::move(sockets), *parts->identity, on_event));
    parts->shards.push_back(std::move(one));
  }
  for (std::size_t n = 0; n < parts->shards.size(); ++n) {
    Shard* shard = parts->shards[n].shard.get();
    parts->shards[n].thread =
        std::make_unique<LoopRunner>(format("shard{}", n), [shard] { shard->run(); });
  }
  return std::unique_ptr<Shards>(new Shards(std::move(parts)));
}

bool Shards::post(sfu::Command command) {
  return parts_->of(sfu::room_of(command)).shard->mailbox().post(std::move(command));
}

const std::vector<Candidate>& Shards::candidates(sfu::RoomId room) const {
  return parts_->of(room).candidates;
}

const rtc::DtlsIdentity& Shards::identity() const { return *parts_->identity; }

}  // namespace vv::shard
