#include "rtc/bwe/queue_watch.hpp"

#include <algorithm>

namespace vv::rtc::bwe {
namespace {

constexpr std::int64_t to_us(Duration d) { return d.as_nanos() / 1'000; }

// A receiver's clock that jumps (a restart, a wrap of its 24 bits) begins anew.
constexpr std::int64_t kJump = 60'000'000;  // µs
// Shorter and the share of one packet decides.
constexpr std::int64_t kShortestMeasure = 100'000;  // µs

}  // namespace

void QueueWatch::on_packet(std::int64_t sent_us, std::int64_t arrived_us,
                           std::size_t bytes) noexcept {
  const std::int64_t delay = arrived_us - sent_us;
  const std::int64_t base = std::min(base_now_us_, base_last_us_);
  if (!started_ || std::max(delay - base, base - delay) > kJump) {
    started_ = true;
    last_arrived_us_ = arrived_us;
    base_now_us_ = base_last_us_ = delay;
    window_from_us_ = sent_us;
    packets_ = 0;
  } else if (sent_us - window_from_us_ > to_us(kBaseWindow)) {
    base_last_us_ = base_now_us_;
    base_now_us_ = delay;
    window_from_us_ = sent_us;
  } else {
    base_now_us_ = std::min(base_now_us_, delay);
  }
  // Nothing was sent for a while: whatever waited has left.
  if (sent_us - last_sent_us_ > to_us(kInterval)) packets_ = 0;
  last_sent_us_ = std::max(last_sent_us_, sent_us);
  last_arrived_us_ = std::max(last_arrived_us_, arrived_us);
  wait_us_ = delay - std::min(base_now_us_, base_last_us_);
  if (wait_us_ < to_us(kTarget)) {
    packets_ = 0;
    return;
  }
  // From the first that waited, not from the last that did not: between them lies a link that
  // stood still, whose packets come in one burst.
  if (packets_++ == 0) {
    waits_from_us_ = measured_from_us_ = arrived_us;
    measured_bytes_ = 0;
    return;
  }
  measured_bytes_ += bytes;
  if (arrived_us - waits_from_us_ > to_us(kRebase)) {
    base_now_us_ = base_last_us_ = delay;
    window_from_us_ = sent_us;
    packets_ = 0;
  }
}

bool QueueWatch::stands() const noexcept {
  return packets_ >= kEnough && last_arrived_us_ - waits_from_us_ >= to_us(kInterval);
}

std::uint64_t QueueWatch::arrival_rate() const noexcept {
  const std::int64_t span = last_arrived_us_ - measured_from_us_;
  if (span < kShortestMeasure) return 0;
  return measured_bytes_ * 8'000'000 / static_cast<std::uint64_t>(span);
}

void QueueWatch::measure_anew() noexcept {
  measured_from_us_ = last_arrived_us_;
  measured_bytes_ = 0;
}

}  // namespace vv::rtc::bwe
