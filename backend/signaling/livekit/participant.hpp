#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "identity/room_tokens.hpp"
#include "sfu/command.hpp"
#include "sfu/event.hpp"
#include "sfu/negotiation/answerer.hpp"
#include "sfu/negotiation/offerer.hpp"
#include "signaling/livekit/layer_demand.hpp"
#include "signaling/livekit/messages.hpp"
#include "signaling/livekit/signal_sink.hpp"

namespace vv::signaling {

/// The same picture in a second codec, for those who cannot decode the first (S-41). It comes in a
/// section of its own, so to the media plane it is a track of its own.
struct BackupCodec {
  sfu::TrackId id;
  int index = 1;  ///< in the TrackInfo's codecs
  bool published = false;
  bool for_all = false;  ///< who decodes both gets this one, too, and the first rests (S-62)
  LayerDemand demand{LayerDemand::kNothing};
};

/// A track that was asked for by AddTrack; published once its media section is there.
struct Track {
  sfu::TrackId id;
  sfu::ParticipantId publisher;
  std::string cid;  ///< the client's name for it
  pb::TrackInfo info;
  bool published = false;
  bool subscribed_once = false;  ///< the publisher was told `track_subscribed`
  LayerDemand demand{LayerDemand::kEverything};
  bool demand_told = false;
  std::optional<BackupCodec> backup;  ///< once somebody needs it
};

/// One participant's wish for one track, and how far it came.
struct Subscription {
  sfu::SubscriptionId id;
  sfu::TrackId track;
  sfu::TrackId source;  ///< `track`, or its backup codec's
  sfu::ParticipantId publisher;
  bool sending = false;             ///< the sfu was told: the client knows the section
  std::vector<std::string> codecs;  ///< that the client decodes in that section
  sfu::LayerLimit limit;
  bool paused = false;
  bool starved = false;       ///< the link cannot carry it
  std::uint8_t priority = 1;  ///< higher first when the link is narrow (F-22)
};

/// What the client said about one track before or after it was there.
struct TrackIntent {
  std::optional<bool> subscribe;  ///< nothing: as auto_subscribe says
  bool is_new = false;            ///< asked for since the last look, and there was no such track
  Instant waits_since = Instant::never();
  std::optional<pb::UpdateTrackSettings> settings;
};

/// Whom a publisher lets subscribe (S-92).
struct SubscriptionRules {
  bool all = true;
  struct Rule {
    bool all_tracks = false;
    std::set<std::string> track_sids;
  };
  std::map<std::string, Rule> by_identity;
  std::map<std::string, Rule> by_sid;
};

/// One participant's place at another one's data track.
struct DataSubscription {
  std::string track_sid;
  sfu::ParticipantId publisher;
  std::uint16_t publisher_handle = 0;
  std::uint32_t target_fps = 0;  ///< 0: all frames
  Instant next_frame;            ///< the earliest time of the next one that goes out
  std::uint16_t frame = 0;       ///< the frame that was last let through
  bool any_frame = false;
};

/// A data packet for a client whose channel is not open yet.
struct EarlyData {
  std::string label;
  ByteVector bytes;
};

/// Which ways to us a client is told of (livekit-wire.md D-11). All of them, as a rule: clients
/// find out by themselves what their network lets through.
enum class Reach : std::uint8_t {
  Any,
  TcpFirst,   ///< UDP seemed to work and then did not
  TcpOnly,    ///< as a client asked for
  RelayOnly,  ///< likewise: through the TURN server alone
};

/// One person (or program) in a room, as plain data; Room decides what happens to it.
struct Participant {
  sfu::ParticipantId id;
  identity::RoomClaims claims;
  pb::ClientInfo client;
  pb::ParticipantInfo info;
  bool single_transport = true;
  bool auto_subscribe = true;
  bool auto_subscribe_data = false;  ///< data tracks, too
  bool adaptive_stream = false;
  bool allow_pause = true;     ///< a picture may be left out when the link is too narrow (F-24)
  SignalSink* sink = nullptr;  ///< none while the socket is gone
  Instant joined_at;
  Instant sink_lost_at = Instant::never();
  Instant refresh_at;
  Reach reach = Reach::Any;
  Instant connected_at = Instant::never();  ///< media came through, or tries to again
  bool told_active = false;                 ///< the observer knows of this person
  bool is_echo = false;            ///< no person: plays another one's tracks back (room_echo.cpp)
  std::size_t changes_told = 0;    ///< of the room's changes, how many this one was told
  bool negotiation_waits = false;  ///< until the next batch
  bool wants_more = false;         ///< has as many tracks as a transport may have

  // Transports: `publisher` is the only one in single mode.
  sfu::TransportId publisher;
  sfu::TransportId subscriber;
  std::shared_ptr<const rtc::DtlsIdentity> identity;  ///< of both
  rtc::IceCredentials publisher_ice;
  rtc::IceCredentials subscriber_ice;
  bool publisher_added = false;
  bool subscriber_added = false;
  bool publisher_connected = false;
  bool subscriber_connected = false;
  std::set<std::string> channels;  ///< usable labels towards the client
  std::vector<EarlyData> early;    ///< said while the client was still connecting, oldest first
  std::unique_ptr<sfu::negotiation::Answerer> answerer;
  std::unique_ptr<sfu::negotiation::Offerer> offerer;  ///< dual only
  std::uint32_t offer_id = 0;
  std::uint32_t last_answered_offer = 0;

  std::vector<std::unique_ptr<Track>> tracks;     ///< pending and published
  std::deque<pb::AddTrackRequest> queued_tracks;  ///< same cid as one that is there (S-40)
  std::map<sfu::TrackId, Subscription> subscriptions;
  std::map<std::string, TrackIntent> intents;  ///< by track sid
  SubscriptionRules rules;
  std::uint32_t last_reliable_sequence = 0;
  std::optional<pb::ConnectionQualityInfo> quality;
  std::map<sfu::TransportId, sfu::TransportStats> transport_stats;  ///< the newest of each

  // Data tracks (room_data_tracks.cpp): of others, by their handles towards this client.
  std::map<std::uint16_t, DataSubscription> data_subscriptions;
  std::map<std::string, bool> data_intents;  ///< by track sid: explicit wishes
  std::map<std::uint16_t, std::string> told_handles;
  std::uint16_t last_data_handle = 0;

  // What of its datagrams was captured (Statistics/Capture), while somebody waits for it.
  std::optional<std::string> capture;
  int captures_open = 0;  ///< transports whose last records have not come

  // SimulateScenario, for clients' own tests.
  Instant fake_speaker_until = Instant::never();
  int drop_signal_on_resume = 0;
  bool drop_before_messages = false;

  [[nodiscard]] bool is_active() const { return info.state() == pb::ParticipantInfo::ACTIVE; }
  [[nodiscard]] bool is_hidden() const { return info.permission().hidden(); }
  /// Agents, recorders and the like: they neither hold a room open nor count (F-31).
  [[nodiscard]] bool is_dependent() const {
    return is_echo || info.kind() == pb::ParticipantInfo::AGENT ||
           info.kind() == pb::ParticipantInfo::EGRESS || info.permission().agent() ||
           info.permission().recorder();
  }
  /// Where tracks and data for the client go.
  [[nodiscard]] sfu::TransportId downlink() const {
    return single_transport ? publisher : subscriber;
  }
  [[nodiscard]] bool primary_connected() const {
    const bool dual_primary = !single_transport && info.permission().can_subscribe();
    return dual_primary ? subscriber_connected : publisher_connected;
  }
  [[nodiscard]] Track* find_track(std::string_view sid) const {
    for (const auto& track : tracks) {
      if (track->info.sid() == sid) return track.get();
    }
    return nullptr;
  }
  [[nodiscard]] Track* find_track(sfu::TrackId track_id) const {
    for (const auto& track : tracks) {
      if (track->id == track_id) return track.get();
    }
    return nullptr;
  }
};

}  // namespace vv::signaling
