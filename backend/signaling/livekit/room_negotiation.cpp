// Offers, answers and what they make the media plane do (livekit-wire.md 3.6 to 3.8).
#include "base/log.hpp"
#include "signaling/livekit/room.hpp"

namespace vv::signaling {
namespace {

using sfu::negotiation::BoundSender;

sfu::RemoteTransport remote_of(const sfu::negotiation::RemoteTransport& remote) {
  return {.ice = remote.ice, .fingerprint = remote.fingerprint};
}

void set_map(const sfu::negotiation::MidToTrack& mids, pb::SessionDescription& description) {
  for (const auto& [mid, sid] : mids) (*description.mutable_mid_to_track_id())[mid] = sid;
}

}  // namespace

void Room::on_offer(Moment at, Participant& participant, const pb::SessionDescription& offer) {
  auto outcome = participant.answerer->set_offer(offer.sdp());
  if (!outcome) {
    // Threat-model section 4: a renegotiation is refused and the call goes on; without a first
    // offer there is no call, and the client starts over.
    count_refused_request("SDP");
    log::debug("offer refused",
               {{"sid", participant.info.sid()}, {"why", outcome.error().message}});
    if (participant.publisher_added) return;
    const pb::LeaveRequest leave = leave_of(pb::LeaveRequest::RECONNECT, pb::STATE_MISMATCH);
    remove(at, participant.id, pb::STATE_MISMATCH, &leave);
    return;
  }
  if (!participant.publisher_added) {
    participant.publisher_added = true;
    context_.media.post(sfu::AddTransport{.room = id_,
                                          .participant = participant.id,
                                          .transport = participant.publisher,
                                          .local = participant.publisher_ice,
                                          .dtls_role = outcome->remote.role,
                                          .identity = participant.identity,
                                          .remote = remote_of(outcome->remote),
                                          .may_starve = participant.allow_pause});
  } else if (outcome->ice_restarted) {
    participant.publisher_ice = rtc::IceCredentials::create(context_.random);
    participant.answerer->set_local_ice(participant.publisher_ice);
    context_.media.post(sfu::RestartIce{id_, participant.publisher, participant.publisher_ice,
                                        outcome->remote.ice});
  }
  for (const sfu::TrackId ended : outcome->ended) unpublish(participant, ended);
  match_sections(participant);
  send_answer(participant, offer.id());
  negotiate(participant);
}

void Room::send_answer(Participant& participant, std::uint32_t offer_id) {
  tell_changes(participant);  // S-35: who and what the answer exposes is known before it
  const sfu::negotiation::Answer answer = participant.answerer->answer();
  pb::SignalResponse message;
  pb::SessionDescription& description = *message.mutable_answer();
  description.set_type("answer");
  description.set_sdp(answer.sdp);
  description.set_id(offer_id);
  if (participant.single_transport) set_map(answer.mid_to_track, description);
  send(participant, message);
  start_sending(participant, answer.bound);
}

void Room::start_sending(Participant& participant, const std::vector<BoundSender>& bound) {
  for (const BoundSender& sender : bound) {
    for (auto& [track_id, subscription] : participant.subscriptions) {
      if (subscription.id != sender.subscription) continue;
      Participant* publisher = find(subscription.publisher);
      Track* track = publisher == nullptr ? nullptr : publisher->find_track(track_id);
      if (track != nullptr) {
        choose_codec(*track, subscription, sender.config);
        tell_unsupported(participant, *track, subscription, sender.config);
      }
      sfu::SenderConfig config = sender.config;
      config.limit = subscription.limit;
      config.priority = subscription.priority;
      const bool again = std::exchange(subscription.sending, true);
      if (again) context_.media.post(sfu::Unsubscribe{id_, subscription.id});
      context_.media.post(sfu::Subscribe{id_, subscription.id, participant.downlink(),
                                         subscription.source, std::move(config)});
      if (subscription.paused) {
        context_.media.post(sfu::SetSubscription{id_, subscription.id, subscription.limit, true,
                                                 subscription.priority});
      }
      if (track == nullptr || std::exchange(track->subscribed_once, true)) continue;
      pb::SignalResponse message;
      message.mutable_track_subscribed()->set_track_sid(track->info.sid());
      send(*publisher, message);
    }
  }
}

void Room::negotiate(Participant& participant) {
  if (participant.single_transport) {
    const auto requirement = participant.answerer->take_requirement();
    if (!requirement) return;
    tell_changes(participant);
    pb::SignalResponse message;
    message.mutable_media_sections_requirement()->set_num_audios(requirement->audios);
    message.mutable_media_sections_requirement()->set_num_videos(requirement->videos);
    send(participant, message);
    return;
  }
  if (!participant.offerer->wants_offer() || participant.sink == nullptr) return;
  tell_changes(participant);
  pb::SignalResponse message;
  pb::SessionDescription& description = *message.mutable_offer();
  description.set_type("offer");
  description.set_sdp(participant.offerer->offer());
  description.set_id(++participant.offer_id);
  set_map(participant.offerer->mid_to_track(), description);
  send(participant, message);
}

void Room::on_answer(Participant& participant, const pb::SessionDescription& answer) {
  if (participant.offerer == nullptr) return;
  if (answer.id() != 0 && answer.id() != participant.offer_id) return;  // of an offer that is void
  const auto outcome = participant.offerer->set_answer(answer.sdp());
  if (!outcome) {
    log::debug("answer refused",
               {{"sid", participant.info.sid()}, {"why", outcome.error().message}});
    return;
  }
  if (!participant.subscriber_added) {
    participant.subscriber_added = true;
    context_.media.post(sfu::AddTransport{.room = id_,
                                          .participant = participant.id,
                                          .transport = participant.subscriber,
                                          .local = participant.subscriber_ice,
                                          .dtls_role = outcome->remote.role,
                                          .identity = participant.identity,
                                          .remote = remote_of(outcome->remote),
                                          .may_starve = participant.allow_pause});
    rtc::ChannelOptions lossy;
    lossy.ordered = false;
    lossy.max_retransmits = 0;
    context_.media.post(sfu::OpenChannel{id_, participant.subscriber, "_lossy", lossy});
    context_.media.post(sfu::OpenChannel{id_, participant.subscriber, "_reliable", {}});
    context_.media.post(sfu::OpenChannel{id_, participant.subscriber, "_data_track", lossy});
  } else if (outcome->ice_restarted) {
    context_.media.post(sfu::RestartIce{id_, participant.subscriber, participant.subscriber_ice,
                                        outcome->remote.ice});
  }
  for (const sfu::SubscriptionId refused : outcome->refused) {
    std::erase_if(participant.subscriptions, [&](const auto& entry) {
      if (entry.second.id != refused) return false;
      note_demand(entry.first);
      return true;
    });
  }
  start_sending(participant, outcome->bound);
  negotiate(participant);
}

void Room::restart_subscriber_ice(Participant& participant) {
  participant.subscriber_ice = rtc::IceCredentials::create(context_.random);
  participant.offerer->restart_ice(participant.subscriber_ice);
  negotiate(participant);
}

void Room::post_receivers(Participant& participant) {
  context_.media.post(
      sfu::SetReceivers{id_, participant.publisher, participant.answerer->receivers()});
}

}  // namespace vv::signaling
