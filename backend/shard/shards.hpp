#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "sfu/command.hpp"
#include "sfu/event.hpp"
#include "shard/candidate.hpp"

namespace vv::rtc {
class DtlsIdentity;
}
namespace vv::net {
struct Endpoint;
class TcpStream;
}  // namespace vv::net

namespace vv::shard {

/// What candidates say instead of what is bound (NAT, or a relay in a test).
struct Advertised {
  std::string address;         ///< an IP address
  std::uint16_t udp_port = 0;  ///< shard n is told as this plus n; 0: the bound one
  std::uint16_t tcp_port = 0;
};

struct ShardOptions {
  std::uint16_t udp_port = 7882;  ///< shard n uses udp_port + n; 0 lets the system choose
  std::uint16_t tcp_port = 7881;  ///< likewise
  bool listens_on_tcp = true;     ///< on a port of its own; else no shard does
  std::string only_address = {};  ///< bind this one alone (`--rtc-ip`); empty: every address
  bool loopback = true;           ///< whether loopback addresses are bound and offered too
  std::optional<Advertised> advertise = {};
  unsigned count = 1;  ///< threads
};

/// The media threads: each has its sockets, its rooms and a loop of its own, and shares nothing.
///
/// Owns:    the threads, their mailboxes, the process's DTLS identities.
/// Not its: what rooms mean (signaling), what packets mean (sfu).
class Shards {
 public:
  /// Called on a shard's thread, one event at a time; it must not block.
  using EventSink = std::function<void(sfu::Event)>;

  /// Binds every socket before it returns, so a taken port is an error here.
  static Result<std::unique_ptr<Shards>> start(ShardOptions options, EventSink on_event);
  /// Ends the threads and everyone's transports.
  ~Shards();
  Shards(const Shards&) = delete;
  Shards& operator=(const Shards&) = delete;

  /// From any thread. Commands of one room are applied in the order they were posted. False when
  /// the shard's mailbox is full: the shard is overloaded, and the caller should refuse new joins.
  bool post(sfu::Command command);

  /// From now on candidates name a port too that somebody else listens on, who gives us its RTC
  /// connections (`take`). On the thread that asks for candidates.
  /// @param bound  where that listens; every address means each of ours of its family, IPv6 both
  /// @param told  the port clients are told, 0: the bound one
  void add_tcp_port(const net::Endpoint& bound, std::uint16_t told);
  /// Takes such a connection; `packet` is its first, which the stream will give again. It goes to
  /// the shard whose transport the packet is a check for, and ends when there is none.
  void take(net::TcpStream stream, Bytes packet);

  /// Where the room's transports can be reached, best first.
  [[nodiscard]] const std::vector<Candidate>& candidates(sfu::RoomId room) const;
  /// What a transport that begins now begins with; another one each day (threat-model M8). On the
  /// thread that asks for candidates.
  [[nodiscard]] std::shared_ptr<const rtc::DtlsIdentity> identity(Instant now);

 private:
  struct Parts;
  explicit Shards(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace vv::shard
