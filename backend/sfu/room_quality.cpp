// How good each participant's connection is (livekit-wire.md F-29, F-30).
#include <algorithm>

#include "sfu/room.hpp"

namespace vv::sfu {
namespace {

// Firefox checks an idle connection every four to six seconds; whoever is heard of less is lost.
constexpr Duration kSilence = seconds(8);

/// Layers that live and are wanted above the one that is sent.
int missing_layers(Instant now, Subscription& subscription) {
  const PublishedTrack& track = *subscription.track();
  const Forwarder& forwarder = subscription.forwarder();
  if (track.config.kind != MediaKind::Video || forwarder.current() >= kMaxLayers) return 0;
  int missing = 0;
  for (std::size_t layer = forwarder.current() + 1U; layer < kMaxLayers; ++layer) {
    const bool wanted = layer <= forwarder.limit().spatial;
    if (wanted && track.is_live(now, layer)) ++missing;
  }
  return missing;
}

}  // namespace

void Room::rate(Instant now, Transport& transport, QualityMeter& meter) {
  const Duration rtt = transport.rtt_known ? transport.rtt : Duration{};
  for (PublishedTrack* track : transport.published) {
    for (auto& stream : track->streams) {
      if (stream == nullptr) continue;
      const ReceivedStream::Losses losses = stream->take_losses();
      if (track->muted || losses.expected <= 0 || !stream->is_live(now)) continue;
      meter.add({.kind = track->config.kind,
                 .expected = losses.expected,
                 .lost = losses.lost,
                 .jitter = stream->stats().jitter(),
                 .rtt = rtt});
    }
  }
  for (Subscription* subscription : transport.subscriptions) {
    TrackWindow window = subscription->take_window();
    const PublishedTrack* track = subscription->track();
    if (track == nullptr || track->muted || subscription->forwarder().paused()) continue;
    if (window.expected <= 0) continue;
    window.rtt = rtt;
    window.missing_layers = missing_layers(now, *subscription);
    meter.add(window);
  }
}

void Room::report_qualities(Instant now) {
  std::map<ParticipantId, bool> heard;
  for (const auto& [id, transport] : transports_) {
    if (!transport->connected) continue;
    rate(now, *transport, qualities_[transport->participant]);
    bool& all = heard.try_emplace(transport->participant, true).first->second;
    all = all && now - transport->last_heard < kSilence;
  }
  std::erase_if(qualities_, [&heard](const auto& entry) { return !heard.contains(entry.first); });
  for (auto& [participant, meter] : qualities_) {
    if (const auto quality = meter.close_window(heard.at(participant))) {
      events_.push_back(QualityReport{.room = id_,
                                      .participant = participant,
                                      .quality = *quality,
                                      .score = meter.mean_opinion()});
    }
  }
}

}  // namespace vv::sfu
