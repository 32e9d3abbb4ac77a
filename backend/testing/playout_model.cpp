#include "testing/playout_model.hpp"

#include <algorithm>
#include <vector>

namespace vv::testing {
namespace {

constexpr Duration kSpeech = milliseconds(20);
constexpr std::size_t kRecent = 150;  // three seconds
constexpr Duration kWorthOfAPercent = milliseconds(20);
constexpr Duration kAdaption = milliseconds(100);  // between two looks at what came late
constexpr std::size_t kPicturesWaiting = 4'096;    // packets

}  // namespace

Duration VoicePlayout::lateness(Instant now, rtc::rtp::SeqNo seq) const {
  return now - base_ - kSpeech * (seq - first_);
}

void VoicePlayout::on_packet(Instant now, rtc::rtp::SeqNo seq) {
  if (!started_) {
    started_ = true;
    base_ = now;
    first_ = next_ = seq;
    next_adaption_ = now + kAdaption;
  }
  // What another packet brought already decides nothing.
  if (seq < next_ || arrived_.contains(seq)) return;
  const Duration late = lateness(now, seq);
  if (late < Duration{}) base_ += late;
  recent_.push_back(std::max(late, Duration{}));
  if (recent_.size() > kRecent) recent_.pop_front();
  arrived_.insert(seq);
}

void VoicePlayout::adapt() {
  // A percent that comes too late is worth 20 ms of waiting for everything.
  std::vector<Duration> late(recent_.begin(), recent_.end());
  std::sort(late.begin(), late.end());
  Duration best = kLeastDelay;
  Duration least_cost = kMostDelay * 100;
  for (std::size_t i = 0; i < late.size(); ++i) {
    const auto too_late = static_cast<std::int64_t>((late.size() - 1 - i) * 100 / late.size());
    const Duration cost = late[i] + kWorthOfAPercent * too_late;
    if (cost >= least_cost) continue;
    least_cost = cost;
    best = late[i];
  }
  delay_ = std::clamp(best + kSpeech, least_, kMostDelay);
  // Up at once, down by playing a twentieth faster.
  waits_ = std::max(delay_, waits_ - kAdaption / 20);
}

void VoicePlayout::play(Instant now) {
  if (!started_) return;
  if (now >= next_adaption_) {
    adapt();
    next_adaption_ = now + kAdaption;
  }
  while (lateness(now, next_) >= waits_) {
    const bool is_there = arrived_.erase(next_) > 0;
    // With nothing at all to play it stretches what it has, and goes on where it was.
    const bool is_dry = !is_there && arrived_.empty();
    if (!is_there && !is_dry && waits_ > delay_) {
      // What it stretched over is not waited for a second time.
      waits_ = std::max(delay_, waits_ - kSpeech);
      next_ = next_ + 1;
      continue;
    }
    ++due_;
    heard_ += is_there ? 1 : 0;
    gap_ = is_there ? 0 : gap_ + 1;
    longest_gap_ = std::max(longest_gap_, gap_);
    if (is_dry) {
      waits_ += kSpeech;
    } else {
      next_ = next_ + 1;
    }
  }
}

Duration VoicePlayout::longest_silence() const {
  return kSpeech * static_cast<std::int64_t>(longest_gap_);
}

void PicturePlayout::on_packet(Instant now, rtc::rtp::SeqNo seq, const Packet& packet) {
  if (started_ && seq < next_) return;
  waiting_.emplace(seq, packet);
  if (waiting_.size() > kPicturesWaiting) waiting_.erase(waiting_.begin());
  if (!started_ && !skip_to_keyframe()) return;
  for (bool decoded = true; decoded;) {
    decoded = false;
    rtc::rtp::SeqNo at = next_;
    std::size_t bytes = 0;
    for (auto found = waiting_.find(at); found != waiting_.end(); found = waiting_.find(at)) {
      bytes += found->second.bytes;
      at = at + 1;
      if (!found->second.marker) continue;
      if (frames_ > 0 || last_frame_ != Instant{}) {
        longest_ = std::max(longest_, now - last_frame_);
      }
      ++frames_;
      bytes_ += bytes;
      last_frame_ = now;
      waiting_.erase(waiting_.begin(), waiting_.lower_bound(at));
      next_ = at;
      decoded = true;
      break;
    }
    if (!decoded && skip_to_keyframe()) decoded = true;
  }
}

bool PicturePlayout::skip_to_keyframe() {
  for (auto from = waiting_.begin(); from != waiting_.end(); ++from) {
    if (!from->second.keyframe_start || (started_ && from->first == next_)) continue;
    rtc::rtp::SeqNo at = from->first;
    for (auto packet = from; packet != waiting_.end() && packet->first == at; ++packet) {
      if (packet->second.marker) {
        next_ = from->first;
        started_ = true;
        return true;
      }
      at = at + 1;
    }
  }
  return false;
}

void PicturePlayout::start_counting(Instant now) {
  frames_ = 0;
  bytes_ = 0;
  longest_ = {};
  last_frame_ = now;
}

Duration PicturePlayout::longest_freeze(Instant now) const {
  return std::max(longest_, now - last_frame_);
}

}  // namespace vv::testing
