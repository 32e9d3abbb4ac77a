#include "shard/shards.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "net/interfaces.hpp"
#include "rtc/dtls/renewed_identity.hpp"
#include "rtc/stun/stun_message.hpp"
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

Status bind_at(net::Endpoint address, const ShardOptions& options, unsigned shard,
               Sockets& sockets) {
  address.port = port_of(options.udp_port, shard);
  VV_ASSIGN_OR_RETURN(net::UdpSocket udp, net::UdpSocket::bind(address));
  if (options.listens_on_tcp) {
    address.port = port_of(options.tcp_port, shard);
    VV_ASSIGN_OR_RETURN(net::TcpListener tcp, net::TcpListener::bind(address));
    sockets.tcp.push_back(std::move(tcp));
  }
  sockets.udp.push_back(std::move(udp));
  return {};
}

Result<Sockets> bind_all(const std::vector<net::Endpoint>& addresses, const ShardOptions& options,
                         unsigned shard) {
  Sockets sockets;
  for (const net::Endpoint& address : addresses) {
    const Status bound = bind_at(address, options, shard, sockets);
    if (bound) continue;
    const Error& error = bound.error();
    // An IPv6 address may still be in the making; one that is not there is no reason not to serve.
    if (address.is_v4() || addresses.size() == 1) return error;
    log::warn("address left out", {{"reason", error.message}});
  }
  if (sockets.udp.empty()) return unavailable("no address to serve RTC on");
  return sockets;
}

void add_candidate(std::vector<Candidate>& to, const net::Endpoint& endpoint,
                   rtc::Protocol protocol) {
  const auto foundation = static_cast<std::uint16_t>(to.size() + 1);
  to.push_back({to_rtc(endpoint, protocol), priority(protocol, to.size()), foundation});
}

Result<std::vector<Candidate>> candidates_of(const Sockets& sockets,
                                             const std::optional<Advertised>& advertise,
                                             unsigned shard) {
  std::vector<Candidate> found;
  if (advertise) {
    auto told = net::parse_address(advertise->address);
    if (!told) return invalid("the advertised RTC address must be an IP address", "rtc-advertise");
    const std::uint16_t udp = port_of(advertise->udp_port, shard);
    told->port = udp != 0 ? udp : sockets.udp.front().local().port;
    add_candidate(found, *told, rtc::Protocol::Udp);
    if (sockets.tcp.empty()) return found;
    const std::uint16_t tcp = port_of(advertise->tcp_port, shard);
    told->port = tcp != 0 ? tcp : sockets.tcp.front().local().port;
    add_candidate(found, *told, rtc::Protocol::Tcp);
    return found;
  }
  for (const net::UdpSocket& socket : sockets.udp)
    add_candidate(found, socket.local(), rtc::Protocol::Udp);
  for (const net::TcpListener& listener : sockets.tcp)
    add_candidate(found, listener.local(), rtc::Protocol::Tcp);
  return found;
}

/// Addresses under which a listener at `bound` can be reached, if our media can at `media`.
std::vector<net::Endpoint> reachable(const net::Endpoint& bound,
                                     const std::vector<net::Endpoint>& media,
                                     const std::optional<Advertised>& advertise) {
  if (advertise) {
    const auto told = net::parse_address(advertise->address);
    // Who listens for this machine alone is not behind what others are told.
    if (!told || (bound.is_loopback() && !told->is_loopback())) return {};
    return {*told};
  }
  if (!bound.is_any()) return {bound};
  std::vector<net::Endpoint> all = media;
  if (bound.is_v4())
    std::erase_if(all, [](const net::Endpoint& address) { return !address.is_v4(); });
  return all;
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

  std::unique_ptr<rtc::RenewedIdentity> identity;
  std::vector<net::Endpoint> addresses;  // that media is bound to
  std::optional<Advertised> advertise;
  std::vector<One> shards;
};

Shards::Shards(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Shards::~Shards() = default;

Result<std::unique_ptr<Shards>> Shards::start(ShardOptions options, EventSink on_event) {
  auto parts = std::make_unique<Parts>();
  VV_ASSIGN_OR_RETURN(parts->identity, rtc::RenewedIdentity::create(monotonic_now()));
  VV_ASSIGN_OR_RETURN(parts->addresses, addresses_to_bind(options));
  for (unsigned n = 0; n < std::max(options.count, 1U); ++n) {
    VV_ASSIGN_OR_RETURN(Sockets sockets, bind_all(parts->addresses, options, n));
    Parts::One one;
    VV_ASSIGN_OR_RETURN(one.candidates, candidates_of(sockets, options.advertise, n));
    VV_ASSIGN_OR_RETURN(one.shard, Shard::create(std::move(sockets), on_event));
    parts->shards.push_back(std::move(one));
  }
  parts->advertise = std::move(options.advertise);
  const std::size_t count = parts->shards.size();
  for (std::size_t n = 0; n < count; ++n)
    parts->shards[n].shard->set_next(parts->shards[(n + 1) % count].shard->mailbox());
  for (std::size_t n = 0; n < count; ++n) {
    Shard* shard = parts->shards[n].shard.get();
    parts->shards[n].thread =
        std::make_unique<LoopRunner>(format("shard{}", n), [shard] { shard->run(); });
  }
  return std::unique_ptr<Shards>(new Shards(std::move(parts)));
}

bool Shards::post(sfu::Command command) {
  return parts_->of(sfu::room_of(command)).shard->mailbox().post(std::move(command));
}

void Shards::add_tcp_port(const net::Endpoint& bound, std::uint16_t told) {
  for (net::Endpoint address : reachable(bound, parts_->addresses, parts_->advertise)) {
    address.port = told != 0 ? told : bound.port;
    for (Parts::One& one : parts_->shards)
      add_candidate(one.candidates, address, rtc::Protocol::Tcp);
  }
}

void Shards::take(net::TcpStream stream, Bytes packet) {
  TcpArrival arrival{.stream = std::move(stream),
                     .ufrag = std::string(rtc::stun::peek_receiver_ufrag(packet)),
                     .others = parts_->shards.size() - 1};
  parts_->shards.front().shard->mailbox().post(std::move(arrival));
}

const std::vector<Candidate>& Shards::candidates(sfu::RoomId room) const {
  return parts_->of(room).candidates;
}

std::shared_ptr<const rtc::DtlsIdentity> Shards::identity(Instant now) {
  return parts_->identity->at(now);
}

}  // namespace vv::shard
