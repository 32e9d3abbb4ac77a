#include "sfu/resend_guard.hpp"

#include <algorithm>

namespace vv::sfu {

void ResendGuard::on_sent(std::size_t bytes) noexcept {
  credit_ = std::min(credit_ + static_cast<std::int64_t>(bytes) / 2, kMaxCredit);
}

ResendGuard::Answer ResendGuard::ask(Instant now, SubscriptionId subscription, std::uint16_t seq,
                                     std::size_t bytes, Duration rtt) noexcept {
  const auto found = std::find_if(ring_.begin(), ring_.end(), [&](const Resent& r) {
    return r.times > 0 && r.seq == seq && r.subscription == subscription;
  });
  if (found != ring_.end() &&
      (now - found->at < std::max(rtt * 3 / 4, kMinInterval) || found->times >= kMaxResends)) {
    return Answer::TooSoon;
  }
  if (credit_ < static_cast<std::int64_t>(bytes)) return Answer::OverBudget;
  credit_ -= static_cast<std::int64_t>(bytes);
  if (found != ring_.end()) {
    found->at = now;
    ++found->times;
  } else {
    ring_[next_] = {.at = now, .subscription = subscription, .seq = seq, .times = 1};
    next_ = (next_ + 1) % kRemembered;
  }
  return Answer::Yes;
}

}  // namespace vv::sfu
