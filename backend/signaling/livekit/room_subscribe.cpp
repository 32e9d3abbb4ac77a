// Who gets which track, and which of its layers (livekit-wire.md 3.10, S-92).
#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "signaling/livekit/codec_names.hpp"
#include "signaling/livekit/room.hpp"

namespace vv::signaling {
namespace {

/// Intents for tracks that are not there yet are kept up to this many.
constexpr std::size_t kMaxIntents = 512;
/// And rules about who may subscribe.
constexpr std::size_t kMaxRules = 512;

constexpr std::uint8_t kAllTemporal = 3;

// F-22: what is on a shared screen must stay readable, even where faces do not fit any more.
constexpr std::uint8_t kScreenPriority = 255;

/// S-54: the smallest layer that covers what is shown.
std::uint8_t spatial_for(const pb::TrackInfo& info, const pb::UpdateTrackSettings& settings) {
  const auto& layers = info.codecs_size() > 0 && info.codecs(0).layers_size() > 0
                           ? info.codecs(0).layers()
                           : info.layers();
  if (settings.width() != 0 && settings.height() != 0) {
    std::uint8_t spatial = 0;
    for (const pb::VideoLayer& layer : layers) {
      // Clients ask for what an element shows, in its orientation; a layer a pixel short will do.
      const bool covers =
          layer.width() + 1 >= settings.width() || layer.height() + 1 >= settings.height();
      if (covers) return spatial;
      if (spatial + 1 < layers.size()) ++spatial;
    }
    return spatial;
  }
  switch (settings.quality()) {
    case pb::LOW:
      return 0;
    case pb::MEDIUM:
      return 1;
    default:
      return 2;
  }
}

std::uint8_t temporal_for(std::uint32_t fps) {
  if (fps == 0 || fps > 15) return kAllTemporal;
  return fps > 8 ? 1 : 0;
}

}  // namespace

bool Room::allows(const Participant& publisher, const Participant& subscriber,
                  const Track& track) const {
  const SubscriptionRules& rules = publisher.rules;
  if (rules.all) return true;
  const auto permits = [&track](const std::map<std::string, SubscriptionRules::Rule>& by,
                                const std::string& key) {
    const auto rule = by.find(key);
    return rule != by.end() &&
           (rule->second.all_tracks || rule->second.track_sids.contains(track.info.sid()));
  };
  return permits(rules.by_identity, subscriber.info.identity()) ||
         permits(rules.by_sid, subscriber.info.sid());
}

bool Room::wants(const Participant& subscriber, const Participant& publisher,
                 const Track& track) const {
  if (!track.published || &subscriber == &publisher || publisher.is_hidden()) return false;
  if (!subscriber.info.permission().can_subscribe() || !allows(publisher, subscriber, track))
    return false;
  const auto intent = subscriber.intents.find(track.info.sid());
  if (intent != subscriber.intents.end() && intent->second.subscribe)
    return *intent->second.subscribe;
  return subscriber.auto_subscribe;
}

void Room::reconcile(Participant& subscriber) {
  for (const auto& publisher : participants_) reconcile(subscriber, *publisher);
}

void Room::reconcile(Participant& subscriber, Participant& publisher) {
  if (&publisher == &subscriber) return;
  for (const auto& track : publisher.tracks) {
    const bool has = subscriber.subscriptions.contains(track->id);
    const bool wanted = wants(subscriber, publisher, *track);
    if (wanted && !has) subscribe(subscriber, publisher, *track);
    if (!wanted && has) unsubscribe(subscriber, track->id);
  }
}

void Room::reconcile_all(Participant& publisher) {
  for (const auto& subscriber : participants_) {
    if (subscriber.get() == &publisher) continue;
    reconcile(*subscriber, publisher);
    negotiate_soon(*subscriber);
  }
}

const std::string& Room::stream_of(const Participant& subscriber, const Track& track) const {
  // Interop: Firefox takes one track a stream (livekit-wire.md D-22).
  const bool together = settings_.sync_streams && !track.info.stream().empty() &&
                        subscriber.client.browser() != "Firefox";
  return together ? track.info.stream() : track.info.sid();
}

void Room::subscribe(Participant& subscriber, Participant& publisher, Track& track) {
  if (subscriber.subscriptions.size() >= sfu::negotiation::Answerer::kMaxSenders) {
    subscriber.wants_more = true;
    return;
  }
  Subscription subscription;
  subscription.id = sfu::SubscriptionId{context_.next_number()};
  subscription.track = track.id;
  subscription.source = track.id;
  subscription.publisher = publisher.id;
  // S-55: until the client says what it shows.
  subscription.limit = {.spatial = static_cast<std::uint8_t>(subscriber.adaptive_stream ? 0 : 2),
                        .temporal = kAllTemporal};
  if (track.info.source() == pb::SCREEN_SHARE) subscription.priority = kScreenPriority;
  sfu::negotiation::SenderSpec spec{
      .subscription = subscription.id,
      .kind = track.info.type() == pb::VIDEO ? sfu::MediaKind::Video : sfu::MediaKind::Audio,
      .stream_id = publisher.info.sid() + "|" + stream_of(subscriber, track),
      .track_sid = track.info.sid(),
      .playout = settings_.playout,
      .stereo = track.info.stereo(),
  };
  const bool added = subscriber.single_transport ? subscriber.answerer->add_sender(std::move(spec))
                                                 : subscriber.offerer->add_sender(std::move(spec));
  if (!added) {
    log::debug("too many subscriptions", {{"sid", subscriber.info.sid()}});
    return;
  }
  const auto [entry, inserted] = subscriber.subscriptions.emplace(track.id, subscription);
  note_demand(track.id);
  const auto intent = subscriber.intents.find(track.info.sid());
  if (intent != subscriber.intents.end() && intent->second.settings) {
    apply_settings(subscriber, entry->second, track, *intent->second.settings);
  }
}

void Room::unsubscribe(Participant& subscriber, sfu::TrackId track) {
  const auto found = subscriber.subscriptions.find(track);
  if (found == subscriber.subscriptions.end()) return;
  const Subscription subscription = found->second;
  subscriber.subscriptions.erase(found);
  note_demand(track);
  if (subscriber.wants_more) negotiate_soon(subscriber);
  if (subscription.sending) context_.media.post(sfu::Unsubscribe{id_, subscription.id});
  if (subscriber.single_transport)
    subscriber.answerer->remove_sender(subscription.id);
  else
    subscriber.offerer->remove_sender(subscription.id);
}

void Room::update_subscription(Participant& participant, const pb::UpdateSubscription& update) {
  const auto note = [&](const std::string& sid) {
    if (participant.intents.size() >= kMaxIntents && !participant.intents.contains(sid)) return;
    TrackIntent& intent = participant.intents[sid];
    intent.subscribe = update.subscribe();
    intent.waits_since = Instant::never();
    intent.is_new = update.subscribe() && track_by_sid(sid, nullptr) == nullptr;
  };
  for (const std::string& sid : update.track_sids()) note(sid);
  for (const pb::ParticipantTracks& tracks : update.participant_tracks()) {
    for (const std::string& sid : tracks.track_sids()) note(sid);
  }
  reconcile(participant);
  negotiate(participant);
}

void Room::tell_unsupported(Participant& subscriber, const Track& track,
                            const Subscription& subscription, const sfu::SenderConfig& config) {
  if (subscription.source != track.id) return;  // it gets another codec of the track
  const std::string codec = codec_name(track.info.mime_type());
  const bool spoken = std::any_of(config.codecs.begin(), config.codecs.end(),
                                  [&codec](const auto& c) { return c.name == codec; });
  if (spoken || codec.empty()) return;
  pb::SignalResponse message;
  message.mutable_subscription_response()->set_track_sid(track.info.sid());
  message.mutable_subscription_response()->set_err(pb::SE_CODEC_UNSUPPORTED);
  send(subscriber, message);
}

void Room::tell_missing_tracks(Moment at, Participant& participant) {
  for (auto& [sid, intent] : participant.intents) {
    if (std::exchange(intent.is_new, false)) intent.waits_since = at.now;
    if (intent.waits_since.is_never()) continue;
    if (track_by_sid(sid, nullptr) != nullptr) {
      intent.waits_since = Instant::never();
    } else if (at.now - intent.waits_since >= kTrackWait) {
      intent.waits_since = Instant::never();
      pb::SignalResponse message;
      message.mutable_subscription_response()->set_track_sid(sid);
      message.mutable_subscription_response()->set_err(pb::SE_TRACK_NOTFOUND);
      send(participant, message);
    }
  }
}

void Room::on_track_settings(Participant& subscriber, const pb::UpdateTrackSettings& settings) {
  for (const std::string& sid : settings.track_sids()) {
    if (subscriber.intents.size() >= kMaxIntents && !subscriber.intents.contains(sid)) continue;
    subscriber.intents[sid].settings = settings;
    const Track* track = track_by_sid(sid, nullptr);
    if (track == nullptr) continue;
    const auto subscription = subscriber.subscriptions.find(track->id);
    if (subscription != subscriber.subscriptions.end())
      apply_settings(subscriber, subscription->second, *track, settings);
  }
}

void Room::apply_settings(Participant&, Subscription& subscription, const Track& track,
                          const pb::UpdateTrackSettings& settings) {
  // S-57: what the client does not say is as it was.
  const std::uint8_t priority =
      settings.priority() == 0 ? subscription.priority
                               : static_cast<std::uint8_t>(std::min(settings.priority(), 255U));
  const sfu::LayerLimit limit{.spatial = spatial_for(track.info, settings),
                              .temporal = temporal_for(settings.fps())};
  const bool unchanged = limit == subscription.limit && priority == subscription.priority &&
                         settings.disabled() == subscription.paused;
  subscription.limit = limit;
  subscription.priority = priority;
  subscription.paused = settings.disabled();
  note_demand(subscription.track);
  if (unchanged || !subscription.sending) return;
  context_.media.post(sfu::SetSubscription{id_, subscription.id, limit, subscription.paused,
                                           subscription.priority});
}

void Room::on_subscription_permission(Participant& publisher,
                                      const pb::SubscriptionPermission& permission) {
  SubscriptionRules rules;
  rules.all = permission.all_participants();
  for (const pb::TrackPermission& entry : permission.track_permissions()) {
    if (rules.by_identity.size() + rules.by_sid.size() >= kMaxRules ||
        entry.track_sids().size() > static_cast<int>(kMaxRules))
      break;
    SubscriptionRules::Rule rule;
    rule.all_tracks = entry.all_tracks();
    rule.track_sids.insert(entry.track_sids().begin(), entry.track_sids().end());
    if (!entry.participant_identity().empty())
      rules.by_identity[entry.participant_identity()] = rule;
    if (!entry.participant_sid().empty()) rules.by_sid[entry.participant_sid()] = std::move(rule);
  }
  for (const auto& subscriber : participants_) {
    if (subscriber.get() == &publisher) continue;
    for (const auto& track : publisher.tracks) {
      if (!track->published) continue;
      std::swap(publisher.rules, rules);
      const bool now = allows(publisher, *subscriber, *track);
      std::swap(publisher.rules, rules);
      if (now == allows(publisher, *subscriber, *track)) continue;
      pb::SignalResponse message;
      pb::SubscriptionPermissionUpdate& update = *message.mutable_subscription_permission_update();
      update.set_participant_sid(publisher.info.sid());
      update.set_track_sid(track->info.sid());
      update.set_allowed(now);
      send(*subscriber, message);
    }
  }
  publisher.rules = std::move(rules);
  reconcile_all(publisher);
}

}  // namespace vv::signaling
