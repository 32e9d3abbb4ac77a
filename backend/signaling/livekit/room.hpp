#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/random.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "sfu/event.hpp"
#include "signaling/livekit/event_sink.hpp"
#include "signaling/livekit/join_options.hpp"
#include "signaling/livekit/media_port.hpp"
#include "signaling/livekit/participant.hpp"
#include "signaling/livekit/rpc.hpp"
#include "signaling/ports.hpp"

namespace vv::signaling {

/// Servers that help clients to reach us, beside ourselves (livekit-wire.md D-12).
struct IceServers {
  std::vector<std::string> urls;
  Secret turn_secret;  ///< empty: the URLs need no credentials
};

/// What all rooms of the process share.
struct RoomContext {
  MediaPort& media;
  RoomObserver& observer;
  const identity::RoomTokens& tokens;
  Random& random;
  EventSink* events = nullptr;  ///< webhooks, where there are any
  IceServers ice_servers{};
  std::uint32_t last_number = 0;  ///< of participants, transports, tracks and subscriptions alike
  bool updates_wait = false;      ///< some room has batched updates
  std::size_t rpcs_wait = 0;      ///< calls of participants' methods, in all rooms

  [[nodiscard]] std::uint32_t next_number() { return ++last_number; }
};

/// The time in both clocks, as every input brings it.
struct Moment {
  Instant now;
  UnixMillis wall;
};

struct RoomSettings {
  std::uint32_t empty_timeout_s = 300;     ///< nobody ever joined
  std::uint32_t departure_timeout_s = 20;  ///< after the last one left
  std::uint32_t max_participants = 0;      ///< 0: no limit
  std::string metadata{};
  sfu::PlayoutRange playout{};  ///< F-18
  bool sync_streams = false;    ///< D-22: one person's sound and picture are played together
  bool echo = false;            ///< one person, who hears and sees themselves after kEchoDelay
};

/// A playout delay as requests say it, in ms; more than fits is the most that does.
[[nodiscard]] inline sfu::PlayoutRange playout_of(std::uint32_t min_ms, std::uint32_t max_ms) {
  constexpr std::uint32_t kMost = 0xFFFF;
  return {.min_ms = static_cast<std::uint16_t>(min_ms < kMost ? min_ms : kMost),
          .max_ms = static_cast<std::uint16_t>(max_ms < kMost ? max_ms : kMost)};
}

/// One room's control plane: who is there, what they publish, who gets what (livekit-wire.md 3).
///
/// Owns:    participants, tracks, subscriptions, the order of the messages about them.
/// Not its: sockets (SignalSink), media (MediaPort), who may come in (Rooms, Admission).
/// Bounds:  kMaxPublished tracks, kMaxPending requests a participant; the signal messages' own
/// limits.
///
/// Sans-I/O but for its ports, which must not call back. Methods that take a Participant& may
/// remove that participant; look it up again by id afterwards.
class Room {
 public:
  static constexpr std::size_t kMaxPublished = 8;  // threat-model section 4
  static constexpr std::size_t kMaxPending = 20;   // likewise
  static constexpr int kMaxCodecs = 4;             // of one track
  /// Up to here everybody hears of every change at once, with more once in Rooms::kBatch: what
  /// n people do costs n times n messages.
  static constexpr std::size_t kAtOnce = 10;                // participants
  static constexpr std::size_t kMaxUpdate = 128 * 1024;     // bytes, S-17
  static constexpr std::size_t kTwoCodecsFrom = 5;          // participants, S-62
  static constexpr std::size_t kMaxQueued = 3;              // livekit-wire.md S-40
  static constexpr Duration kJoinDeadline = seconds(60);    // S-77: not ACTIVE by then
  static constexpr Duration kSignalGrace = seconds(20);     // threat-model F16
  static constexpr Duration kRefreshInterval = minutes(5);  // T-7
  static constexpr Duration kTrackWait = seconds(60);       // S-50
  static constexpr Duration kShortLife = seconds(90);       // D-11
  static constexpr Duration kReachKept = minutes(5);
  static constexpr Duration kEchoDelay = seconds(5);     // product.md section 6
  static constexpr Duration kEchoLifetime = minutes(3);  // no place to stay

  Room(RoomContext& context, sfu::RoomId id, std::string name, RoomSettings settings, Moment at);
  ~Room();
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  // Membership (room.cpp).
  sfu::ParticipantId join(Moment at, identity::RoomClaims claims, const JoinOptions& options,
                          SignalSink& sink);
  /// Takes over the signal connection of a participant that is there. False when it cannot go on.
  bool resume(Moment at, Participant& participant, SignalSink& sink,
              pb::ReconnectReason reason = pb::RR_UNKNOWN);
  void on_sink_closed(Moment at, sfu::ParticipantId id, const SignalSink& sink);
  /// Removes and tells everybody. `tell` is sent to the participant itself first when it has an
  /// action.
  void remove(Moment at, sfu::ParticipantId id, pb::DisconnectReason reason,
              const pb::LeaveRequest* tell);
  /// The room is over: removes everybody.
  void close(Moment at, const pb::LeaveRequest& tell);
  void tick(Moment at);
  /// Sends what was batched (room_updates.cpp).
  void flush();
  /// Sends what was batched about the layers that publishers should send (room_demand.cpp).
  void tell_demands(Instant now);

  // What clients say (room_requests.cpp).
  void on_request(Moment at, sfu::ParticipantId id, const pb::SignalRequest& request);
  // What the media plane says (room_events.cpp).
  void on_event(Moment at, const sfu::Event& event);

  // Admin API.
  [[nodiscard]] Participant* find(std::string_view identity) const;
  [[nodiscard]] Participant* find(sfu::ParticipantId id) const;
  [[nodiscard]] const std::vector<std::unique_ptr<Participant>>& participants() const {
    return participants_;
  }
  [[nodiscard]] pb::Room info() const;
  void set_metadata(std::string metadata);
  void apply_settings(const RoomSettings& settings);
  void update_participant(Moment at, Participant& participant,
                          const pb::UpdateParticipantMetadata& update,
                          const pb::ParticipantPermission* permission);
  /// The publisher's client is told to mute itself, and its media stops at once.
  void mute_by_admin(Participant& participant, Track& track, bool muted);
  void update_subscription(Participant& participant, const pb::UpdateSubscription& update);
  void send_data(pb::DataPacket packet, const std::vector<std::string>& sids);
  /// Whether no packet with this nonce was sent of late; remembers it. An empty one is always new.
  bool is_new_nonce(const std::string& nonce);
  /// Calls a method of the participant's client; `done` hears what came of it, here or later.
  void call(Moment at, Participant& callee, RpcCall call, RpcDone done);
  /// Ends calls whose time is over.
  void expire_rpcs(Instant now);
  /// Begins and ends the capture of a participant's datagrams, headers alone.
  void capture(Participant& participant, bool on);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] sfu::RoomId id() const { return id_; }
  [[nodiscard]] const std::string& sid() const { return sid_; }
  /// Empty for longer than its settings allow (F-31).
  [[nodiscard]] bool has_expired(Instant now) const;
  [[nodiscard]] std::size_t independent_participants() const;
  [[nodiscard]] std::uint32_t max_participants() const { return settings_.max_participants; }
  [[nodiscard]] bool is_echo() const { return settings_.echo; }

 private:
  // room.cpp
  Participant& create(Moment at, identity::RoomClaims claims, const JoinOptions& options,
                      SignalSink& sink);
  void send_join(Moment at, Participant& participant);
  void send_refresh_token(Moment at, Participant& participant);
  void send_leave(Participant& participant, const pb::LeaveRequest& leave);
  void end_transports(Participant& participant);
  [[nodiscard]] pb::ServerInfo server_info() const;
  void room_changed(bool immediately);
  void add_ice_servers(Moment at, const Participant& participant,
                       google::protobuf::RepeatedPtrField<pb::ICEServer>& out) const;
  /// Tells the webhooks, where there are any.
  void announce(const char* event, const Participant* participant = nullptr,
                const pb::TrackInfo* track = nullptr) const;

  // room_updates.cpp
  /// Others are to hear how the participant is now, within Rooms::kBatch.
  void touch(Participant& participant);
  /// The same, at once in a small room.
  void broadcast(Participant& participant);
  /// Others are to hear that it left.
  void note_departure(sfu::ParticipantId id, const pb::ParticipantInfo& info);
  /// Tells one what it has not heard yet, before a message that needs it.
  void tell_changes(Participant& receiver);
  void tell_everybody();
  /// Of the changes from `told` on, the newest about each participant. @param self  hears of itself
  /// though it be hidden
  [[nodiscard]] std::vector<SharedMessage> updates_since(std::size_t told,
                                                         const Participant* self) const;
  [[nodiscard]] bool is_large() const { return participants_.size() > kAtOnce; }
  void send_to_all(pb::SignalResponse message);
  /// `negotiate`, but in a large room with the next batch.
  void negotiate_soon(Participant& participant);
  void add(std::unique_ptr<Participant> participant);
  std::unique_ptr<Participant> take(sfu::ParticipantId id);

  // room_negotiation.cpp
  void on_offer(Moment at, Participant& participant, const pb::SessionDescription& offer);
  void on_answer(Participant& participant, const pb::SessionDescription& answer);
  void send_answer(Participant& participant, std::uint32_t offer_id);
  /// Asks for sections, or offers, whatever the participant's mode needs now.
  void negotiate(Participant& participant);
  void start_sending(Participant& participant,
                     const std::vector<sfu::negotiation::BoundSender>& bound);
  void post_receivers(Participant& participant);
  void restart_subscriber_ice(Participant& participant);

  // room_publish.cpp
  void on_add_track(Participant& participant, const pb::AddTrackRequest& request);
  void match_sections(Participant& participant);
  void publish(Participant& participant, Track& track, const sfu::ReceiverConfig& config);
  void unpublish(Participant& participant, sfu::TrackId id);
  void release_queued(Participant& participant);
  void set_muted(Participant& participant, Track& track, bool muted);
  /// A frame that the media plane plays to who heard the track, when it is muted.
  [[nodiscard]] ByteVector silence_of(const Track& track) const;

  // room_subscribe.cpp
  void reconcile(Participant& subscriber);
  void reconcile(Participant& subscriber, Participant& publisher);
  void reconcile_all(Participant& publisher);
  [[nodiscard]] bool wants(const Participant& subscriber, const Participant& publisher,
                           const Track& track) const;
  [[nodiscard]] bool allows(const Participant& publisher, const Participant& subscriber,
                            const Track& track) const;
  void subscribe(Participant& subscriber, Participant& publisher, Track& track);
  /// What of a track's stream id tells tracks that are played apart.
  [[nodiscard]] const std::string& stream_of(const Participant& subscriber,
                                             const Track& track) const;
  void unsubscribe(Participant& subscriber, sfu::TrackId track);
  /// S-50: none of the track's codecs is spoken by this subscriber.
  static void tell_unsupported(Participant& subscriber, const Track& track,
                               const Subscription& subscription, const sfu::SenderConfig& config);
  /// S-50: what was asked for and never came.
  void tell_missing_tracks(Moment at, Participant& participant);
  void on_track_settings(Participant& subscriber, const pb::UpdateTrackSettings& settings);
  void apply_settings(Participant& subscriber, Subscription& subscription, const Track& track,
                      const pb::UpdateTrackSettings& settings);
  void on_subscription_permission(Participant& publisher,
                                  const pb::SubscriptionPermission& permission);

  // room_demand.cpp
  void note_demand(sfu::TrackId track);
  void measure_demand(Instant now, Track& track) const;
  void tell_demand(Participant& publisher, Track& track);
  [[nodiscard]] static sfu::TrackId source_for(const Track& track,
                                               const Subscription& subscription);
  /// Decides anew who of its subscribers gets which codec.
  void settle_codecs(Track& track);
  void choose_codec(Track& track, Subscription& subscription, const sfu::SenderConfig& config);
  void on_backup_codec(Participant& participant, const pb::AddTrackRequest& request);
  bool match_backup(Participant& participant, const sfu::negotiation::PublishedSection& section);
  void end_backup(Participant& participant, Track& track);

  // room_echo.cpp: in an echo room a second participant publishes what the first one does.
  void add_echo(Moment at);
  void echo_track(const Participant& participant, const Track& track);
  void forget_echoes(sfu::TrackId id);
  [[nodiscard]] Participant* echo() const;

  // room_data.cpp
  void on_data(Instant now, Participant& sender, const sfu::DataReceived& data);
  void deliver(const pb::DataPacket& packet, const std::string& label, const Participant* sender,
               const std::vector<std::string>& sids);
  void send(const Participant& receiver, const std::string& label, ByteVector bytes);
  /// For the time between joining and the opening of a client's channels.
  static void keep_early(Participant& receiver, EarlyData data);
  void deliver_early(Participant& receiver, const std::string& label);

  /// Keeps what was sent reliably for those who resume (C-8), within kReplayBytes and kReplayFor.
  void keep_for_replay(Instant now, const pb::DataPacket& packet,
                       const std::vector<std::string>& sids);
  void replay(Instant now, Participant& receiver, const pb::SyncState& state);
  [[nodiscard]] static bool is_addressed(const pb::DataPacket& packet,
                                         const std::vector<std::string>& sids,
                                         const Participant& receiver);

  // room_reach.cpp
  /// Until kReachKept is over, for who comes back under that name too.
  void set_reach(Instant now, Participant& participant, Reach reach);
  void remember_reach(Instant now, const std::string& identity, Reach reach);
  [[nodiscard]] Reach reach_of(Instant now, const std::string& identity) const;
  [[nodiscard]] std::vector<rtc::sdp::Candidate> candidates_for(Reach reach) const;
  /// D-11: a connection that broke soon after it was made is made over TCP first the next time.
  void on_connection_lost(Instant now, Participant& participant);
  [[nodiscard]] std::optional<pb::ClientConfiguration> configuration_of(
      const Participant& participant) const;
  void switch_protocol(Instant now, Participant& participant, pb::CandidateProtocol protocol);

  // room_rpc.cpp
  /// Whether the packet answers a call of an admin's: then it is nobody else's.
  bool take_rpc_answer(const Participant& sender, const pb::DataPacket& packet);
  void finish_rpc(std::map<std::string, PendingRpc>::iterator pending,
                  Result<std::string, RpcFailure> outcome);
  void end_rpcs(sfu::ParticipantId callee);

  // room_data_tracks.cpp
  void on_publish_data_track(Participant& participant, const pb::PublishDataTrackRequest& request);
  void on_unpublish_data_track(Participant& participant,
                               const pb::UnpublishDataTrackRequest& request);
  void on_data_subscription(Participant& subscriber, const pb::UpdateDataSubscription& update);
  void on_data_track_frame(Instant now, Participant& sender, ByteVector frame);
  void unpublish_data_track(Participant& participant, const std::string& sid);
  /// Subscribes by itself where that was asked for, drops what is gone, and tells the handles when
  /// they changed.
  void reconcile_data_tracks(Participant& subscriber,
                             const std::vector<const Participant*>& publishers);
  void reconcile_data_tracks();
  [[nodiscard]] std::vector<const Participant*> data_publishers() const;

  // room_requests.cpp
  void on_leave(Moment at, Participant& participant, const pb::LeaveRequest& leave);
  void on_metadata(Moment at, Participant& participant,
                   const pb::UpdateParticipantMetadata& update);
  void on_sync_state(Moment at, Participant& participant, const pb::SyncState& state);
  void on_simulate(Moment at, Participant& participant, const pb::SimulateScenario& scenario);
  void on_ping(Moment at, Participant& participant, const pb::SignalRequest& request);

  // room_events.cpp
  void on_transport_connected(Instant now, Participant& participant, sfu::TransportId transport);
  void become_active_when_ready(Participant& participant);
  void on_speakers(const sfu::SpeakersChanged& change);
  void on_quality(const sfu::QualityReport& report);
  void on_starved(const sfu::SubscriptionStarved& change);
  /// To a newcomer: how those are that it follows, since only changes are sent afterwards.
  void send_qualities(Participant& receiver);

  [[nodiscard]] Participant* owner_of(sfu::TransportId transport) const;
  [[nodiscard]] Track* track_by_sid(std::string_view sid, Participant** publisher) const;
  static void send(Participant& participant, const pb::SignalResponse& message);
  static void respond(Participant& participant, pb::RequestResponse response);

  RoomContext& context_;
  sfu::RoomId id_;
  std::string name_;
  std::string sid_;
  std::string sif_trailer_;  // ends frames that we made, where the clients' own are encrypted
  RoomSettings settings_;
  UnixMillis created_at_;
  Instant opened_at_;
  Instant empty_since_;
  bool was_joined_ = false;
  bool room_dirty_ = false;
  Instant room_sent_at_;
  struct SentPacket {
    Instant at;
    std::size_t bytes = 0;
    std::vector<std::string> sids;
    pb::DataPacket packet;
  };
  std::deque<SentPacket> replay_;  // oldest first
  std::size_t replay_bytes_ = 0;
  std::deque<std::string> nonces_;  // of SendData, newest last
  struct RememberedReach {
    Reach reach = Reach::Any;
    Instant until;
  };
  std::map<std::string, RememberedReach> reaches_;  // by identity
  std::map<std::string, PendingRpc> rpcs_;          // by request id
  std::vector<std::unique_ptr<Participant>> participants_;
  // Where each is; never walked, since what is sent follows the order above.
  std::unordered_map<sfu::ParticipantId, Participant*> by_id_;
  std::unordered_map<sfu::TransportId, Participant*> by_transport_;
  std::unordered_map<std::string, Participant*> by_identity_;
  std::unordered_map<std::string, Participant*> publishers_;  // by the sid of a track
  struct Change {
    sfu::ParticipantId id;
    std::unique_ptr<pb::ParticipantInfo> departed;  ///< how it left; none while it is there
  };
  std::vector<Change> changes_;     // since everybody was told, oldest first
  std::set<sfu::TrackId> demands_;  // of tracks about which somebody's wish changed
};

[[nodiscard]] pb::LeaveRequest leave_of(pb::LeaveRequest::Action action,
                                        pb::DisconnectReason reason);
/// Adds to `visavis_signaling_refused_requests_total`; `reason` is one of few words.
void count_refused_request(const std::string& reason);

}  // namespace vv::signaling
