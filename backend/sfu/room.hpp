#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "rtc/rtcp/packets.hpp"
#include "rtc/rtp/rtp_view.hpp"
#include "sfu/command.hpp"
#include "sfu/delay_line.hpp"
#include "sfu/drop_reason.hpp"
#include "sfu/event.hpp"
#include "sfu/fanout.hpp"
#include "sfu/outbox.hpp"
#include "sfu/published_track.hpp"
#include "sfu/quality_meter.hpp"
#include "sfu/subscription.hpp"
#include "sfu/transport.hpp"

namespace vv::rtc {
struct PeersShared;
}

namespace vv::sfu {

/// What the rooms of one shard share. Outlives them.
struct RoomContext {
  Random& random;
  Fanout& fanout;
  Outbox& outbox;
  DropCounters& drops;
  rtc::PeersShared* peers = nullptr;
};

/// Where datagrams of a transport come from, for whoever owns the sockets.
struct RouteChange {
  enum class Kind : std::uint8_t {
    Added,          ///< datagrams from path.remote are this transport's
    Retired,        ///< no longer
    TransportGone,  ///< nor any others; `path` means nothing
  };
  Kind kind;
  rtc::Path path;
  TransportId transport;
};

/// The media of one room: its transports, tracks and subscriptions. Datagrams, time and commands
/// in; datagrams (in the context's outbox and fan-out) and events out.
///
/// Owns:    every Peer of the room and all its media state.
/// Not its: sockets and threads (shard); names, permissions and who should get what (signaling).
/// Bounds:  kMaxTransports; tracks a participant, SSRCs and rates as threat-model section 4 has
/// them.
///
/// After each call drain `poll_event` and `poll_route`, and empty the outbox when it is `full()`.
/// Commands and timeouts come while the fan-out is empty.
class Room {
 public:
  static constexpr std::size_t kMaxTransports = 4'096;
  // threat-model section 4
  static constexpr std::size_t kMaxTracksPerTransport = 20;

  Room(RoomId id, RoomContext context);
  ~Room();
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  [[nodiscard]] RoomId id() const { return id_; }
  void apply(Instant now, const Command& command);
  /// Media packets wait in the fan-out, borrowing `datagram` until it is flushed.
  void handle_datagram(Instant now, TransportId transport, const rtc::Path& path,
                       MutableBytes datagram) noexcept;
  void handle_timeout(Instant now) noexcept;
  [[nodiscard]] Instant next_timeout() const noexcept { return next_timeout_; }

  [[nodiscard]] std::optional<Event> poll_event();
  [[nodiscard]] std::optional<RouteChange> poll_route();
  [[nodiscard]] std::size_t transport_count() const { return transports_.size(); }

 private:
  // room_commands.cpp
  void on(Instant now, const AddTransport& c);
  void on(Instant now, const SetRemote& c);
  void on(Instant now, const RestartIce& c);
  void on(Instant now, const RemoveTransport& c);
  void on(Instant now, const RemoveParticipant& c);
  void on(Instant now, const SetReceivers& c);
  void on(Instant now, const RemoveTrack& c);
  void on(Instant now, const SetTrackMuted& c);
  void on(Instant now, const LimitDownlink& c);
  void on(Instant now, const Subscribe& c);
  void on(Instant now, const SetSubscription& c);
  void on(Instant now, const SetSource& c);
  void on(Instant now, const Unsubscribe& c);
  void on(Instant now, const RequestKeyframe& c);
  void on(Instant now, const OpenChannel& c);
  void on(Instant now, const SendData& c);
  void on(Instant now, const OpenRoom& c);
  void on(Instant now, const CloseRoom& c);
  void on(Instant, const CaptureHeaders&) {}

  // room.cpp
  [[nodiscard]] Transport* find(TransportId id) noexcept;
  [[nodiscard]] PublishedTrack* find(TrackId id) noexcept;
  [[nodiscard]] Subscription* find(SubscriptionId id) noexcept;
  /// Says goodbye, then removes.
  void close(Instant now, Transport& transport);
  void remove(Transport& transport);
  void remove(PublishedTrack& track);
  void remove(Subscription& subscription);
  void remove_gone();
  /// It is looked at in the next step.
  void stir(Transport& transport) noexcept { turns_[transport.turn].step = {}; }
  /// Collects what a peer has to say and to send.
  void drain(Instant now, Transport& transport) noexcept;
  void handle_event(Instant now, Transport& transport, rtc::Event& event);
  void wake_by(Instant at) noexcept;

  // room_media.cpp
  void handle_rtp(Instant now, Transport& transport, MutableBytes bytes) noexcept;
  [[nodiscard]] Transport::Source* bind_source(Transport& transport, const rtc::rtp::RtpView& view,
                                               const rtc::rtp::ExtensionValues& values);
  [[nodiscard]] bool add_source(Transport& transport, const Transport::Source& source);
  void fan_out(Instant now, PublishedTrack& track, std::uint8_t layer, ReceivedStream& stream,
               rtc::rtp::SeqNo seq, MutableBytes packet, const rtc::rtp::RtpView& view,
               const rtc::rtp::ExtensionValues& values, std::uint8_t codec) noexcept;

  /// Keeps the packet for later, in a room with a delay.
  void hold(Instant now, PublishedTrack& track, std::uint8_t layer, ReceivedStream& stream,
            rtc::rtp::SeqNo seq, MutableBytes packet, const rtc::rtp::RtpView& view,
            const rtc::rtp::ExtensionValues& values, std::uint8_t codec);
  void play_held(Instant now) noexcept;

  // room_silence.cpp
  void begin_silence(Instant now, PublishedTrack& track, const ByteVector& frame);
  /// The publisher's own packets come next.
  void end_silence(PublishedTrack& track);
  void play_silences(Instant now) noexcept;

  // room_rtcp.cpp
  void handle_rtcp(Instant now, Transport& transport, Bytes bytes) noexcept;
  void on_reports(Instant now, Transport& transport,
                  const rtc::rtcp::ReportBlocks& blocks) noexcept;
  void on_arrivals(Instant now, Transport& transport, Bytes body) noexcept;
  void tell_news(Transport& transport);
  void pad(Instant now, Transport& transport) noexcept;
  void on_nack(Instant now, Transport& transport, const rtc::rtcp::Nack& nack) noexcept;
  void ask_keyframe(Transport& transport, std::uint32_t ssrc) noexcept;
  void want_keyframe(Subscription& subscription) noexcept;
  /// @return when it wants the next one
  Instant tick(Instant now, Transport& transport) noexcept;
  void feed_back_to_publisher(Instant now, Transport& transport) noexcept;
  void report_to_subscriber(Instant now, Transport& transport) noexcept;
  void send_rtcp(Transport& transport, MutableBytes space, std::size_t size) noexcept;
  void close_speaker_window(Instant now);
  void report_stats(Instant now);
  void report_qualities(Instant now);
  void rate(Instant now, Transport& transport, QualityMeter& meter);

  RoomId id_;
  RoomContext context_;
  // Ordered, so that what leaves does not depend on hashing.
  std::map<TransportId, std::unique_ptr<Transport>> transports_;
  std::map<TrackId, std::unique_ptr<PublishedTrack>> tracks_;
  std::map<SubscriptionId, std::unique_ptr<Subscription>> subscriptions_;
  /// When each transport is to be looked at, side by side: a step of a large room touches those
  /// that have something to do and no others.
  struct Turn {
    Instant peer = Instant::never();  ///< its peer's timeout
    Instant step;                     ///< the first step that it takes part in
    Transport* transport = nullptr;
  };
  std::vector<Turn> turns_;
  Transport* last_transport_ = nullptr;  ///< of the last datagram: bursts find theirs at once
  std::deque<Event> events_;
  std::deque<RouteChange> routes_;
  Instant next_timeout_ = Instant::never();
  Instant next_tick_ = Instant::never();
  Instant next_speakers_ = Instant::never();
  Instant next_stats_ = Instant::never();
  std::map<ParticipantId, QualityMeter> qualities_;
  Instant last_media_;
  std::unique_ptr<DelayLine> held_;  ///< in echo rooms alone
  struct Silence {
    TrackId track;
    ByteVector frame;  ///< lent to the fan-out
    std::uint8_t codec = 0;
    std::uint32_t played = 0;
    std::uint32_t timestamp = 0;  ///< of the next frame, by the publisher's clock
    Instant next;
  };
  std::vector<Silence> silences_;
  bool any_gone_ = false;
};

}  // namespace vv::sfu
