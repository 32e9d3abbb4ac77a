#include "sfu/delay_line.hpp"

#include <algorithm>
#include <utility>

namespace vv::sfu {

bool DelayLine::push(Instant now, HeldPacket packet) {
  if (packets_.size() >= kMaxPackets || bytes_ + packet.bytes.size() > kMaxBytes) return false;
  packet.due = now + delay_;
  bytes_ += packet.bytes.size();
  if (packet.keyframe) keyframes_.push_back(packet.track);
  packets_.push_back(std::move(packet));
  return true;
}

HeldPacket* DelayLine::play(Instant now) {
  if (played_ == packets_.size() || packets_[played_].due > now) return nullptr;
  HeldPacket& packet = packets_[played_++];
  if (packet.keyframe) keyframes_.pop_front();
  return &packet;
}

void DelayLine::forget_played() {
  for (; played_ > 0; --played_) {
    bytes_ -= packets_.front().bytes.size();
    packets_.pop_front();
  }
}

Instant DelayLine::next_due() const {
  return played_ == packets_.size() ? Instant::never() : packets_[played_].due;
}

bool DelayLine::holds_keyframe(TrackId track) const {
  return std::find(keyframes_.begin(), keyframes_.end(), track) != keyframes_.end();
}

}  // namespace vv::sfu
