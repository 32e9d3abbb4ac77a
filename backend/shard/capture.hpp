#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "rtc/transport_address.hpp"
#include "sfu/ids.hpp"

namespace vv::shard {

/// The datagrams of one transport as records of a pcap file (LINKTYPE_RAW), their headers alone: of
/// RTP the header with its extensions, which SRTP leaves in the clear; of RTCP, STUN and DTLS what
/// names the packet. No payload is ever in it.
///
/// Bounds:  kMaxBytes in all, after which it only counts.
class Capture {
 public:
  static constexpr std::size_t kMaxBytes = 8 * 1024 * 1024;

  Capture(sfu::RoomId room, sfu::TransportId transport, Instant now, UnixMillis wall)
      : room_(room), transport_(transport), start_(now), start_wall_(wall) {}

  [[nodiscard]] sfu::RoomId room() const { return room_; }
  [[nodiscard]] sfu::TransportId transport() const { return transport_; }
  void add(Instant now, const rtc::TransportAddress& from, const rtc::TransportAddress& to,
           Bytes datagram);
  /// The records since the last call.
  [[nodiscard]] ByteVector take();

  /// What a pcap file begins with.
  [[nodiscard]] static ByteVector file_header();
  /// How much of a datagram is header.
  [[nodiscard]] static std::size_t header_of(Bytes datagram);

 private:
  sfu::RoomId room_;
  sfu::TransportId transport_;
  Instant start_;
  UnixMillis start_wall_;
  ByteVector records_;
  std::size_t written_ = 0;
};

}  // namespace vv::shard
