#include "rtc/bwe/loss_watch.hpp"

#include <algorithm>
#include <utility>

namespace vv::rtc::bwe {

void LossWatch::on_received(bool was_missing) noexcept {
  if (!was_missing) {
    ++expected_;
  } else if (lost_ > 0) {
    --lost_;
  }
}

void LossWatch::on_missing() noexcept {
  ++expected_;
  ++lost_;
}

LossWatch::Verdict LossWatch::update(Instant now) noexcept {
  if (now - from_ < kWindow || expected_ < kEnough) return Verdict::None;
  from_ = now;
  before_ = share_;
  share_ = static_cast<double>(std::exchange(lost_, 0U)) /
           static_cast<double>(std::exchange(expected_, 0U));
  if (now >= immune_until_) immune_to_ = 0;
  if (share_ <= kHigh || share_ <= immune_to_ * 1.5 + 0.05) {
    tries_ = 0;
    worst_ = 0;
    return Verdict::None;
  }
  worst_ = std::max(worst_, share_);
  if (tries_++ < kTries) return Verdict::SendLess;
  tries_ = 0;
  immune_to_ = std::exchange(worst_, 0.0);
  immune_until_ = now + kImmunity;
  return Verdict::DidNotHelp;
}

}  // namespace vv::rtc::bwe
