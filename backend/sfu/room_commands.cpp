// What the control plane tells a room.
#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "base/log.hpp"
#include "sfu/room.hpp"

namespace vv::sfu {
namespace {

// threat-model M10: far from the wrap, so that a receiver which missed the first packets cannot
// guess the rollover counter wrong.
std::uint16_t starting_number(Random& random) {
  return static_cast<std::uint16_t>(random.below(0x7FFF));
}

}  // namespace

void Room::on(Instant, const OpenRoom& c) {
  if (c.delay > Duration{}) held_ = std::make_unique<DelayLine>(c.delay);
}

void Room::on(Instant now, const AddTransport& c) {
  if (transports_.size() >= kMaxTransports || find(c.transport) != nullptr) {
    log::warn("transport refused", {{"room", id_.raw()}, {"transports", transports_.size()}});
    return;
  }
  VV_CHECK(c.identity != nullptr, "a transport begins with a certificate");
  auto transport = std::make_unique<Transport>(now, c.participant, c.transport, c.identity,
                                               rtc::PeerOptions{.local = c.local,
                                                                .dtls_role = c.dtls_role,
                                                                .identity = c.identity.get(),
                                                                .random = &context_.random,
                                                                .shared = context_.peers});
  Transport& added = *transport;
  added.may_starve = c.may_starve;
  added.turn = turns_.size();
  turns_.push_back({.peer = Instant::never(), .step = {}, .transport = &added});
  transports_.emplace(c.transport, std::move(transport));
  if (c.remote) added.peer.set_remote(now, c.remote->fingerprint);
  drain(now, added);
}

void Room::on(Instant now, const SetRemote& c) {
  Transport* transport = find(c.transport);
  if (transport == nullptr) return;
  transport->peer.set_remote(now, c.remote.fingerprint);
  drain(now, *transport);
}

void Room::on(Instant now, const RestartIce& c) {
  Transport* transport = find(c.transport);
  if (transport == nullptr) return;
  transport->peer.restart_ice(now, c.local);
  drain(now, *transport);
}

void Room::on(Instant now, const RemoveTransport& c) {
  if (Transport* transport = find(c.transport)) close(now, *transport);
}

void Room::on(Instant now, const CloseRoom&) {
  while (!transports_.empty()) close(now, *transports_.begin()->second);
}

void Room::on(Instant now, const RemoveParticipant& c) {
  std::vector<Transport*> theirs;
  for (const auto& [id, transport] : transports_) {
    if (transport->participant == c.participant) theirs.push_back(transport.get());
  }
  for (Transport* transport : theirs) close(now, *transport);
}

void Room::on(Instant, const SetReceivers& c) {
  Transport* transport = find(c.transport);
  if (transport == nullptr) return;

  stir(*transport);
  std::vector<PublishedTrack*> ended;
  for (PublishedTrack* track : transport->published) {
    const bool stays = std::any_of(c.receivers.begin(), c.receivers.end(),
                                   [&](const ReceiverConfig& r) { return r.track == track->id(); });
    if (!stays) ended.push_back(track);
  }
  for (PublishedTrack* track : ended) remove(*track);

  transport->extensions = {};
  bool transport_cc = false;
  for (const ReceiverConfig& receiver : c.receivers) {
    PublishedTrack* track = find(receiver.track);
    if (track != nullptr && track->publisher != transport) continue;  // ids are never used twice
    if (track != nullptr) {
      track->reconfigure(receiver);
    } else if (transport->published.size() < kMaxTracksPerTransport) {
      auto added = std::make_unique<PublishedTrack>(*transport, receiver);
      track = added.get();
      tracks_.emplace(receiver.track, std::move(added));
      transport->published.push_back(track);
      for (const auto& [id, subscription] : subscriptions_) {
        if (subscription->track_id() != receiver.track) continue;
        track->add_taker(*subscription);
        want_keyframe(*subscription);
      }
    } else {
      log::warn("too many published tracks", {{"room", id_.raw()}});
      continue;
    }
    // One bundle has one table: the same id means the same in every section (RFC 8843).
    for (std::size_t e = 1; e < rtc::rtp::kExtensionCount; ++e) {
      const auto extension = static_cast<rtc::rtp::Extension>(e);
      transport->extensions.map(receiver.extensions.id_of(extension), extension);
    }
    transport_cc =
        transport_cc || receiver.extensions.id_of(rtc::rtp::Extension::TransportSequence) != 0;
    for (std::size_t i = 0; i < track->config.ssrcs.size(); ++i) {
      const SsrcPair& pair = track->config.ssrcs[i];
      const auto layer = static_cast<std::uint8_t>(i);
      static_cast<void>(add_source(*transport, {pair.ssrc, layer, false, track}));
      if (pair.rtx_ssrc != 0) {
        static_cast<void>(add_source(*transport, {pair.rtx_ssrc, layer, true, track}));
      }
    }
  }
  if (transport_cc && transport->arrivals == nullptr) {
    transport->arrivals = std::make_unique<rtc::bwe::TwccRecorder>();
  }
}

void Room::on(Instant, const RemoveTrack& c) {
  if (PublishedTrack* track = find(c.track)) remove(*track);
}

void Room::on(Instant now, const SetTrackMuted& c) {
  PublishedTrack* track = find(c.track);
  if (track == nullptr) return;
  if (!track->muted && c.muted && !c.silence.empty()) begin_silence(now, *track, c.silence);
  if (track->muted && !c.muted) end_silence(*track);
  // Whatever was missed meanwhile, the picture begins again with a key frame.
  if (track->muted && !c.muted && track->config.kind == MediaKind::Video) {
    for (Subscription* taker : track->takers) {
      taker->forwarder().restart();
      taker->refresh_wants();
      want_keyframe(*taker);
    }
  }
  track->muted = c.muted;
  if (c.muted) track->meter.reset();
}

void Room::on(Instant, const LimitDownlink& c) {
  Transport* transport = find(c.transport);
  if (transport == nullptr) return;
  transport->most = c.bits_per_second == 0 ? Transport::kNoLimit : c.bits_per_second;
}

void Room::on(Instant now, const Subscribe& c) {
  Transport* transport = find(c.transport);
  if (transport == nullptr || find(c.subscription) != nullptr) return;
  auto added = std::make_unique<Subscription>(
      *transport, Subscription::Options{.id = c.subscription,
                                        .track = c.track,
                                        .sender = c.sender,
                                        .start = starting_number(context_.random),
                                        .rtx_start = starting_number(context_.random)});
  Subscription& subscription = *added;
  subscriptions_.emplace(c.subscription, std::move(added));
  transport->subscriptions.push_back(&subscription);
  stir(*transport);
  if (c.sender.kind == MediaKind::Video && transport->link == nullptr &&
      c.sender.extensions.id_of(rtc::rtp::Extension::TransportSequence) != 0) {
    transport->link = std::make_unique<rtc::bwe::LinkEstimator>();
  }
  PublishedTrack* track = find(c.track);
  if (track == nullptr) return;
  if (track->takers.size() >= Fanout::kMaxTakersPerPacket) return;
  track->add_taker(subscription);
  want_keyframe(subscription);
  feed_back_to_publisher(now, *track->publisher);
}

void Room::on(Instant now, const SetSubscription& c) {
  Subscription* subscription = find(c.subscription);
  if (subscription == nullptr) return;
  Forwarder& forwarder = subscription->forwarder();
  subscription->set_priority(c.priority);
  forwarder.set_limit(c.limit);
  forwarder.set_paused(c.paused);
  if (forwarder.target() > c.limit.spatial) forwarder.set_target(c.limit.spatial);
  subscription->refresh_wants();
  want_keyframe(*subscription);
  if (subscription->track() != nullptr) {
    feed_back_to_publisher(now, *subscription->track()->publisher);
  }
}

void Room::on(Instant now, const SetSource& c) {
  Subscription* subscription = find(c.subscription);
  if (subscription == nullptr || subscription->track_id() == c.track) return;
  if (subscription->track() != nullptr) subscription->track()->remove_taker(*subscription);
  subscription->set_track_id(c.track);
  PublishedTrack* track = find(c.track);
  if (track == nullptr || track->takers.size() >= Fanout::kMaxTakersPerPacket) return;
  track->add_taker(*subscription);
  want_keyframe(*subscription);
  feed_back_to_publisher(now, *track->publisher);
}

void Room::on(Instant, const Unsubscribe& c) {
  if (Subscription* subscription = find(c.subscription)) remove(*subscription);
}

void Room::on(Instant now, const RequestKeyframe& c) {
  PublishedTrack* track = find(c.track);
  if (track == nullptr || track->config.kind != MediaKind::Video) return;
  for (auto& stream : track->streams) {
    if (stream != nullptr && stream->is_live(now)) stream->keyframes().want();
  }
  feed_back_to_publisher(now, *track->publisher);
}

void Room::on(Instant now, const OpenChannel& c) {
  Transport* transport = find(c.transport);
  if (transport == nullptr) return;
  if (const auto id = transport->peer.open_channel(now, c.label, c.options)) {
    transport->channels.push_back({.id = *id, .open = false, .label = c.label});
  }
  drain(now, *transport);
}

void Room::on(Instant now, const SendData& c) {
  Transport* transport = find(c.transport);
  if (transport == nullptr) return;
  const auto channel = std::find_if(transport->channels.begin(), transport->channels.end(),
                                    [&](const auto& ch) { return ch.open && ch.label == c.label; });
  if (channel == transport->channels.end()) return;
  static_cast<void>(transport->peer.send(channel->id, c.bytes, c.binary));
  drain(now, *transport);
}

}  // namespace vv::sfu
