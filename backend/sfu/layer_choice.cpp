#include "sfu/layer_choice.hpp"

#include <algorithm>
#include <array>

#include "sfu/subscription.hpp"
#include "sfu/transport.hpp"

namespace vv::sfu {
namespace {

// Reserved for each sound track, so that a picture never takes its place. Tuned: opus at 32 kbit/s
// with its headers.
constexpr std::uint64_t kAudioRate = 45'000;  // bit/s

struct LiveLayers {
  std::array<std::uint8_t, kMaxLayers> layer{};
  std::array<std::uint64_t, kMaxLayers> rate{};  // bit/s
  std::size_t count = 0;
};

LiveLayers live_layers(Instant now, PublishedTrack& track, std::uint8_t limit) {
  LiveLayers live;
  for (std::uint8_t i = 0; i < kMaxLayers && i <= limit; ++i) {
    ReceivedStream* stream = track.streams[i].get();
    if (stream == nullptr || !stream->is_live(now)) continue;
    live.layer[live.count] = i;
    live.rate[live.count] = stream->rate().bits_per_second(now);
    ++live.count;
  }
  return live;
}

}  // namespace

void LayerChoice::update(Instant now, Transport& transport) noexcept {
  if (now < next_) return;
  next_ = now + kInterval;

  const std::uint64_t budget = transport.downlink.bits_per_second(now);
  const std::uint64_t sent = transport.sent_rate.bits_per_second(now);
  // What is sent leaves a good part of the estimate unused: the link may take more than a receiver
  // can know from what it gets.
  const bool has_headroom = budget * 10 >= sent * 13;
  bool may_raise = has_headroom && now >= next_raise_;

  std::uint64_t total = 0;
  for (Subscription* subscription : transport.subscriptions) {
    if (subscription->sender().kind == MediaKind::Audio) {
      total += kAudioRate;
      continue;
    }
    PublishedTrack* track = subscription->track();
    Forwarder& forwarder = subscription->forwarder();
    if (track == nullptr || forwarder.paused()) continue;
    const LiveLayers live = live_layers(now, *track, forwarder.limit().spatial);
    if (live.count == 0) continue;

    // Where it stands among the live ones; a stream that died counts as the one below it.
    std::size_t at = live.count - 1;
    if (forwarder.current() != Forwarder::kNoLayer) {
      while (at > 0 && live.layer[at] > forwarder.target()) --at;
    }
    std::size_t wanted = at;
    while (wanted > 0 && total + live.rate[wanted] > budget) --wanted;
    if (wanted < at) {
      // A raise that did not hold: wait longer before the next.
      if (now - raised_at_ < seconds(10)) wait_ = std::min(wait_ * 2, kLongestRaise);
      next_raise_ = now + wait_;
      may_raise = false;
    } else if (may_raise && at + 1 < live.count) {
      wanted = at + 1;
      may_raise = false;
      transport.downlink.try_more(now);
      raised_at_ = now;
      next_raise_ = now + kFirstRaise;
    }
    total += live.rate[wanted];
    if (forwarder.target() != live.layer[wanted] || forwarder.current() == Forwarder::kNoLayer) {
      forwarder.set_target(live.layer[wanted]);
      subscription->refresh_wants();
    }
  }
  if (now - raised_at_ > kLongestRaise) wait_ = kFirstRaise;
}

}  // namespace vv::sfu
