#include "rtc/rtp/nack_tracker.hpp"

#include <algorithm>
#include <utility>

namespace vv::rtc::rtp {
namespace {

std::uint32_t micros_of(Instant t) { return static_cast<std::uint32_t>(t.as_nanos() / 1'000); }
std::int32_t difference(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::int32_t>(a - b);
}

}  // namespace

NackTracker::Micros NackTracker::interval() const noexcept {
  // A quarter more: an answer that is on its way is not asked for again for a little jitter.
  return static_cast<Micros>(std::clamp(rtt_ + rtt_ / 4, kMinInterval, kMaxAge).as_micros());
}

SeqNo NackTracker::widen(std::uint32_t low) const noexcept {
  return newest_ - (static_cast<std::uint32_t>(newest_.raw()) - low);
}

void NackTracker::forget_oldest(std::size_t count) noexcept {
  const auto begin = missing_.begin();
  std::move(begin + static_cast<std::ptrdiff_t>(count), begin + static_cast<std::ptrdiff_t>(count_),
            begin);
  count_ -= count;
  gave_up_ = true;
}

void NackTracker::reset() noexcept {
  count_ = 0;
  started_ = false;
  gave_up_ = false;
  patience_ = {};
}

void NackTracker::learn(Instant now, const Missing& came) noexcept {
  if (came.attempts == 0) {
    // Unasked: it was on its way all the time.
    const Duration took = microseconds(difference(micros_of(now), came.since) + 1);
    patience_ = std::clamp(took, patience_, kMostPatience);
    return;
  }
  // What comes sooner after the request than an answer can was on its way, too.
  const Duration since_asked = microseconds(difference(micros_of(now), came.next - interval()));
  if (came.attempts == 1 && since_asked < rtt_ / 2) return;
  // It was worth asking; a road that has become straight is believed after a few of those.
  patience_ = patience_ - patience_ / 16;
}

void NackTracker::on_packet(Instant now, SeqNo seq) noexcept {
  latest_ = now;
  if (!started_) {
    started_ = true;
    newest_ = seq;
    return;
  }
  if (seq <= newest_) {
    const auto end = missing_.begin() + static_cast<std::ptrdiff_t>(count_);
    const auto found = std::lower_bound(
        missing_.begin(), end, seq, [&](const Missing& m, SeqNo s) { return widen(m.seq) < s; });
    if (found != end && widen(found->seq) == seq) {
      learn(now, *found);
      std::move(found + 1, end, found);
      --count_;
    }
    return;
  }
  const auto gap = static_cast<std::uint64_t>(seq - newest_) - 1;
  if (gap > kMaxMissing) {
    // So many at once is an outage or another stream's numbers: a key frame is cheaper.
    forget_oldest(count_);
  } else {
    if (count_ + gap > kMaxMissing) forget_oldest(count_ + gap - kMaxMissing);
    const Micros at = micros_of(now);
    for (std::uint64_t i = 1; i <= gap; ++i) {
      missing_[count_++] = {.seq = static_cast<std::uint32_t>((newest_ + i).raw()),
                            .since = at,
                            .next = at + static_cast<Micros>(patience_.as_micros()),
                            .attempts = 0};
    }
  }
  newest_ = seq;
}

std::span<const SeqNo> NackTracker::due(Instant now) noexcept {
  latest_ = now;
  const Micros at = micros_of(now);
  constexpr auto kMaxAgeMicros = static_cast<std::int32_t>(kMaxAge.as_micros());
  std::size_t kept = 0;
  std::size_t asked = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    Missing m = missing_[i];
    const bool is_due = difference(at, m.next) >= 0;
    if ((m.attempts >= kMaxAttempts && is_due) || difference(at, m.since) > kMaxAgeMicros) {
      gave_up_ = true;
      continue;
    }
    if (is_due && asked < kMaxPerPacket) {
      due_[asked++] = widen(m.seq);
      ++m.attempts;
      m.next = at + interval();
    }
    missing_[kept++] = m;
  }
  count_ = kept;
  return {due_.data(), asked};
}

Instant NackTracker::next_timeout() const noexcept {
  if (count_ == 0) return Instant::never();
  const Micros at = micros_of(latest_);
  std::int32_t soonest = difference(missing_[0].next, at);
  for (std::size_t i = 1; i < count_; ++i) {
    soonest = std::min(soonest, difference(missing_[i].next, at));
  }
  return latest_ + microseconds(std::max(soonest, 0));
}

bool NackTracker::take_gave_up() noexcept { return std::exchange(gave_up_, false); }

}  // namespace vv::rtc::rtp
