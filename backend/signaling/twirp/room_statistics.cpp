#include "signaling/twirp/room_statistics.hpp"

#include "signaling/livekit/room.hpp"

namespace vv::signaling {
namespace {

void add_transport(const Participant& participant, sfu::TransportId id, bool connected,
                   visavis::ParticipantStatistics& out) {
  visavis::TransportStatistics& transport = *out.add_transports();
  transport.set_connected(connected);
  const auto found = participant.transport_stats.find(id);
  if (found == participant.transport_stats.end()) return;
  transport.set_round_trip_ms(found->second.rtt.as_seconds() * 1000);
  transport.set_bytes_received(found->second.bytes_received);
  transport.set_bytes_sent(found->second.bytes_sent);
  transport.set_downlink_bps(found->second.downlink_bps);
}

std::uint32_t subscribers_of(const Room& room, sfu::TrackId track) {
  std::uint32_t count = 0;
  for (const auto& participant : room.participants())
    count += participant->subscriptions.contains(track) ? 1U : 0U;
  return count;
}

void add_subscription(const Room& room, const Subscription& subscription,
                      visavis::ParticipantStatistics& out) {
  const Participant* publisher = room.find(subscription.publisher);
  const Track* track = publisher == nullptr ? nullptr : publisher->find_track(subscription.track);
  if (track == nullptr) return;
  visavis::SubscriptionStatistics& entry = *out.add_subscriptions();
  entry.set_track_sid(track->info.sid());
  entry.set_publisher_sid(publisher->info.sid());
  entry.set_sending(subscription.sending);
  entry.set_paused(subscription.paused);
  entry.set_starved(subscription.starved);
  entry.set_max_spatial_layer(subscription.limit.spatial);
  entry.set_max_temporal_layer(subscription.limit.temporal);
  entry.set_priority(subscription.priority);
}

visavis::ParticipantStatistics statistics_of(const Room& room, const Participant& participant) {
  visavis::ParticipantStatistics out;
  out.set_sid(participant.info.sid());
  out.set_identity(participant.info.identity());
  out.set_state(pb::ParticipantInfo::State_Name(participant.info.state()));
  out.set_sdk(pb::ClientInfo::SDK_Name(participant.client.sdk()));
  out.set_sdk_version(participant.client.version());
  out.set_joined_at_ms(participant.info.joined_at_ms());
  out.set_signal_connected(participant.sink != nullptr);
  if (participant.quality) {
    out.set_quality(pb::ConnectionQuality_Name(participant.quality->quality()));
    out.set_score(participant.quality->score());
  }
  add_transport(participant, participant.publisher, participant.publisher_connected, out);
  if (!participant.single_transport)
    add_transport(participant, participant.subscriber, participant.subscriber_connected, out);
  for (const auto& track : participant.tracks) {
    if (!track->published) continue;
    visavis::TrackStatistics& entry = *out.add_tracks();
    entry.set_sid(track->info.sid());
    entry.set_mime_type(track->info.mime_type());
    entry.set_source(pb::TrackSource_Name(track->info.source()));
    entry.set_muted(track->info.muted());
    entry.set_subscribers(subscribers_of(room, track->id));
  }
  for (const auto& [track, subscription] : participant.subscriptions)
    add_subscription(room, subscription, out);
  return out;
}

}  // namespace

visavis::RoomStatistics statistics_of(const Room& room) {
  visavis::RoomStatistics out;
  const pb::Room info = room.info();
  out.set_room(info.name());
  out.set_sid(info.sid());
  out.set_created_at_ms(info.creation_time_ms());
  for (const auto& participant : room.participants())
    *out.add_participants() = statistics_of(room, *participant);
  return out;
}

}  // namespace vv::signaling
