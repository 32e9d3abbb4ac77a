#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/time.hpp"
#include "rtc/rtp/seq_no.hpp"

namespace vv::rtc::rtp {

/// Decides which packets to ask for again on one received stream (RFC 4585 §6.2.1).
///
/// Owns:    the missing sequence numbers and how often each was asked for.
/// Not its: timers; RTCP bytes (rtcp/writer.hpp); asking for key frames.
/// Bounds:  kMaxMissing numbers, kMaxAttempts requests each, kMaxPerPacket a call (threat-model
/// M16).
class NackTracker {
 public:
  static constexpr std::size_t kMaxMissing = 128;
  static constexpr std::size_t kMaxPerPacket = 64;
  static constexpr std::uint8_t kMaxAttempts = 10;
  static constexpr Duration kMinInterval = milliseconds(20);
  /// Where packets overtake each other, a gap is waited out for as long as that was seen to take,
  /// and at most this: asking at once would bring two packets in five twice over 40 ms of jitter.
  static constexpr Duration kMostPatience = milliseconds(40);
  /// What is missing longer has no use for a picture or a voice any more.
  static constexpr Duration kMaxAge = milliseconds(1'500);

  void set_rtt(Duration rtt) noexcept { rtt_ = rtt; }
  void on_packet(Instant now, SeqNo seq) noexcept;
  /// Numbers to ask for at `now`, oldest first, at most kMaxPerPacket; borrowed until the next
  /// call.
  [[nodiscard]] std::span<const SeqNo> due(Instant now) noexcept;
  /// When `due` may next have something; never while nothing is missing.
  [[nodiscard]] Instant next_timeout() const noexcept;
  /// Whether numbers were given up since the last call (too many, too old, asked too often): a
  /// video stream then needs a key frame.
  [[nodiscard]] bool take_gave_up() noexcept;
  [[nodiscard]] Duration patience() const noexcept { return patience_; }
  [[nodiscard]] std::size_t missing() const noexcept { return count_; }
  void reset() noexcept;

 private:
  /// Monotonic microseconds modulo 2^32, 71 minutes: entries live for kMaxAge.
  using Micros = std::uint32_t;
  struct Missing {          // 16 bytes: every received stream has kMaxMissing of them
    std::uint32_t seq = 0;  ///< its low half; within 2^31 of newest_
    Micros since = 0;
    Micros next = 0;
    std::uint8_t attempts = 0;
  };
  [[nodiscard]] Micros interval() const noexcept;
  void learn(Instant now, const Missing& came) noexcept;
  [[nodiscard]] SeqNo widen(std::uint32_t low) const noexcept;
  void forget_oldest(std::size_t count) noexcept;

  std::array<Missing, kMaxMissing> missing_{};  ///< ascending
  std::array<SeqNo, kMaxPerPacket> due_{};
  std::size_t count_ = 0;
  SeqNo newest_{};
  Instant latest_{};  ///< the last `now`
  Duration rtt_ = milliseconds(70);
  Duration patience_{};  ///< between a gap and the first request for it
  bool started_ = false;
  bool gave_up_ = false;
};

}  // namespace vv::rtc::rtp
