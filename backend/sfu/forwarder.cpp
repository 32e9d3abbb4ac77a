#include "sfu/forwarder.hpp"

#include <algorithm>
#include <span>

namespace vv::sfu {

using rtc::rtp::SeqNo;

namespace {

// livekit-wire.md F-10: how far a switch may move the picture's clock against our own expectation.
constexpr Duration kMaxClockError = seconds(5);

}  // namespace

Forwarder::Forwarder(const Options& options)
    : kind_(options.kind),
      clock_rate_(options.clock_rate),
      limit_(options.limit),
      target_(options.kind == MediaKind::Video ? options.limit.spatial : std::uint8_t{0}),
      last_out_(options.start) {}

std::uint8_t Forwarder::wanted_layers() const noexcept {
  if (paused_ || starved_) return 0;
  if (kind_ == MediaKind::Audio || svc_) return 0xFF;
  // Any layer up to the wanted one may start the picture; later only what is shown and wanted.
  if (current_ == kNoLayer)
    return static_cast<std::uint8_t>((2U << std::min<unsigned>(target_, 6)) - 1);
  return static_cast<std::uint8_t>((1U << current_) | (1U << target_));
}

void Forwarder::set_paused(bool paused) noexcept {
  if (paused && !paused_) current_ = kNoLayer;
  paused_ = paused;
}

void Forwarder::set_starved(bool starved) noexcept {
  if (starved && !starved_) current_ = kNoLayer;
  starved_ = starved;
}

void Forwarder::restart() noexcept { current_ = kNoLayer; }

Forwarder::Verdict Forwarder::decide(const IncomingPacket& packet,
                                     const std::array<ClockReference, 3>& clocks) noexcept {
  if (paused_ || starved_) return {{}, DropReason::Paused};
  if (packet.layer != current_) {
    const std::uint8_t target = svc_ ? std::uint8_t{0} : target_;
    if (current_ != kNoLayer && packet.layer != target) return {{}, DropReason::WrongLayer};
    if (kind_ == MediaKind::Video) {
      if (packet.layer > target) {
        return {{}, DropReason::WrongLayer};
      }
      if (!packet.frame.keyframe || !packet.frame.start_of_frame) {
        return {{}, DropReason::AwaitingKeyframe};
      }
    }
    switch_to(packet, clocks);
  }
  if (packet.seq < first_in_) return {{}, DropReason::BeforeSwitch};
  if (packet.payload.empty()) {
    leave_out(packet);
    return {{}, DropReason::PaddingOnly};
  }
  LayerSelector::Choice choice{.forward = true, .ends_picture = packet.marker};
  if (kind_ == MediaKind::Video) {
    choice = selector_.choose(packet, {.spatial = svc_ ? target_ : LayerLimit{}.spatial,
                                       .temporal = std::min(limit_.temporal, temporal_target_)});
  }
  if (!choice.forward) {
    leave_out(packet);
    if (packet.vp8 && packet.frame.start_of_frame) vp8_.drop(*packet.vp8);
    return {{}, DropReason::TemporalLayer};
  }

  const std::optional<SeqNo> out = number(packet.seq);
  if (!out) return {{}, DropReason::TooOld};
  Departure departure{.seq = *out,
                      .timestamp = packet.timestamp + timestamp_offset_,
                      .vp8 = {},
                      .marker = choice.ends_picture,
                      .active_targets = packet.dependencies ? selector_.targets_to_tell() : 0};
  if (choice.ends_picture && !packet.marker) note_end(*out);
  if (packet.vp8) departure.vp8 = vp8_.forward(*packet.vp8);
  if (*out == last_out_) {
    last_timestamp_ = departure.timestamp;
    last_arrival_ = packet.arrival;
  }
  map_.note(*out, packet.seq,
            {.timestamp_offset = timestamp_offset_,
             .picture_id_offset = departure.vp8.picture_id,
             .tl0_offset = departure.vp8.tl0,
             .layer = packet.layer});
  return {departure, DropReason::Count};
}

void Forwarder::switch_to(const IncomingPacket& packet,
                          const std::array<ClockReference, 3>& clocks) noexcept {
  if (started_) {
    timestamp_offset_ = continued_timestamp(packet, clocks) - packet.timestamp;
    vp8_.switch_source();
  }
  offset_ = last_out_.raw() + 1 - packet.seq.raw();
  first_in_ = packet.seq;
  highest_in_ = packet.seq - 1;
  if (rare_ != nullptr) {
    rare_->drops.clear();
    rare_->drop_count = 0;
  }
  selector_.restart();
  current_ = packet.layer;
  started_ = true;
}

std::uint32_t Forwarder::continued_timestamp(
    const IncomingPacket& packet, const std::array<ClockReference, 3>& clocks) const noexcept {
  const std::int64_t elapsed = to_rtp(packet.arrival - last_arrival_, clock_rate_);
  const auto expected =
      static_cast<std::uint32_t>(last_timestamp_ + std::max<std::int64_t>(elapsed, 1));
  if (current_ >= clocks.size() || packet.layer >= clocks.size() || current_ == packet.layer) {
    return expected;
  }
  const ClockReference& from = clocks[packet.layer];
  const ClockReference& to = clocks[current_];
  if (!from.known() || !to.known()) return expected;
  const std::uint32_t aligned =
      translate(packet.timestamp, from, to, clock_rate_) + timestamp_offset_;
  const auto error = static_cast<std::int32_t>(aligned - expected);
  if (std::abs(std::int64_t{error}) > to_rtp(kMaxClockError, clock_rate_)) return expected;
  // Never backwards: the new layer's key frame may be older than the old layer's last picture.
  if (static_cast<std::int32_t>(aligned - last_timestamp_) <= 0) return last_timestamp_ + 1;
  return aligned;
}

void Forwarder::leave_out(const IncomingPacket& packet) noexcept {
  if (packet.seq <= highest_in_) return;  // its number is a gap already
  highest_in_ = packet.seq;
  --offset_;
  std::vector<Drops>& drops = rare().drops;
  std::size_t& drop_count = rare_->drop_count;
  if (drop_count > 0) {
    Drops& last = drops[(drop_count - 1) % kRememberedDrops];
    if (last.first.raw() + last.count == packet.seq.raw()) {
      ++last.count;
      return;
    }
  }
  if (drops.size() < kRememberedDrops) {
    drops.push_back({packet.seq, 1});
  } else {
    drops[drop_count % kRememberedDrops] = {packet.seq, 1};
  }
  ++drop_count;
}

void Forwarder::note_end(SeqNo seq) noexcept {
  const auto number = static_cast<std::uint32_t>(seq.raw());
  Rare& remembered = rare();
  if (remembered.ends.size() < kRememberedEnds) {
    remembered.ends.push_back(number);
  } else {
    remembered.ends[remembered.end_count % kRememberedEnds] = number;
  }
  ++remembered.end_count;
}

bool Forwarder::ended_picture(SeqNo seq) const noexcept {
  if (rare_ == nullptr) return false;
  const std::vector<std::uint32_t>& ends = rare_->ends;
  return std::find(ends.begin(), ends.end(), static_cast<std::uint32_t>(seq.raw())) != ends.end();
}

std::optional<SeqNo> Forwarder::number(SeqNo in) noexcept {
  if (in > highest_in_) {
    highest_in_ = in;
    last_out_ = SeqNo{in.raw() + offset_};
    return last_out_;
  }
  // Late: numbers left out after it had not moved the count yet.
  std::uint64_t later = 0;
  std::size_t runs = 0;
  const std::span<const Drops> drops =
      rare_ != nullptr ? std::span<const Drops>{rare_->drops} : std::span<const Drops>{};
  for (const Drops& run : drops) {
    if (run.first.raw() + run.count <= in.raw()) continue;
    if (run.first <= in) return std::nullopt;
    later += run.count;
    ++runs;
  }
  if (runs == kRememberedDrops) return std::nullopt;
  const SeqNo out{in.raw() + offset_ + later};
  // It may be the newest all the same, when what came after it was left out. Then the next source
  // begins after it: a number given twice is a nonce used twice (RFC 7714 §8.4).
  last_out_ = std::max(last_out_, out);
  return out;
}

}  // namespace vv::sfu
