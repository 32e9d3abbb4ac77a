#include "sfu/received_stream.hpp"

#include <algorithm>

namespace vv::sfu {
namespace {

// livekit-wire.md F-1: 500 packets of video, 200 of audio; performance.md G11: at most 1.5 s.
constexpr rtc::rtp::PacketHistory::Options kVideoHistory{
    .packets = 500, .bytes = 512 * 1024, .age = milliseconds(1'500)};
constexpr rtc::rtp::PacketHistory::Options kAudioHistory{
    .packets = 200, .bytes = 32 * 1024, .age = milliseconds(1'500)};

// Numbers this far behind the newest are from before what we could still make sense of.
constexpr std::int64_t kMaxReordering = 4'096;  // packets

}  // namespace

ReceivedStream::ReceivedStream(const StreamOptions& options)
    : options_(options),
      stats_(options.ssrc, options.clock_rate),
      history_(options.kind == MediaKind::Video ? kVideoHistory : kAudioHistory) {}

ReceivedStream::Taken ReceivedStream::on_packet(Instant now, Bytes packet, std::uint16_t sequence,
                                                std::uint32_t timestamp, bool resent) noexcept {
  const rtc::rtp::SeqNo seq = unwrapper_.extend(sequence);
  if (unwrapper_.newest() - seq > kMaxReordering) return {seq, DropReason::TooOld};
  if (!history_.find(now, seq).empty()) return {seq, DropReason::Duplicate};
  if (options_.nack) nacks_.on_packet(now, seq);
  // A resend's delay is our own doing: it says nothing about the link's jitter or loss.
  if (!resent) stats_.on_packet(now, seq, timestamp);
  history_.insert(now, seq, packet);
  rate_.add(now, packet.size());
  last_packet_ = now;
  started_ = true;
  return {seq, std::nullopt};
}

void ReceivedStream::on_frame(Instant now, std::size_t bytes, std::uint8_t temporal) noexcept {
  top_temporal_ = std::max(top_temporal_, temporal);
  if (top_temporal_ == 0) return;  // nothing to tell apart
  for (std::size_t layer = temporal; layer < slow_rates_.size(); ++layer) {
    slow_rates_[layer].add(now, bytes);
  }
}

std::uint64_t ReceivedStream::rate_up_to(Instant now, std::size_t temporal) noexcept {
  const bool is_all = temporal >= top_temporal_ || temporal >= slow_rates_.size();
  return is_all ? rate_.bits_per_second(now) : slow_rates_[temporal].bits_per_second(now);
}

std::optional<rtc::codec::FrameDependencies> ReceivedStream::dependencies(rtc::rtp::SeqNo seq,
                                                                          Bytes descriptor) {
  if (dependencies_ == nullptr) dependencies_ = std::make_unique<rtc::codec::DependencyReader>();
  return dependencies_->read(descriptor, seq.raw());
}

ReceivedStream::Losses ReceivedStream::take_losses() noexcept {
  const std::int64_t lost = stats_.lost();
  const Losses total{static_cast<std::int64_t>(stats_.packets()) + lost, lost};
  const Losses since{total.expected - counted_.expected, total.lost - counted_.lost};
  counted_ = total;
  return since;
}

void ReceivedStream::on_sender_report(Instant now, std::uint64_t ntp,
                                      std::uint32_t rtp_timestamp) noexcept {
  stats_.on_sender_report(now, ntp);
  clock_ = {.ntp = ntp, .rtp = rtp_timestamp, .arrival = now};
}

}  // namespace vv::sfu
