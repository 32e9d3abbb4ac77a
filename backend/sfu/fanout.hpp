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
struct PublishedTrack;
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

  /// Where a packet comes from: packets of one source have the same takers.
  struct Source {
    const PublishedTrack* track = nullptr;
    std::uint32_t version = 0;  ///< of its list of takers
    std::uint8_t layer = 0;
    bool operator==(const Source&) const = default;
  };
  /// Whether the last packet was of this source, too, and one more fits: then `add_packet` is all
  /// that is to be done, however many takers there are.
  [[nodiscard]] bool goes_on(const Source& source) const noexcept {
    return batch_count_ > 0 && source_ == source && packet_count_ < kPackets && !is_flushing();
  }
  /// A place for another packet of the same source as the last.
  [[nodiscard]] IncomingPacket& add_packet() noexcept;
  /// A place for a packet whose takers follow; not while `full()`.
  [[nodiscard]] IncomingPacket& add_packet_of(const Source& source) noexcept;
  /// The packet added last, and those of its source that come next, go to `subscription`.
  void add_taker(Subscription& subscription) noexcept;

  /// Writes what waits. False: `out` is full; empty it and call again. True: all is written and
  /// the datagrams that the packets borrowed may go.
  [[nodiscard]] bool flush(Instant now, Outbox& out) noexcept;
  /// Packets written to outboxes so far.
  [[nodiscard]] std::uint64_t forwarded() const noexcept { return forwarded_; }

 private:
  /// Packets of one source in a row.
  struct Batch {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };
  struct Taker {
    std::uint32_t next = 0;
    std::uint32_t batch = 0;
    Subscription* subscription = nullptr;
  };
  /// A transport with a queue, and the first one in it.
  struct Waiting {
    Transport* transport = nullptr;
    Subscription* subscription = nullptr;
  };
  [[nodiscard]] bool is_flushing() const noexcept { return next_waiting_ > 0 || next_packet_ > 0; }
  void fetch_ahead() const noexcept;

  DropCounters& drops_;
  std::vector<IncomingPacket> packets_;
  std::vector<Batch> batches_;
  std::vector<Taker> takers_;
  std::vector<Waiting> waiting_;  // in order of their first packet
  Source source_;                 // of the last batch
  std::size_t packet_count_ = 0;
  std::size_t batch_count_ = 0;
  std::size_t taker_count_ = 0;
  // How far a flush has come.
  std::size_t next_waiting_ = 0;
  std::size_t next_packet_ = 0;  // in the batch at the head of that one's queue
  std::uint64_t forwarded_ = 0;
};

}  // namespace vv::sfu
