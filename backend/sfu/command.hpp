#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "rtc/dtls/fingerprint.hpp"
#include "rtc/ice/ice_credentials.hpp"
#include "rtc/peer_event.hpp"
#include "sfu/ids.hpp"
#include "sfu/media_config.hpp"

namespace vv::rtc {
class DtlsIdentity;
}

namespace vv::sfu {

// What the control plane tells a room. Commands of one room are applied in the order they were
// posted; one that names something unknown is ignored, since it may have gone meanwhile.

struct OpenRoom {
  RoomId room;
  /// Media reaches its takers this much later, at most 5 s (delay_line.hpp); zero: at once.
  Duration delay{};
};
/// Everyone's transports end without a TransportDisconnected each.
struct CloseRoom {
  RoomId room;
};

/// What the other side's description says of its transport.
struct RemoteTransport {
  rtc::IceCredentials ice;
  rtc::Fingerprint fingerprint;
};
/// A transport begins. Without `remote` it answers no check yet; SetRemote follows.
struct AddTransport {
  RoomId room;
  ParticipantId participant;
  TransportId transport;
  rtc::IceCredentials local;
  rtc::DtlsRole dtls_role = rtc::DtlsRole::Server;
  /// Whose fingerprint our description of the transport names; the transport's to its end.
  std::shared_ptr<const rtc::DtlsIdentity> identity;
  std::optional<RemoteTransport> remote;
  /// Whether a picture may be left out when its subscriber's link cannot carry even its lowest
  /// layer (SubscriptionStarved); otherwise that one is sent come what may.
  bool may_starve = true;
};
struct SetRemote {
  RoomId room;
  TransportId transport;
  RemoteTransport remote;
};
/// New credentials on both sides; media goes on over the old path meanwhile.
struct RestartIce {
  RoomId room;
  TransportId transport;
  rtc::IceCredentials local;
  rtc::IceCredentials remote;
};
/// One transport ends, with what it publishes and is subscribed to.
struct RemoveTransport {
  RoomId room;
  TransportId transport;
};
/// All transports of a participant end.
struct RemoveParticipant {
  RoomId room;
  ParticipantId participant;
};

/// All that `transport` publishes from now on: replaces the earlier list. Tracks that stay keep
/// their state and their subscriptions; those that are missing end.
struct SetReceivers {
  RoomId room;
  TransportId transport;
  std::vector<ReceiverConfig> receivers;
};
/// Ends one published track before the next negotiation does.
struct RemoveTrack {
  RoomId room;
  TrackId track;
};
/// What a muted track still sends is dropped, and its publisher is no speaker.
struct SetTrackMuted {
  RoomId room;
  TrackId track;
  bool muted = false;
  /// One frame of silence in Opus: whoever hears the track gets it for a second, so that no decoder
  /// goes on with what it heard last. Empty: nothing is sent.
  ByteVector silence{};
};

/// The transport is treated as if its link carried no more, whatever it does carry. For clients'
/// own tests.
struct LimitDownlink {
  RoomId room;
  TransportId transport;
  std::uint64_t bits_per_second = 0;  ///< 0: no limit of ours
};

/// Sends a track to a transport. The track may be declared later; the subscription waits for it.
struct Subscribe {
  RoomId room;
  SubscriptionId subscription;
  TransportId transport;
  TrackId track;
  SenderConfig sender;
};
struct SetSubscription {
  RoomId room;
  SubscriptionId subscription;
  LayerLimit limit;
  bool paused = false;
  std::uint8_t priority = 1;  ///< as in SenderConfig
};
/// The subscription goes on with another track: the same picture in another codec. Its stream, its
/// numbers and its clock stay.
struct SetSource {
  RoomId room;
  SubscriptionId subscription;
  TrackId track;
};
struct Unsubscribe {
  RoomId room;
  SubscriptionId subscription;
};
/// Asks the publisher for a key frame (at most one per 500 ms a layer goes out, threat-model M15).
struct RequestKeyframe {
  RoomId room;
  TrackId track;
};

/// Opens a data channel from our side; ChannelOpened follows when it is usable.
struct OpenChannel {
  RoomId room;
  TransportId transport;
  std::string label;
  rtc::ChannelOptions options;
};
/// Sends one message on the channel of that label. What cannot be queued is dropped: the channel
/// is not open, or its peer does not keep up.
struct SendData {
  RoomId room;
  TransportId transport;
  std::string label;
  ByteVector bytes;
  bool binary = true;
};

/// Copies the headers of a transport's datagrams into Captured events, from now until it is said
/// with `on` false or the transport ends. The shard's, not the room's.
struct CaptureHeaders {
  RoomId room;
  TransportId transport;
  bool on = true;
};

using Command = std::variant<OpenRoom, CloseRoom, AddTransport, SetRemote, RestartIce,
                             RemoveTransport, RemoveParticipant, SetReceivers, RemoveTrack,
                             SetTrackMuted, LimitDownlink, Subscribe, SetSubscription, SetSource,
                             Unsubscribe, RequestKeyframe, OpenChannel, SendData, CaptureHeaders>;

/// The room a command is for.
[[nodiscard]] inline RoomId room_of(const Command& command) {
  return std::visit([](const auto& c) { return c.room; }, command);
}

}  // namespace vv::sfu
