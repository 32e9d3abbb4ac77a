#include "signaling/livekit/layer_demand.hpp"

#include <utility>

namespace vv::signaling {

void LayerDemand::want(Instant now, int quality) noexcept {
  if (quality > kNothing) was_wanted_ = true;
  const int before = std::exchange(wanted_, quality);
  if (quality < before) lower_at_ = now + (was_wanted_ ? kLowerAfter : kUnusedAfter);
}

bool LayerDemand::settle(Instant now) noexcept {
  if (wanted_ == told_ || (wanted_ < told_ && now < lower_at_)) return false;
  told_ = wanted_;
  return true;
}

}  // namespace vv::signaling
