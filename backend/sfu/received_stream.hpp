#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/time.hpp"
#include "rtc/codec/dependency_descriptor.hpp"
#include "rtc/rtp/nack_tracker.hpp"
#include "rtc/rtp/packet_history.hpp"
#include "rtc/rtp/receive_stats.hpp"
#include "rtc/rtp/seq_no.hpp"
#include "sfu/clock_reference.hpp"
#include "sfu/drop_reason.hpp"
#include "sfu/keyframe_gate.hpp"
#include "sfu/media_config.hpp"
#include "sfu/rate_meter.hpp"

namespace vv::sfu {

struct StreamOptions {
  std::uint32_t ssrc = 0;
  std::uint32_t clock_rate = 90'000;
  MediaKind kind = MediaKind::Audio;
  bool nack = false;  ///< whether we may ask for what is missing
};

/// One SSRC that a publisher sends: a whole track, or one layer of it.
///
/// Owns:    its numbering, what is missing, its statistics, key-frame requests, the history that
///          answers every subscriber's resends.
/// Not its: who takes it; RTCP bytes.
class ReceivedStream {
 public:
  /// A stream that sent nothing for this long counts as switched off (livekit-wire.md F-6).
  static constexpr Duration kSilentAfter = seconds(2);

  explicit ReceivedStream(const StreamOptions& options);

  /// Notes one packet. @return its unwrapped number, or why it goes no further
  struct Taken {
    rtc::rtp::SeqNo seq;
    std::optional<DropReason> refused;
  };
  Taken on_packet(Instant now, Bytes packet, std::uint16_t sequence, std::uint32_t timestamp,
                  bool resent) noexcept;
  void on_sender_report(Instant now, std::uint64_t ntp, std::uint32_t rtp_timestamp) noexcept;

  [[nodiscard]] std::uint32_t ssrc() const { return options_.ssrc; }
  [[nodiscard]] std::uint32_t clock_rate() const { return options_.clock_rate; }
  [[nodiscard]] bool nack_enabled() const { return options_.nack; }
  [[nodiscard]] bool is_live(Instant now) const {
    return started_ && now - last_packet_ < kSilentAfter;
  }
  [[nodiscard]] const ClockReference& clock() const { return clock_; }

  [[nodiscard]] rtc::rtp::NackTracker& nacks() { return nacks_; }
  [[nodiscard]] rtc::rtp::ReceiveStats& stats() { return stats_; }
  /// Packets expected and lost since the last call.
  struct Losses {
    std::int64_t expected = 0;
    std::int64_t lost = 0;
  };
  [[nodiscard]] Losses take_losses() noexcept;
  [[nodiscard]] const rtc::rtp::PacketHistory& history() const { return history_; }
  [[nodiscard]] KeyframeGate& keyframes() { return keyframes_; }
  /// What a media packet's frame is; after on_packet.
  void on_frame(Instant now, std::size_t bytes, std::uint8_t temporal) noexcept;
  /// Bit/s, resends included, of temporal layers up to this one.
  [[nodiscard]] std::uint64_t rate_up_to(Instant now, std::size_t temporal) noexcept;
  [[nodiscard]] std::uint8_t top_temporal() const { return top_temporal_; }
  /// What the descriptor says of a packet's frame. Nothing while it cannot be understood.
  [[nodiscard]] std::optional<rtc::codec::FrameDependencies> dependencies(rtc::rtp::SeqNo seq,
                                                                          Bytes descriptor);

 private:
  StreamOptions options_;
  rtc::rtp::SeqUnwrapper unwrapper_;
  rtc::rtp::NackTracker nacks_;
  rtc::rtp::ReceiveStats stats_;
  rtc::rtp::PacketHistory history_;
  KeyframeGate keyframes_;
  RateMeter rate_;
  std::array<RateMeter, 2> slow_rates_;  ///< without the temporal layers above this
  std::uint8_t top_temporal_ = 0;
  ClockReference clock_;
  std::unique_ptr<rtc::codec::DependencyReader> dependencies_;
  Losses counted_;  ///< by the last take_losses
  Instant last_packet_;
  bool started_ = false;
};

}  // namespace vv::sfu
