#include "signaling/livekit/room.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "identity/turn_credentials.hpp"
#include "signaling/livekit/grants.hpp"
#include "signaling/livekit/sids.hpp"

namespace vv::signaling {
namespace {

// S-7: what clients expect of 1.13.5, and no more.
constexpr const char* kServerVersion = "1.13.5";
constexpr int kProtocol = 17;
constexpr int kPingTimeout = 15;                      // seconds
constexpr int kPingInterval = 5;                      // seconds
constexpr Duration kRoomUpdateInterval = seconds(5);  // S-19
constexpr Duration kShortestRefresh = minutes(10);    // T-8
constexpr Duration kTurnLifetime = minutes(10);       // threat-model M21

void add_codecs(google::protobuf::RepeatedPtrField<pb::Codec>& codecs) {
  // S-9: VP8 first.
  for (const char* mime : {"video/VP8", "video/H264", "video/VP9", "video/AV1", "audio/opus",
                           "audio/red", "audio/PCMU", "audio/PCMA"}) {
    codecs.Add()->set_mime(mime);
  }
}

}  // namespace

pb::LeaveRequest leave_of(pb::LeaveRequest::Action action, pb::DisconnectReason reason) {
  pb::LeaveRequest leave;
  leave.set_action(action);
  leave.set_reason(reason);
  leave.set_can_reconnect(action != pb::LeaveRequest::DISCONNECT);
  return leave;
}

void count_refused_request(const std::string& reason) {
  metrics()
      .counter("visavis_signaling_refused_requests_total",
               "What participants asked for and may not, or cannot", {{"reason", reason}})
      .add();
}

Room::Room(RoomContext& context, sfu::RoomId id, std::string name, RoomSettings settings, Moment at)
    : context_(context),
      id_(id),
      name_(std::move(name)),
      sid_(make_sid("RM_", context.random)),
      sif_trailer_(make_sid("", context.random) + make_sid("", context.random)),
      settings_(std::move(settings)),
      created_at_(at.wall),
      opened_at_(at.now),
      empty_since_(at.now),
      room_sent_at_(at.now) {
  announce("room_started");
  context_.media.post(sfu::OpenRoom{id_, settings_.echo ? kEchoDelay : Duration{}});
}

void Room::announce(const char* event, const Participant* participant,
                    const pb::TrackInfo* track) const {
  if (context_.events == nullptr || settings_.echo) return;
  pb::WebhookEvent message;
  message.set_event(event);
  if (track == nullptr) {
    *message.mutable_room() = info();
    if (participant != nullptr) *message.mutable_participant() = participant->info;
  } else {
    message.mutable_room()->set_sid(sid_);
    message.mutable_room()->set_name(name_);
    message.mutable_participant()->set_sid(participant->info.sid());
    message.mutable_participant()->set_identity(participant->info.identity());
    *message.mutable_track() = *track;
  }
  context_.events->emit(std::move(message));
}

void Room::add_ice_servers(Moment at, const Participant& participant,
                           google::protobuf::RepeatedPtrField<pb::ICEServer>& out) const {
  const IceServers& servers = context_.ice_servers;
  if (servers.urls.empty()) return;
  pb::ICEServer& server = *out.Add();
  for (const std::string& url : servers.urls) server.add_urls(url);
  if (servers.turn_secret.empty()) return;
  const identity::TurnCredentials credentials = identity::turn_credentials(
      servers.turn_secret, participant.info.sid(), at.wall + kTurnLifetime);
  server.set_username(credentials.username);
  server.set_credential(credentials.password);
}

Room::~Room() { context_.media.post(sfu::CloseRoom{id_}); }

void Room::send(Participant& participant, const pb::SignalResponse& message) {
  if (participant.sink != nullptr) participant.sink->send(message);
}

void Room::respond(Participant& participant, pb::RequestResponse response) {
  if (response.reason() != pb::RequestResponse::OK &&
      response.reason() != pb::RequestResponse::QUEUED)
    count_refused_request(pb::RequestResponse::Reason_Name(response.reason()));
  pb::SignalResponse message;
  *message.mutable_request_response() = std::move(response);
  send(participant, message);
}

Participant* Room::find(std::string_view identity) const {
  const auto found = by_identity_.find(std::string(identity));
  return found == by_identity_.end() ? nullptr : found->second;
}

Participant* Room::find(sfu::ParticipantId id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

Participant* Room::owner_of(sfu::TransportId transport) const {
  const auto found = by_transport_.find(transport);
  return found == by_transport_.end() ? nullptr : found->second;
}

Track* Room::track_by_sid(std::string_view sid, Participant** publisher) const {
  const auto found = publishers_.find(std::string(sid));
  if (found == publishers_.end()) return nullptr;
  if (publisher != nullptr) *publisher = found->second;
  return found->second->find_track(sid);
}

pb::ServerInfo Room::server_info() const {
  pb::ServerInfo info;
  info.set_edition(pb::ServerInfo::Standard);
  info.set_version(kServerVersion);
  info.set_protocol(kProtocol);
  info.set_node_id("ND_visavis");
  return info;
}

pb::Room Room::info() const {
  pb::Room room;
  room.set_sid(sid_);
  room.set_name(name_);
  room.set_empty_timeout(settings_.empty_timeout_s);
  room.set_departure_timeout(settings_.departure_timeout_s);
  room.set_max_participants(settings_.max_participants);
  room.set_creation_time(created_at_.value / 1000);
  room.set_creation_time_ms(created_at_.value);
  room.set_metadata(settings_.metadata);
  add_codecs(*room.mutable_enabled_codecs());
  std::uint32_t present = 0;
  std::uint32_t publishers = 0;
  for (const auto& participant : participants_) {
    if (participant->info.permission().recorder()) room.set_active_recording(true);
    if (participant->is_hidden()) continue;
    ++present;
    if (participant->info.is_publisher()) ++publishers;
  }
  room.set_num_participants(present);
  room.set_num_publishers(publishers);
  return room;
}

std::size_t Room::independent_participants() const {
  return static_cast<std::size_t>(std::count_if(participants_.begin(), participants_.end(),
                                                [](const auto& p) { return !p->is_dependent(); }));
}

Participant& Room::create(Moment at, identity::RoomClaims claims, const JoinOptions& options,
                          SignalSink& sink) {
  auto owned = std::make_unique<Participant>();
  Participant& participant = *owned;
  const pb::JoinRequest& request = options.request;
  participant.id = sfu::ParticipantId{context_.next_number()};
  participant.publisher = sfu::TransportId{context_.next_number()};
  participant.single_transport = options.single_transport;
  participant.auto_subscribe = request.connection_settings().auto_subscribe();
  participant.auto_subscribe_data = request.connection_settings().auto_subscribe_data_track();
  participant.adaptive_stream = request.connection_settings().adaptive_stream();
  if (request.connection_settings().has_subscriber_allow_pause()) {
    participant.allow_pause = request.connection_settings().subscriber_allow_pause();
  }
  participant.client = request.client_info();
  participant.sink = &sink;
  participant.joined_at = at.now;
  participant.reach = reach_of(at.now, claims.identity);
  participant.refresh_at = at.now + kRefreshInterval;

  pb::ParticipantInfo& info = participant.info;
  info.set_sid(make_sid("PA_", context_.random));
  info.set_identity(claims.identity);
  info.set_name(claims.name);
  if (!request.metadata().empty()) claims.metadata = request.metadata();
  for (const auto& [name, value] : request.participant_attributes())
    claims.attributes[name] = value;
  info.set_metadata(claims.metadata);
  for (const auto& [name, value] : claims.attributes) (*info.mutable_attributes())[name] = value;
  info.set_state(pb::ParticipantInfo::JOINING);
  info.set_joined_at(at.wall.value / 1000);
  info.set_joined_at_ms(at.wall.value);
  info.set_version(1);
  info.set_kind(kind_of(claims));
  *info.mutable_permission() = permission_of(claims.video);
  info.set_client_protocol(participant.client.client_protocol());
  *info.mutable_capabilities() = participant.client.capabilities();
  participant.claims = std::move(claims);

  using sfu::negotiation::LocalTransport;
  participant.publisher_ice = rtc::IceCredentials::create(context_.random);
  participant.identity = context_.media.identity(at.now);
  LocalTransport local{.ice = participant.publisher_ice,
                       .fingerprint = participant.identity->fingerprint(),
                       .candidates = candidates_for(participant.reach)};
  participant.answerer = std::make_unique<sfu::negotiation::Answerer>(local, context_.random);
  if (!participant.single_transport) {
    participant.subscriber = sfu::TransportId{context_.next_number()};
    participant.subscriber_ice = rtc::IceCredentials::create(context_.random);
    local.ice = participant.subscriber_ice;
    participant.offerer =
        std::make_unique<sfu::negotiation::Offerer>(std::move(local), context_.random);
    participant.offer_id = static_cast<std::uint32_t>(context_.random.below(256));  // D-2
  }
  add(std::move(owned));
  return participant;
}

void Room::send_join(Moment at, Participant& participant) {
  pb::SignalResponse message;
  pb::JoinResponse& join = *message.mutable_join();
  *join.mutable_room() = info();
  *join.mutable_participant() = participant.info;
  for (const auto& other : participants_) {
    if (other.get() != &participant && !other->is_hidden())
      *join.add_other_participants() = other->info;
  }
  add_ice_servers(at, participant, *join.mutable_ice_servers());
  if (auto configuration = configuration_of(participant))
    *join.mutable_client_configuration() = *std::move(configuration);
  join.set_server_version(kServerVersion);
  *join.mutable_server_info() = server_info();
  join.set_ping_timeout(kPingTimeout);
  join.set_ping_interval(kPingInterval);
  const bool dual = !participant.single_transport;
  join.set_subscriber_primary(dual && participant.info.permission().can_subscribe());
  join.set_fast_publish(dual && participant.info.permission().can_publish());
  add_codecs(*join.mutable_enabled_publish_codecs());
  join.set_sif_trailer(sif_trailer_);
  send(participant, message);
}

sfu::ParticipantId Room::join(Moment at, identity::RoomClaims claims, const JoinOptions& options,
                              SignalSink& sink) {
  bool told_active = false;
  if (Participant* old = find(claims.identity)) {
    // R13: the newer replaces the older, and nobody is told that the person left.
    told_active = std::exchange(old->told_active, false);
    const pb::LeaveRequest leave = leave_of(pb::LeaveRequest::DISCONNECT, pb::DUPLICATE_IDENTITY);
    remove(at, old->id, pb::DUPLICATE_IDENTITY, &leave);
  }
  if (settings_.echo && echo() == nullptr) add_echo(at);
  Participant& participant = create(at, std::move(claims), options, sink);
  participant.told_active = told_active;
  was_joined_ = true;
  const sfu::ParticipantId id = participant.id;
  log::info("participant joins", {{"room", name_},
                                  {"sid", participant.info.sid()},
                                  {"sdk", pb::ClientInfo::SDK_Name(participant.client.sdk())},
                                  {"version", participant.client.version()},
                                  {"transports", participant.single_transport ? 1 : 2}});
  send_join(at, participant);
  participant.info.set_state(pb::ParticipantInfo::JOINED);
  touch(participant);
  for (const pb::AddTrackRequest& request : options.request.add_track_requests())
    on_add_track(participant, request);
  reconcile(participant);
  if (options.request.has_publisher_offer() && !options.request.publisher_offer().sdp().empty()) {
    on_offer(at, participant, options.request.publisher_offer());
  }
  if (find(id) == nullptr) return id;
  negotiate(participant);
  send_refresh_token(at, participant);
  room_changed(false);
  return id;
}

bool Room::resume(Moment at, Participant& participant, SignalSink& sink,
                  pb::ReconnectReason reason) {
  if (reason == pb::RR_PUBLISHER_FAILED || reason == pb::RR_SUBSCRIBER_FAILED)
    on_connection_lost(at.now, participant);
  SignalSink* old = std::exchange(participant.sink, &sink);
  if (old != nullptr) old->close();
  participant.sink_lost_at = Instant::never();
  if (participant.drop_before_messages && participant.drop_signal_on_resume > 0) {
    --participant.drop_signal_on_resume;
    sink.close();
    return true;
  }
  pb::SignalResponse reconnect;
  *reconnect.mutable_reconnect()->mutable_server_info() = server_info();
  add_ice_servers(at, participant, *reconnect.mutable_reconnect()->mutable_ice_servers());
  if (auto configuration = configuration_of(participant))
    *reconnect.mutable_reconnect()->mutable_client_configuration() = *std::move(configuration);
  reconnect.mutable_reconnect()->set_last_message_seq(participant.last_reliable_sequence);
  send(participant, reconnect);

  tell_changes(participant);
  pb::SignalResponse everybody;
  for (const auto& other : participants_) {
    if (other.get() == &participant || !other->is_hidden())
      *everybody.mutable_update()->add_participants() = other->info;
  }
  send(participant, everybody);
  pb::SignalResponse room;
  *room.mutable_room_update()->mutable_room() = info();
  send(participant, room);
  send_refresh_token(at, participant);
  for (const auto& track : participant.tracks) {
    if (track->demand_told) tell_demand(participant, *track);
  }
  if (!participant.single_transport) restart_subscriber_ice(participant);
  if (!participant.drop_before_messages && participant.drop_signal_on_resume > 0) {
    participant.drop_signal_on_resume = 0;
    sink.close();
  }
  return true;
}

void Room::on_sink_closed(Moment at, sfu::ParticipantId id, const SignalSink& sink) {
  Participant* participant = find(id);
  if (participant == nullptr || participant->sink != &sink) return;
  participant->sink = nullptr;
  participant->sink_lost_at = at.now;
  // S-78: without a transport there is nothing to resume.
  if (!participant->primary_connected()) remove(at, id, pb::SIGNAL_CLOSE, nullptr);
}

void Room::send_leave(Participant& participant, const pb::LeaveRequest& leave) {
  pb::SignalResponse message;
  *message.mutable_leave() = leave;
  send(participant, message);
}

void Room::end_transports(Participant& participant) {
  context_.media.post(sfu::RemoveParticipant{id_, participant.id});
}

void Room::remove(Moment at, sfu::ParticipantId id, pb::DisconnectReason reason,
                  const pb::LeaveRequest* tell) {
  const std::unique_ptr<Participant> participant = take(id);
  if (participant == nullptr) return;
  log::info("participant leaves", {{"room", name_},
                                   {"sid", participant->info.sid()},
                                   {"reason", pb::DisconnectReason_Name(reason)}});
  if (tell != nullptr) send_leave(*participant, *tell);
  if (SignalSink* sink = std::exchange(participant->sink, nullptr)) sink->close();
  end_transports(*participant);
  end_rpcs(id);

  for (const auto& [track, subscription] : participant->subscriptions) note_demand(track);
  const bool was_active = participant->is_active();
  const bool had_tracks = !participant->tracks.empty();
  const bool had_data_tracks = !participant->info.data_tracks().empty();
  for (const auto& track : participant->tracks) {
    if (track->published) announce("track_unpublished", participant.get(), &track->info);
    for (const auto& other : participants_) unsubscribe(*other, track->id);
    forget_echoes(track->id);
  }
  participant->info.set_state(pb::ParticipantInfo::DISCONNECTED);
  participant->info.set_disconnect_reason(reason);
  participant->info.set_version(participant->info.version() + 1);
  participant->info.clear_tracks();
  participant->info.clear_data_tracks();
  participant->info.set_is_publisher(false);
  if (!participant->is_hidden()) note_departure(id, participant->info);
  if (had_tracks) {
    for (const auto& other : participants_) negotiate_soon(*other);
  }
  if (had_data_tracks) reconcile_data_tracks();
  if (!participant->is_echo) {
    //
    announce(was_active ? "participant_left" : "participant_connection_aborted", participant.get());
  }
  if (participant->told_active)
    context_.observer.participant_left(name_, participant->info.identity());
  if (independent_participants() == 0) empty_since_ = at.now;
  room_changed(false);
}

void Room::close(Moment at, const pb::LeaveRequest& tell) {
  while (!participants_.empty()) {
    remove(at, participants_.back()->id, tell.reason(), &tell);
  }
  announce("room_finished");
}

void Room::send_refresh_token(Moment at, Participant& participant) {
  participant.refresh_at = at.now + kRefreshInterval;
  if (settings_.echo) return;  // its ticket outlives the room
  const Duration left = participant.claims.expires_at - at.wall;
  // T-8 and threat-model H9: what a client holds is always good for a resume.
  const Result<std::string> token =
      context_.tokens.sign(participant.claims, at.wall, std::max(left, kShortestRefresh));
  if (!token) return;
  participant.claims.expires_at = at.wall + std::max(left, kShortestRefresh);
  pb::SignalResponse message;
  message.set_refresh_token(*token);
  send(participant, message);
}

void Room::room_changed(bool immediately) {
  room_dirty_ = true;
  if (!immediately) return;
  room_dirty_ = false;
  pb::SignalResponse message;
  *message.mutable_room_update()->mutable_room() = info();
  send_to_all(std::move(message));
}

void Room::tick(Moment at) {
  std::vector<sfu::ParticipantId> ids;
  for (const auto& participant : participants_) ids.push_back(participant->id);
  for (const sfu::ParticipantId id : ids) {
    Participant* participant = find(id);
    if (participant == nullptr) continue;
    if (at.now >= participant->fake_speaker_until) {
      participant->fake_speaker_until = Instant::never();
      pb::SignalResponse message;
      message.mutable_speakers_changed()->add_speakers()->set_sid(participant->info.sid());
      send_to_all(std::move(message));
    }
    tell_missing_tracks(at, *participant);
    if (!participant->is_active() && at.now - participant->joined_at > kJoinDeadline) {
      const pb::LeaveRequest leave = leave_of(pb::LeaveRequest::DISCONNECT, pb::JOIN_FAILURE);
      remove(at, id, pb::JOIN_FAILURE, &leave);
    } else if (participant->sink == nullptr && at.now - participant->sink_lost_at > kSignalGrace) {
      remove(at, id, pb::SIGNAL_CLOSE, nullptr);
    } else if (participant->sink != nullptr && at.now >= participant->refresh_at) {
      send_refresh_token(at, *participant);
    }
  }
  tell_demands(at.now);
  if (room_dirty_ && at.now - room_sent_at_ >= kRoomUpdateInterval) {
    room_sent_at_ = at.now;
    room_changed(true);
  }
}

bool Room::has_expired(Instant now) const {
  if (settings_.echo && now - opened_at_ >= kEchoLifetime) return true;
  if (independent_participants() > 0) return false;
  const std::uint32_t allowed =
      was_joined_ ? settings_.departure_timeout_s : settings_.empty_timeout_s;
  return now - empty_since_ >= seconds(allowed);
}

void Room::set_metadata(std::string metadata) {
  settings_.metadata = std::move(metadata);
  room_changed(true);
}

void Room::apply_settings(const RoomSettings& settings) {
  if (settings.empty_timeout_s != 0) settings_.empty_timeout_s = settings.empty_timeout_s;
  if (settings.departure_timeout_s != 0)
    settings_.departure_timeout_s = settings.departure_timeout_s;
  if (settings.max_participants != 0) settings_.max_participants = settings.max_participants;
  if (settings.playout.is_asked_for()) settings_.playout = settings.playout;
  if (settings.sync_streams) settings_.sync_streams = true;
  if (!settings.metadata.empty()) set_metadata(settings.metadata);
}

}  // namespace vv::signaling
