#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "rtc/peer_event.hpp"
#include "sfu/ids.hpp"

namespace vv::sfu {

// What a room tells the control plane.

/// ICE and DTLS stand; media and data may flow.
struct TransportConnected {
  RoomId room;
  TransportId transport;
};
/// The transport is gone for good and its state with it.
struct TransportDisconnected {
  RoomId room;
  TransportId transport;
  rtc::DisconnectReason reason;
};
/// A data channel may be used, whoever opened it.
struct ChannelOpened {
  RoomId room;
  TransportId transport;
  std::string label;
};
struct DataReceived {
  RoomId room;
  TransportId transport;
  std::string label;
  ByteVector bytes;
  bool binary = true;
};

/// The first packet of a published track came.
struct TrackStarted {
  RoomId room;
  TrackId track;
};

struct Speaker {
  ParticipantId participant;
  TrackId track;
  float level = 0;      ///< 0 to 1, in steps of 1/8; 0 when not active
  bool active = false;  ///< false once, when someone stops
  bool operator==(const Speaker&) const = default;
};
/// Every 400 ms when something changed: the changes alone, loudest first (livekit-wire.md S-65).
struct SpeakersChanged {
  RoomId room;
  std::vector<Speaker> changes;
};

enum class ConnectionQuality : std::uint8_t { Poor, Good, Excellent, Lost };
/// Every 5 s, for participants whose quality changed (livekit-wire.md S-66, F-29).
struct QualityReport {
  RoomId room;
  ParticipantId participant;
  ConnectionQuality quality = ConnectionQuality::Excellent;
  float score = 4.5F;  ///< MOS, 1.0 to 4.5
};

/// Every 5 s for each connected transport.
struct TransportStats {
  RoomId room;
  TransportId transport;
  Duration rtt;                      ///< zero while unknown
  std::uint64_t bytes_received = 0;  ///< media since the start
  std::uint64_t bytes_sent = 0;
  std::uint64_t downlink_bps = 0;  ///< what we think it can take; 0: no limit has shown
};

/// A picture is left out because the subscriber's link cannot carry it, or comes back.
struct SubscriptionStarved {
  RoomId room;
  ParticipantId participant;  ///< the subscriber
  SubscriptionId subscription;
  bool starved = false;
};

/// Records of a pcap file (shard/capture.hpp), at least once a second while there are any; none
/// when the capture was ended by command.
struct Captured {
  RoomId room;
  TransportId transport;
  ByteVector records;
};

using Event = std::variant<TransportConnected, TransportDisconnected, ChannelOpened, DataReceived,
                           TrackStarted, SpeakersChanged, QualityReport, TransportStats,
                           SubscriptionStarved, Captured>;

}  // namespace vv::sfu
