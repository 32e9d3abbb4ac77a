// What clients ask for over the signal channel (livekit-wire.md 3.2).
#include <algorithm>

#include "base/log.hpp"
#include "signaling/livekit/grants.hpp"
#include "signaling/livekit/room.hpp"

namespace vv::signaling {
namespace {

// S-71.
constexpr std::size_t kMaxNameBytes = 256;
constexpr std::size_t kMaxMetadataBytes = 512 * 1024;
constexpr std::size_t kMaxAttributesBytes = 64 * 1024;

bool exceeds_limits(const pb::UpdateParticipantMetadata& update, const pb::ParticipantInfo& info) {
  std::size_t attributes = 0;
  for (const auto& [name, value] : info.attributes()) {
    if (!update.attributes().contains(name)) attributes += name.size() + value.size();
  }
  for (const auto& [name, value] : update.attributes()) attributes += name.size() + value.size();
  return update.name().size() > kMaxNameBytes || update.metadata().size() > kMaxMetadataBytes ||
         attributes > kMaxAttributesBytes;
}

}  // namespace

void Room::on_request(Moment at, sfu::ParticipantId id, const pb::SignalRequest& request) {
  Participant* const participant = find(id);
  if (participant == nullptr) return;
  switch (request.message_case()) {
    case pb::SignalRequest::kOffer:
      return on_offer(at, *participant, request.offer());
    case pb::SignalRequest::kAnswer:
      return on_answer(*participant, request.answer());
    // As the lite side we learn addresses from checks (D-6); what the client trickles tells
    // nothing.
    case pb::SignalRequest::kTrickle:
      return;
    case pb::SignalRequest::kAddTrack:
      return on_add_track(*participant, request.add_track());
    case pb::SignalRequest::kMute:
      if (Track* track = participant->find_track(request.mute().sid()))
        set_muted(*participant, *track, request.mute().muted());
      return;
    case pb::SignalRequest::kSubscription:
      return update_subscription(*participant, request.subscription());
    case pb::SignalRequest::kTrackSetting:
      return on_track_settings(*participant, request.track_setting());
    case pb::SignalRequest::kLeave:
      return on_leave(at, *participant, request.leave());
    case pb::SignalRequest::kSubscriptionPermission:
      return on_subscription_permission(*participant, request.subscription_permission());
    case pb::SignalRequest::kSyncState:
      return on_sync_state(at, *participant, request.sync_state());
    case pb::SignalRequest::kSimulate:
      return on_simulate(at, *participant, request.simulate());
    case pb::SignalRequest::kPing:
    case pb::SignalRequest::kPingReq:
      return on_ping(at, *participant, request);
    case pb::SignalRequest::kUpdateMetadata:
      return on_metadata(at, *participant, request.update_metadata());
    case pb::SignalRequest::kUpdateAudioTrack: {
      const pb::UpdateLocalAudioTrack& update = request.update_audio_track();
      for (pb::TrackInfo& info : *participant->info.mutable_tracks()) {
        if (info.sid() != update.track_sid()) continue;
        *info.mutable_audio_features() = update.features();
        broadcast(*participant);
      }
      return;
    }
    case pb::SignalRequest::kUpdateVideoTrack: {
      const pb::UpdateLocalVideoTrack& update = request.update_video_track();
      for (pb::TrackInfo& info : *participant->info.mutable_tracks()) {
        if (info.sid() != update.track_sid()) continue;
        info.set_width(update.width());
        info.set_height(update.height());
        broadcast(*participant);
      }
      return;
    }
    case pb::SignalRequest::kPublishDataTrackRequest:
      return on_publish_data_track(*participant, request.publish_data_track_request());
    case pb::SignalRequest::kUnpublishDataTrackRequest:
      return on_unpublish_data_track(*participant, request.unpublish_data_track_request());
    case pb::SignalRequest::kUpdateDataSubscription:
      return on_data_subscription(*participant, request.update_data_subscription());
    case pb::SignalRequest::MESSAGE_NOT_SET:
      return;  // S-3: a member we do not know
  }
}

void Room::on_leave(Moment at, Participant& participant, const pb::LeaveRequest& leave) {
  const pb::DisconnectReason reason =
      leave.reason() == pb::UNKNOWN_REASON ? pb::CLIENT_INITIATED : leave.reason();
  remove(at, participant.id, reason, nullptr);
}

void Room::on_ping(Moment at, Participant& participant, const pb::SignalRequest& request) {
  pb::SignalResponse message;
  if (request.has_ping()) {
    message.set_pong(at.wall.value);
  } else {
    message.mutable_pong_resp()->set_last_ping_timestamp(request.ping_req().timestamp());
    message.mutable_pong_resp()->set_timestamp(at.wall.value);
  }
  send(participant, message);
}

void Room::on_metadata(Moment at, Participant& participant,
                       const pb::UpdateParticipantMetadata& update) {
  pb::RequestResponse response;
  response.set_request_id(update.request_id());
  *response.mutable_update_metadata() = update;
  if (!participant.info.permission().can_update_metadata()) {
    response.set_reason(pb::RequestResponse::NOT_ALLOWED);
    response.set_message("does not have permission to update own metadata");
  } else if (exceeds_limits(update, participant.info)) {
    response.set_reason(pb::RequestResponse::LIMIT_EXCEEDED);
    response.set_message("exceeds limits");
  } else {
    update_participant(at, participant, update, nullptr);
    if (participant.client.protocol() <= 14) return;  // S-6: older clients know failures only
  }
  respond(participant, std::move(response));
}

void Room::update_participant(Moment at, Participant& participant,
                              const pb::UpdateParticipantMetadata& update,
                              const pb::ParticipantPermission* permission) {
  if (!update.name().empty()) {
    participant.info.set_name(update.name());
    participant.claims.name = update.name();
  }
  if (!update.metadata().empty()) {
    participant.info.set_metadata(update.metadata());
    participant.claims.metadata = update.metadata();
  }
  for (const auto& [name, value] : update.attributes()) {
    if (value.empty()) {
      participant.info.mutable_attributes()->erase(name);
      participant.claims.attributes.erase(name);
    } else {
      (*participant.info.mutable_attributes())[name] = value;
      participant.claims.attributes[name] = value;
    }
  }
  if (permission != nullptr) {
    *participant.info.mutable_permission() = *permission;
    apply_permission(*permission, participant.claims.video);
    std::vector<sfu::TrackId> revoked;
    for (const auto& track : participant.tracks) {
      if (may_publish(*permission, track->info.source())) continue;
      revoked.push_back(track->id);
      pb::SignalResponse message;
      message.mutable_track_unpublished()->set_track_sid(track->info.sid());
      send(participant, message);
    }
    for (const sfu::TrackId track : revoked) unpublish(participant, track);
    if (!permission->can_publish_data()) participant.info.clear_data_tracks();
    reconcile_data_tracks();
    reconcile(participant);
    negotiate(participant);
  }
  broadcast(participant);
  send_refresh_token(at, participant);
}

void Room::on_sync_state(Moment at, Participant& participant, const pb::SyncState& state) {
  const auto& ours = participant.info.data_tracks();
  const bool knows_data = std::all_of(
      state.publish_data_tracks().begin(), state.publish_data_tracks().end(),
      [&ours](const pb::PublishDataTrackResponse& theirs) {
        return std::any_of(ours.begin(), ours.end(), [&theirs](const pb::DataTrackInfo& info) {
          return info.sid() == theirs.info().sid();
        });
      });
  const bool knows_media =
      std::all_of(state.publish_tracks().begin(), state.publish_tracks().end(),
                  [&participant](const pb::TrackPublishedResponse& theirs) {
                    return participant.find_track(theirs.track().sid()) != nullptr;
                  });
  if (!knows_media || !knows_data) {
    // S-82: we lost what it publishes, so it has to start over.
    const pb::LeaveRequest leave = leave_of(pb::LeaveRequest::RECONNECT, pb::STATE_MISMATCH);
    remove(at, participant.id, pb::STATE_MISMATCH, &leave);
    return;
  }
  // The list holds the tracks that differ from what auto_subscribe gives.
  for (const std::string& sid : state.track_sids_disabled()) {
    pb::UpdateTrackSettings settings;
    settings.add_track_sids(sid);
    settings.set_disabled(true);
    settings.set_quality(pb::HIGH);
    on_track_settings(participant, settings);
  }
  if (state.has_subscription()) update_subscription(participant, state.subscription());
  if (state.has_data_subscription()) on_data_subscription(participant, state.data_subscription());
  participant.told_handles.clear();  // said again, since the client may have lost them
  reconcile_data_tracks(participant, data_publishers());
  replay(at.now, participant, state);
}

void Room::on_simulate(Moment at, Participant& participant, const pb::SimulateScenario& scenario) {
  switch (scenario.scenario_case()) {
    case pb::SimulateScenario::kNodeFailure:
    case pb::SimulateScenario::kMigration:
      return remove(at, participant.id, pb::MIGRATION, nullptr);
    case pb::SimulateScenario::kServerLeave: {
      const pb::LeaveRequest leave = leave_of(pb::LeaveRequest::DISCONNECT, pb::SERVER_SHUTDOWN);
      return remove(at, participant.id, pb::SERVER_SHUTDOWN, &leave);
    }
    case pb::SimulateScenario::kLeaveRequestFullReconnect: {
      const pb::LeaveRequest leave = leave_of(pb::LeaveRequest::RECONNECT, pb::UNKNOWN_REASON);
      return remove(at, participant.id, pb::UNKNOWN_REASON, &leave);
    }
    case pb::SimulateScenario::kSpeakerUpdate: {
      pb::SignalResponse message;
      pb::SpeakerInfo& speaker = *message.mutable_speakers_changed()->add_speakers();
      speaker.set_sid(participant.info.sid());
      speaker.set_level(1);
      speaker.set_active(true);
      send_to_all(std::move(message));
      participant.fake_speaker_until =
          at.now + seconds(std::clamp(scenario.speaker_update(), 0, 60));
      return;
    }
    case pb::SimulateScenario::kSwitchCandidateProtocol:
      return switch_protocol(at.now, participant, scenario.switch_candidate_protocol());
    case pb::SimulateScenario::kSubscriberBandwidth: {
      const std::int64_t most = std::max<std::int64_t>(scenario.subscriber_bandwidth(), 0);
      context_.media.post(
          sfu::LimitDownlink{id_, participant.downlink(), static_cast<std::uint64_t>(most)});
      return;
    }
    case pb::SimulateScenario::kDisconnectSignalOnResume:
      participant.drop_signal_on_resume = 1;
      participant.drop_before_messages = false;
      return;
    case pb::SimulateScenario::kDisconnectSignalOnResumeNoMessages:
      participant.drop_signal_on_resume = 3;
      participant.drop_before_messages = true;
      return;
    case pb::SimulateScenario::SCENARIO_NOT_SET:
      return;
  }
}

}  // namespace vv::signaling
