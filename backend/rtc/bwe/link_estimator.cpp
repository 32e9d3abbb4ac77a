#include "rtc/bwe/link_estimator.hpp"

#include <algorithm>
#include <utility>

namespace vv::rtc::bwe {
namespace {

// A receiver that fell silent for so long says nothing about now.
constexpr Duration kSilence = seconds(5);
// Nor does a full queue, once nothing was sent for so long.
constexpr Duration kFullFor = seconds(1);
// From a cut to the next: the new layer's key frame must come and the queue begin to empty.
constexpr Duration kCutInterval = milliseconds(500);
// Less in that time is a queue that stands.
constexpr Duration kEmptying = milliseconds(20);
// Of what arrived while the queue stood, so that it empties.
constexpr std::uint64_t kDrainPercent = 92;
// A raise that is cut so soon was a mistake: the next try waits longer.
constexpr Duration kShortLived = seconds(5);
// In a probe: longer waits, packets in a row, and the link is full.
constexpr Duration kProbeQueue = milliseconds(40);
constexpr std::uint32_t kProbeWaits = 3;
// The last packets of a probe may be lost, and feedback with them.
constexpr Duration kProbeAnswer = milliseconds(1'500);
// Of what a probe wanted to see arrive.
constexpr double kProbeShare = 0.85;
// If the link carries no more than is known, a probe stands in its queue; voices wait behind it.
constexpr Duration kProbeHarm = milliseconds(120);
constexpr Duration kShortestProbe = milliseconds(60);
// More in one step than what was ever seen to arrive would fill any buffer.
constexpr std::uint64_t kProbeGrowth = 4;
constexpr std::uint64_t kProbeSlack = 300'000;  // bit/s
constexpr Duration kRateWindow = seconds(1);

}  // namespace

void LinkEstimator::on_feedback(Instant now, TwccFeedback feedback) noexcept {
  if (!heard_) window_from_ = now;
  heard_ = true;
  last_feedback_ = now;
  while (const auto status = feedback.next()) {
    if (!status->received) {
      if (sent_.missing(status->sequence)) losses_.on_missing();
      continue;
    }
    const auto packet = sent_.received(now, status->sequence);
    if (!packet) continue;
    losses_.on_received(packet->was_missing);
    queue_.on_packet(packet->sent_us, status->arrival.as_nanos() / 1'000, packet->bytes);
    window_bytes_ += packet->bytes;
    if (probe_) on_probe_packet(now, *status, packet->bytes);
  }

  if (queue_.stands() && (!capacity_ || now - last_judged_ >= kCutInterval)) {
    // One that already empties needs no more.
    const bool empties = capacity_ && queue_.wait() + kEmptying < judged_wait_;
    const std::uint64_t arrived = queue_.arrival_rate();
    if (empties) {
      last_judged_ = now;
      judged_wait_ = queue_.wait();
    } else if (arrived > 0) {
      cut(now, arrived * kDrainPercent / 100);
      is_guess_ = false;
    }
  }

  const Duration window = now - window_from_;
  if (window < kRateWindow) return;
  const std::uint64_t arrived =
      window_bytes_ * 8'000 / static_cast<std::uint64_t>(window.as_nanos() / 1'000'000);
  window_bytes_ = 0;
  window_from_ = now;
  // More than the capacity came through, and nothing waited: then it is more.
  if (capacity_ && !queue_.stands() && arrived > *capacity_) capacity_ = std::min(arrived, kMax);
  switch (losses_.update(now)) {
    case LossWatch::Verdict::None:
      if (losses_.share() <= LossWatch::kHigh) answers_losses_ = false;
      break;
    case LossWatch::Verdict::SendLess:
      if (!answers_losses_) before_losses_ = capacity_;
      answers_losses_ = true;
      cut(now, arrived);
      is_guess_ = true;
      break;
    case LossWatch::Verdict::DidNotHelp:
      if (answers_losses_) capacity_ = before_losses_;
      answers_losses_ = false;
      break;
  }
}

void LinkEstimator::cut(Instant now, std::uint64_t rate) noexcept {
  capacity_ = std::clamp(std::min(rate, capacity_.value_or(kMax)), kMin, kMax);
  last_judged_ = now;
  judged_wait_ = queue_.wait();
  was_cut_ = true;
  queue_.measure_anew();
  if (now - last_raise_ < kShortLived) {
    probe_wait_ = std::min(probe_wait_ * 2, kLongestProbeWait);
  }
  probe_.reset();
  next_probe_ = now + probe_wait_;
}

bool LinkEstimator::is_informed(Instant now) const noexcept {
  return heard_ && now - last_feedback_ < kSilence;
}

bool LinkEstimator::take_cut() noexcept { return std::exchange(was_cut_, false); }

std::size_t LinkEstimator::padding_due(Instant now) noexcept {
  if (!capacity_) return 0;
  if (!probe_) {
    const bool is_full = queue_.stands() && now - last_feedback_ < kFullFor;
    if (goal_ <= *capacity_ || now < next_probe_ || is_full || !is_informed(now)) return 0;
    const std::uint64_t rate =
        std::min(goal_ + goal_ / 10, *capacity_ * kProbeGrowth + kProbeSlack);
    const Duration harmless = kProbeHarm * static_cast<std::int64_t>(*capacity_) /
                              static_cast<std::int64_t>(rate - *capacity_);
    probe_ = Probe{.begun = now,
                   .length = std::clamp(harmless, kShortestProbe, kProbe),
                   .rate = rate,
                   .first = next_number()};
  }
  if (probe_->is_sent) {
    if (now - probe_->begun > probe_->length + kProbeAnswer) end_probe(now, false);
    return 0;
  }
  const auto elapsed = static_cast<std::uint64_t>((now - probe_->begun).as_nanos() / 1'000);
  if (now - probe_->begun >= probe_->length) {
    probe_->is_sent = true;
    probe_->last = next_number();
    return 0;
  }
  const std::uint64_t wanted = probe_->rate * elapsed / 8'000'000;
  return wanted > probe_->sent ? static_cast<std::size_t>(wanted - probe_->sent) : 0;
}

void LinkEstimator::cannot_pad(Instant now) noexcept {
  if (!probe_) return;
  probe_.reset();
  capacity_ = std::clamp(goal_, kMin, kMax);
  last_raise_ = now;
  next_probe_ = now + probe_wait_;
}

void LinkEstimator::on_probe_packet(Instant now, const TwccStatus& status,
                                    std::size_t bytes) noexcept {
  const auto offset = static_cast<std::uint16_t>(status.sequence - probe_->first);
  if (offset >= 0x8000) return;  // sent before it
  const std::int64_t arrived_us = status.arrival.as_nanos() / 1'000;
  // The first packet opens the span that the others' bytes are measured by.
  if (probe_->packets++ == 0) {
    probe_->from_us = probe_->until_us = arrived_us;
  } else {
    probe_->until_us = std::max(probe_->until_us, arrived_us);
    probe_->arrived += bytes;
  }
  probe_->waited = queue_.wait() > kProbeQueue ? probe_->waited + 1 : 0;
  if (probe_->waited >= kProbeWaits) return end_probe(now, false);
  if (probe_->is_sent && static_cast<std::uint16_t>(status.sequence + 1 - probe_->last) < 0x8000) {
    const double intact = 1.0 - std::min(losses_.share(), 0.5);
    const double enough = static_cast<double>(probe_->rate) * kProbeShare * intact;
    end_probe(now, static_cast<double>(probed_rate()) >= enough);
  }
}

std::uint64_t LinkEstimator::probed_rate() const noexcept {
  const std::int64_t span =
      std::max(probe_->until_us - probe_->from_us, probe_->length.as_micros() / 2);
  return probe_->arrived * 8'000'000 / static_cast<std::uint64_t>(span);
}

void LinkEstimator::end_probe(Instant now, bool held) noexcept {
  const std::uint64_t seen = probed_rate();
  if (held) {
    // What was asked for was delivered without a queue: then the goal fits.
    capacity_ =
        std::clamp(std::max(*capacity_, std::min(probe_->rate, goal_ + goal_ / 20)), kMin, kMax);
    probe_wait_ = kFirstProbeAfter;
    last_raise_ = now;
    next_probe_ = now + kProbe;
  } else {
    // Even one that failed may have seen more than was known.
    const std::uint64_t known = std::min(seen, probe_->rate) * kDrainPercent / 100;
    if (probe_->until_us - probe_->from_us > probe_->length.as_micros() / 2 && known > *capacity_) {
      capacity_ = std::min(known, kMax);
    }
    probe_wait_ = std::min(probe_wait_ * 3 / 2, kLongestProbeWait);
    next_probe_ = now + probe_wait_;
  }
  probe_.reset();
}

}  // namespace vv::rtc::bwe
