// What the media plane reports, told to those it concerns.
#include <algorithm>

#include "base/log.hpp"
#include "signaling/livekit/room.hpp"

namespace vv::signaling {
namespace {

pb::ConnectionQuality quality_of(sfu::ConnectionQuality quality) {
  switch (quality) {
    case sfu::ConnectionQuality::Poor:
      return pb::POOR;
    case sfu::ConnectionQuality::Good:
      return pb::GOOD;
    case sfu::ConnectionQuality::Excellent:
      return pb::EXCELLENT;
    case sfu::ConnectionQuality::Lost:
      return pb::LOST;
  }
  return pb::GOOD;
}

bool follows(const Participant& receiver, const Participant& publisher) {
  if (&receiver == &publisher) return true;
  return std::any_of(publisher.tracks.begin(), publisher.tracks.end(),
                     [&](const auto& track) { return receiver.subscriptions.contains(track->id); });
}

}  // namespace

void Room::on_event(Moment at, const sfu::Event& event) {
  if (const auto* connected = std::get_if<sfu::TransportConnected>(&event)) {
    if (Participant* participant = owner_of(connected->transport))
      on_transport_connected(at.now, *participant, connected->transport);
  } else if (const auto* gone = std::get_if<sfu::TransportDisconnected>(&event)) {
    Participant* participant = owner_of(gone->transport);
    if (participant == nullptr) return;
    log::info("transport is gone",
              {{"sid", participant->info.sid()}, {"reason", rtc::to_string(gone->reason)}});
    // Its keys went with it, so a resume cannot bring it back: the client makes new ones.
    const pb::LeaveRequest leave = leave_of(pb::LeaveRequest::RECONNECT, pb::CONNECTION_TIMEOUT);
    const bool by_client = gone->reason == rtc::DisconnectReason::ClosedByPeer;
    // Whose signalling went too has closed the page or lost the network: nothing against UDP.
    if (!by_client && participant->sink != nullptr) on_connection_lost(at.now, *participant);
    remove(at, participant->id, by_client ? pb::CLIENT_INITIATED : pb::CONNECTION_TIMEOUT, &leave);
  } else if (const auto* opened = std::get_if<sfu::ChannelOpened>(&event)) {
    Participant* participant = owner_of(opened->transport);
    if (participant == nullptr || opened->transport != participant->downlink()) return;
    participant->channels.insert(opened->label);
    deliver_early(*participant, opened->label);
    become_active_when_ready(*participant);
  } else if (const auto* data = std::get_if<sfu::DataReceived>(&event)) {
    if (Participant* participant = owner_of(data->transport)) on_data(at.now, *participant, *data);
  } else if (const auto* speakers = std::get_if<sfu::SpeakersChanged>(&event)) {
    on_speakers(*speakers);
  } else if (const auto* stats = std::get_if<sfu::TransportStats>(&event)) {
    if (Participant* participant = owner_of(stats->transport))
      participant->transport_stats[stats->transport] = *stats;
  } else if (const auto* captured = std::get_if<sfu::Captured>(&event)) {
    Participant* participant = owner_of(captured->transport);
    if (participant == nullptr || !participant->capture) return;
    if (captured->records.empty()) --participant->captures_open;
    participant->capture->append(as_text(captured->records));
  } else if (const auto* report = std::get_if<sfu::QualityReport>(&event)) {
    on_quality(*report);
  } else if (const auto* change = std::get_if<sfu::SubscriptionStarved>(&event)) {
    on_starved(*change);
  }
}

void Room::capture(Participant& participant, bool on) {
  std::vector<sfu::TransportId> transports{participant.publisher};
  if (!participant.single_transport) transports.push_back(participant.subscriber);
  participant.captures_open = static_cast<int>(transports.size());
  for (const sfu::TransportId transport : transports)
    context_.media.post(sfu::CaptureHeaders{id_, transport, on});
}

void Room::on_transport_connected(Instant now, Participant& participant,
                                  sfu::TransportId transport) {
  if (participant.connected_at.is_never()) participant.connected_at = now;
  if (transport == participant.publisher) participant.publisher_connected = true;
  if (transport == participant.subscriber && !participant.single_transport)
    participant.subscriber_connected = true;
  become_active_when_ready(participant);
}

void Room::become_active_when_ready(Participant& participant) {
  if (participant.is_active() || !participant.primary_connected()) return;
  // D-48: usable means that packets can be sent back, too.
  const bool has_downlink =
      participant.single_transport || participant.info.permission().can_subscribe();
  const bool channels =
      participant.channels.contains("_reliable") && participant.channels.contains("_lossy");
  if (has_downlink && !channels) return;
  participant.info.set_state(pb::ParticipantInfo::ACTIVE);
  log::info("participant is active", {{"room", name_}, {"sid", participant.info.sid()}});
  broadcast(participant);
  announce("participant_joined", &participant);
  reconcile(participant);
  negotiate(participant);
  send_qualities(participant);
  if (!std::exchange(participant.told_active, true)) {
    context_.observer.participant_active(name_, participant.info.identity());
  }
}

void Room::on_speakers(const sfu::SpeakersChanged& change) {
  for (const auto& receiver : participants_) {
    pb::SignalResponse message;
    for (const sfu::Speaker& speaker : change.changes) {
      const Participant* participant = find(speaker.participant);
      if (participant == nullptr || participant->is_hidden()) continue;
      const bool hears =
          receiver->id == speaker.participant || receiver->subscriptions.contains(speaker.track);
      if (!hears) continue;
      pb::SpeakerInfo& info = *message.mutable_speakers_changed()->add_speakers();
      info.set_sid(participant->info.sid());
      info.set_level(speaker.level);
      info.set_active(speaker.active);
    }
    if (message.has_speakers_changed()) send(*receiver, message);
  }
}

void Room::on_starved(const sfu::SubscriptionStarved& change) {
  Participant* subscriber = find(change.participant);
  if (subscriber == nullptr) return;
  for (auto& [track_id, subscription] : subscriber->subscriptions) {
    if (subscription.id != change.subscription) continue;
    subscription.starved = change.starved;
    Participant* publisher = find(subscription.publisher);
    const Track* track = publisher == nullptr ? nullptr : publisher->find_track(track_id);
    if (track == nullptr) return;
    // S-64
    pb::SignalResponse message;
    pb::StreamStateInfo& state = *message.mutable_stream_state_update()->add_stream_states();
    state.set_participant_sid(publisher->info.sid());
    state.set_track_sid(track->info.sid());
    state.set_state(change.starved ? pb::PAUSED : pb::ACTIVE);
    send(*subscriber, message);
    return;
  }
}

void Room::send_qualities(Participant& receiver) {
  pb::SignalResponse message;
  for (const auto& other : participants_) {
    if (!other->quality || other.get() == &receiver || !follows(receiver, *other)) continue;
    *message.mutable_connection_quality()->add_updates() = *other->quality;
  }
  if (message.has_connection_quality()) send(receiver, message);
}

void Room::on_quality(const sfu::QualityReport& report) {
  Participant* participant = find(report.participant);
  if (participant == nullptr) return;
  pb::ConnectionQualityInfo info;
  info.set_participant_sid(participant->info.sid());
  info.set_quality(quality_of(report.quality));
  info.set_score(report.score);
  participant->quality = info;
  for (const auto& receiver : participants_) {
    if (!follows(*receiver, *participant)) continue;
    pb::SignalResponse message;
    pb::ConnectionQualityInfo& update = *message.mutable_connection_quality()->add_updates();
    update = info;
    // S-67: a client that hears of its own loss for 10 s starts over, though this message reached
    // it.
    if (receiver->id == participant->id && info.quality() == pb::LOST) update.set_quality(pb::POOR);
    send(*receiver, message);
  }
}

}  // namespace vv::signaling
