#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "sfu/drop_reason.hpp"
#include "sfu/incoming_packet.hpp"

namespace vv::sfu {

class Outbox;
class Subscription;
struct Transport;

/// The packets of one burst and who takes them, turned over: they come in publisher by publisher
/// and are written subscriber by subscriber, so that what one subscriber gets lies side by side
/// (performance.md section 1). One a shard, shared by its rooms.
///
/// Bounds:  kPackets and kTakers a burst; full means flush before the next datagram. Nothing is
///          allocated after construction.
class Fanout {
 public:
  static constexpr std::size_t kPackets = 256;
  static constexpr std::size_t kTakers = 16'384;
  /// One packet may have at most this many takers at once (a budget of the room's size).
  static constexpr std::size_t kMaxTakersPerPacket = 8'192;

  explicit Fanout(DropCounters& drops);

  /// Whether one more packet fits with all its takers.
  [[nodiscard]] bool full() const noexcept {
    return packet_count_ == kPackets || kTakers - taker_count_ < kMaxTakersPerPacket;
  }
  [[nodiscard]] bool empty() const noexcept { return packet_count_ == 0; }

  /// A place for the next packet; not while `full()`.
  [[nodiscard]] IncomingPacket& add_packet() noexcept;
  /// The packet added last goes to `subscription`.
  void add_taker(Subscription& subscription) noexcept;

  /// Writes what waits. False: `out` is full; empty it and call again. True: all is written and
  /// the datagrams that the packets borrowed may go.
  [[nodiscard]] bool flush(Instant now, Outbox& out) noexcept;
  /// Packets written to outboxes so far.
  [[nodiscard]] std::uint64_t forwarded() const noexcept { return forwarded_; }

 private:
  struct Taker {
    std::uint32_t next = 0;
    std::uint32_t packet = 0;
    Subscription* subscription = nullptr;
  };
  DropCounters& drops_;
  std::vector<IncomingPacket> packets_;
  std::vector<Taker> takers_;
  std::vector<Transport*> waiting_;  // transports with a queue, in order of their first packet
  std::size_t packet_count_ = 0;
  std::size_t taker_count_ = 0;
  std::size_t next_waiting_ = 0;
  std::uint64_t forwarded_ = 0;
};

}  // namespace vv::sfu
