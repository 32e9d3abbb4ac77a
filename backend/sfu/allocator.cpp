#include "sfu/allocator.hpp"

#include <algorithm>

#include "sfu/subscription.hpp"
#include "sfu/transport.hpp"

namespace vv::sfu {
namespace {

// Reserved for each sound track where the budget is for all that is sent. Tuned: opus at 32 kbit/s
// with its headers.
constexpr std::uint64_t kAudioRate = 45'000;  // bit/s
// What is sent already may exceed the capacity by this much: rates swing with what a camera sees,
// and a queue would show if it were too much.
constexpr std::uint64_t kHoldPercent = 80;
// Above what the next step takes now, for the same reason.
constexpr std::uint64_t kGoalPercent = 105;
// With so much waiting already, the old layer's packets would come too late to be looked at.
constexpr Duration kLetGo = milliseconds(150);

}  // namespace

void Allocator::Picture::add(const Step& step) {
  if (count < kMaxSteps) steps[static_cast<std::size_t>(count++)] = step;
}

void Allocator::add_steps(Instant now, PublishedTrack& track, LayerLimit limit, Picture& picture) {
  for (std::uint8_t spatial = 0; spatial < kMaxLayers && spatial <= limit.spatial; ++spatial) {
    if (!track.is_live(now, spatial)) continue;
    const std::uint8_t top = std::min(track.top_temporal(spatial), limit.temporal);
    const std::uint64_t full = track.rate(now, spatial, top);
    const bool is_lowest = picture.count == 0;
    const int slowest = is_lowest ? 0 : std::max(top - 1, 0);
    for (int temporal = slowest; temporal < top; ++temporal) {
      const std::uint64_t rate = track.rate(now, spatial, static_cast<std::size_t>(temporal));
      const std::uint64_t below = picture.count == 0 ? 0 : picture.step(picture.count - 1).rate;
      if (rate <= below || rate >= full) continue;
      picture.add({spatial, static_cast<std::uint8_t>(temporal), rate});
    }
    picture.add({spatial, kAllFrames, full});
  }
}

void Allocator::collect(Instant now, Transport& transport) {
  pictures_.clear();
  for (Subscription* subscription : transport.subscriptions) {
    PublishedTrack* track = subscription->track();
    if (track == nullptr || track->config.kind != MediaKind::Video) continue;
    Forwarder& forwarder = subscription->forwarder();
    if (forwarder.paused() || track->muted) continue;
    Picture picture{.subscription = subscription};
    add_steps(now, *track, forwarder.limit(), picture);
    if (picture.count == 0) continue;
    // A layer that died counts as the one below it.
    picture.now = forwarder.is_starved() ? -1 : picture.count - 1;
    const auto is_above = [&forwarder](const Step& step) {
      if (step.spatial != forwarder.target()) return step.spatial > forwarder.target();
      return step.temporal > forwarder.temporal_target();
    };
    while (picture.now > 0 && is_above(picture.step(picture.now))) --picture.now;
    pictures_.push_back(picture);
  }
  std::stable_sort(pictures_.begin(), pictures_.end(), [](const Picture& a, const Picture& b) {
    return a.subscription->sender().priority > b.subscription->sender().priority;
  });
}

void Allocator::set(Transport& transport, Picture& picture, bool let_go) noexcept {
  Forwarder& forwarder = picture.subscription->forwarder();
  const bool starves = picture.given < 0;
  const Step step = starves ? Step{} : picture.step(picture.given);
  const bool is_same =
      forwarder.target() == step.spatial && forwarder.temporal_target() == step.temporal;
  if (forwarder.is_starved() == starves && (starves || is_same)) return;
  const bool is_down =
      forwarder.current() != Forwarder::kNoLayer && step.spatial < forwarder.current();
  forwarder.set_starved(starves);
  forwarder.set_target(step.spatial, step.temporal);
  if (let_go && is_down) forwarder.restart();
  picture.subscription->refresh_wants();
  if (starves != picture.subscription->told_starved) transport.has_news = true;
}

void Allocator::give_everything(Instant now, Transport& transport) noexcept {
  for (Subscription* subscription : transport.subscriptions) {
    const PublishedTrack* track = subscription->track();
    if (track == nullptr || track->config.kind != MediaKind::Video) continue;
    const Forwarder& forwarder = subscription->forwarder();
    if (forwarder.paused()) continue;
    for (int i = std::min<int>(forwarder.limit().spatial, kMaxLayers - 1); i >= 0; --i) {
      if (!track->is_live(now, static_cast<std::size_t>(i))) continue;
      Picture picture{.subscription = subscription};
      picture.steps[0].spatial = static_cast<std::uint8_t>(i);
      set(transport, picture, false);
      break;
    }
  }
}

void Allocator::share(Instant now, Transport& transport, bool is_cut) noexcept {
  collect(now, transport);
  const std::uint64_t capacity = *transport.capacity();
  const auto cost = [is_cut](const Picture& picture, int at) {
    if (at < 0) return std::uint64_t{0};
    const std::uint64_t rate = picture.step(at).rate;
    return is_cut || at > picture.now ? rate : rate * kHoldPercent / 100;
  };

  const bool may_starve = transport.may_starve && !transport.link->is_guessing();
  std::uint64_t total = 0;
  for (Picture& picture : pictures_) {
    // The last layer goes only when it is clearly too much: a picture that stutters is one.
    const std::uint64_t least = picture.step(0).rate * kHoldPercent / 100;
    const bool fits = total + (picture.now < 0 ? picture.step(0).rate : least) <= capacity;
    picture.given = fits || !may_starve ? 0 : -1;
    total += cost(picture, picture.given);
  }
  for (int step = 1; step < kMaxSteps; ++step) {
    for (Picture& picture : pictures_) {
      if (picture.given != step - 1 || step >= picture.count) continue;
      if (is_cut && step > picture.now) continue;
      const std::uint64_t more =
          cost(picture, step) - std::min(cost(picture, step), cost(picture, step - 1));
      if (total + more > capacity) continue;
      picture.given = step;
      total += more;
    }
  }

  // What is sent now, and the cheapest that could come on top of it.
  std::uint64_t sent = 0;
  std::uint64_t next = 0;
  for (Picture& picture : pictures_) {
    const std::uint64_t rate = picture.given < 0 ? 0 : picture.step(picture.given).rate;
    sent += rate;
    // Half the frames are for a link between two layers: a probe asks for the whole of the next.
    int step = picture.given + 1;
    while (step < picture.count && picture.step(step).temporal != kAllFrames) ++step;
    if (step < picture.count) {
      const std::uint64_t above = picture.step(step).rate;
      const std::uint64_t more = std::max<std::uint64_t>(above, rate + 1) - rate;
      if (next == 0 || more < next) next = more;
    }
    set(transport, picture, is_cut && transport.link->queue_wait() > kLetGo);
  }
  transport.link->set_goal(next == 0 ? 0 : (sent + next) * kGoalPercent / 100);
}

void Allocator::share_by_estimate(Instant now, Transport& transport) noexcept {
  collect(now, transport);
  const std::uint64_t budget = std::min(transport.downlink.bits_per_second(now), transport.most);
  const std::uint64_t sent = transport.sent_rate.bits_per_second(now);
  // What is sent leaves a good part of the estimate unused: the link may take more than a receiver
  // can know from what it gets.
  bool may_raise = budget * 10 >= sent * 13 && now >= next_raise_;

  std::uint64_t total = 0;
  for (const Subscription* subscription : transport.subscriptions) {
    if (subscription->sender().kind == MediaKind::Audio) total += kAudioRate;
  }
  for (Picture& picture : pictures_) {
    picture.now = std::max(picture.now, 0);
    if (picture.subscription->forwarder().current() == Forwarder::kNoLayer) {
      picture.now = picture.count - 1;
    }
    picture.given = picture.now;
    while (picture.given > 0 && total + picture.step(picture.given).rate > budget) {
      --picture.given;
    }
    if (picture.given < picture.now) {
      // A raise that did not hold: wait longer before the next.
      if (now - raised_at_ < seconds(10)) wait_ = std::min(wait_ * 2, kLongestRaise);
      next_raise_ = now + wait_;
      may_raise = false;
    } else if (may_raise && picture.given + 1 < picture.count) {
      do {
        ++picture.given;
      } while (picture.given + 1 < picture.count &&
               picture.step(picture.given).temporal != kAllFrames);
      may_raise = false;
      transport.downlink.try_more(now);
      raised_at_ = now;
      next_raise_ = now + kFirstRaise;
    }
    total += picture.step(picture.given).rate;
    set(transport, picture, false);
  }
  if (now - raised_at_ > kLongestRaise) wait_ = kFirstRaise;
}

void Allocator::update(Instant now, Transport& transport) noexcept {
  if (now < next_) return;
  next_ = now + kInterval;
  const bool is_informed = transport.link != nullptr && transport.link->is_informed(now);
  if (!is_informed) return share_by_estimate(now, transport);
  if (!transport.capacity()) return give_everything(now, transport);
  share(now, transport, false);
}

void Allocator::answer_cut(Instant now, Transport& transport) noexcept {
  next_ = now + kInterval;
  share(now, transport, true);
}

}  // namespace vv::sfu
