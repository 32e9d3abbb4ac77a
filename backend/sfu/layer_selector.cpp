#include "sfu/layer_selector.hpp"

#include <algorithm>

namespace vv::sfu {

using rtc::codec::FrameDependencies;
using rtc::codec::Indication;

namespace {

constexpr std::uint8_t kTopSpatial = 2;
constexpr std::uint8_t kTopTemporal = 3;
constexpr std::uint8_t kAll = 0xFF;
// So many base pictures without a way to the wanted target: it takes a key frame.
constexpr std::uint8_t kPatience = 4;

bool fits(const FrameDependencies& frame, std::size_t target, LayerLimit wanted) {
  return (wanted.spatial >= kTopSpatial || frame.target_spatial(target) <= wanted.spatial) &&
         (wanted.temporal >= kTopTemporal || frame.target_temporal(target) <= wanted.temporal);
}

/// The highest active target within what is wanted, else the lowest active one; -1 when none is.
int best_target(const FrameDependencies& frame, LayerLimit wanted) {
  int best = -1;
  int lowest = -1;
  for (int n = 0; n < frame.target_count; ++n) {
    const auto at = static_cast<std::size_t>(n);
    if (((frame.active_targets >> n) & 1U) == 0) continue;
    if (lowest < 0 || frame.targets[at] < frame.targets[static_cast<std::size_t>(lowest)])
      lowest = n;
    if (!fits(frame, at, wanted)) continue;
    if (best < 0 || frame.targets[at] > frame.targets[static_cast<std::size_t>(best)]) best = n;
  }
  return best < 0 ? lowest : best;
}

}  // namespace

LayerSelector::Choice LayerSelector::choose(const IncomingPacket& packet,
                                            LayerLimit wanted) noexcept {
  if (packet.dependencies) return by_dependencies(packet, *packet.dependencies, wanted);
  return by_payload(packet, wanted);
}

bool LayerSelector::has_references(const FrameDependencies& frame) const noexcept {
  for (std::size_t i = 0; i < frame.reference_count; ++i) {
    const unsigned back = frame.references[i];
    if (back >= kRemembered || ((sent_ >> back) & 1U) == 0) return false;
  }
  return true;
}

void LayerSelector::choose_target(const FrameDependencies& frame, LayerLimit wanted) noexcept {
  const int best = best_target(frame, wanted);
  if (best < 0) return;
  const auto target = static_cast<std::uint8_t>(best);
  needs_keyframe_ = false;
  if (is_fresh_ || !knows_targets_) {
    // Until here all was sent, without looking at targets.
    decided_ = sent_ = is_fresh_ ? 0 : ~std::uint64_t{1};
    told_ = 0;
    is_fresh_ = false;
    knows_targets_ = true;
  } else if (target == target_) {
    waited_ = 0;
    return;
  } else if (frame.indication(target) != Indication::Switch || !has_references(frame)) {
    // A target that the publisher has switched off will not come on.
    if (((frame.active_targets >> target_) & 1U) == 0)
      waited_ = kPatience;
    else if (frame.temporal == 0 && waited_ < kPatience)
      ++waited_;
    needs_keyframe_ = frame.target_spatial(target) > spatial_ || waited_ == kPatience;
    return;
  }
  target_ = target;
  waited_ = 0;
  spatial_ = frame.target_spatial(target);
  temporal_ = frame.target_temporal(target);
}

void LayerSelector::note_targets(const FrameDependencies& frame) noexcept {
  std::uint32_t sent = 0;
  for (std::size_t n = 0; n < frame.target_count; ++n) {
    if (frame.target_spatial(n) <= spatial_ && frame.target_temporal(n) <= temporal_)
      sent |= std::uint32_t{1} << n;
  }
  sent &= frame.active_targets;
  if (frame.has_structure) told_ = frame.active_targets;
  tell_ = sent == told_ ? 0 : sent;
  told_ = sent;
}

LayerSelector::Choice LayerSelector::by_dependencies(const IncomingPacket& packet,
                                                     const FrameDependencies& frame,
                                                     LayerLimit wanted) noexcept {
  top_ = std::max(top_, frame.spatial);
  const auto ahead = static_cast<std::int16_t>(frame.frame_number - newest_);
  unsigned age = 0;
  if (is_fresh_ || !knows_targets_ || ahead > 0) {
    if (!is_fresh_ && knows_targets_) {
      decided_ = ahead < kRemembered ? decided_ << ahead : 0;
      sent_ = ahead < kRemembered ? sent_ << ahead : 0;
    }
    newest_ = frame.frame_number;
    choose_target(frame, wanted);
  } else {
    age = static_cast<unsigned>(-ahead);
    if (age >= kRemembered) return {};
  }
  const std::uint64_t bit = std::uint64_t{1} << age;
  if ((decided_ & bit) == 0) {
    decided_ |= bit;
    if (frame.indication(target_) != Indication::NotPresent) {
      sent_ |= bit;
      if (age == 0) note_targets(frame);
    }
  }
  return {.forward = (sent_ & bit) != 0,
          .ends_picture = packet.marker || (frame.end_of_frame && frame.spatial >= spatial_)};
}

LayerSelector::Choice LayerSelector::by_payload(const IncomingPacket& packet,
                                                LayerLimit wanted) noexcept {
  const rtc::codec::FrameInfo& frame = packet.frame;
  const std::uint8_t spatial = wanted.spatial >= kTopSpatial ? kAll : wanted.spatial;
  const bool is_new = is_fresh_ || static_cast<std::int32_t>(packet.timestamp - picture_) > 0;
  if (is_new) {
    picture_ = packet.timestamp;
    // A key picture begins every layer there is; whether one of them is missing, its marker says.
    if (is_fresh_ || frame.keyframe) {
      top_ = 0;
      spatial_ = spatial;
      temporal_ = wanted.temporal;
      is_fresh_ = false;
    } else if (raises_next_ || (frame.layer_sync && frame.temporal <= wanted.temporal)) {
      temporal_ = std::max(temporal_, raises_next_ ? wanted.temporal : frame.temporal);
    }
    raises_next_ = false;
    needs_keyframe_ = spatial > spatial_;
    spatial_ = std::min(spatial_, spatial);
    temporal_ = std::min(temporal_, wanted.temporal);
    if (frame.switching_point && frame.temporal <= temporal_) raises_next_ = true;
  }
  top_ = std::max(top_, frame.spatial);
  return {.forward = frame.spatial <= spatial_ && frame.temporal <= temporal_,
          .ends_picture = packet.marker || (frame.end_of_frame && frame.spatial == spatial_)};
}

}  // namespace vv::sfu
