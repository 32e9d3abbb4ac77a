#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vv::testing {

/// The counters of a call that begin again at nought, as they are seen on the wire.
enum class Counter : std::uint8_t {
  VoiceSequence,
  VoiceTimestamp,
  PictureSequence,
  PictureTimestamp,
  ResendSequence,
  PictureId,
  Tl0,
  TransportSequence,
  SendTime,     ///< abs-send-time, 6.18 s
  CompactNtp,   ///< the middle of a report's time, by which round trips are told
  NtpSeconds,   ///< 2036 and every 136 years after
  SentPackets,  ///< of a picture's sender reports
  SentOctets,   ///< likewise
  kCount,
};

/// How often each of them did.
class WrapWatch {
 public:
  static constexpr auto kCounters = static_cast<std::size_t>(Counter::kCount);

  /// Reordered values are no wrap, nor is a step far back: that is another clock.
  void note(Counter counter, std::uint64_t value) {
    Seen& seen = seen_[static_cast<std::size_t>(counter)];
    const std::uint64_t range = std::uint64_t{1} << bits(counter);
    if (seen.last) {
      const std::uint64_t ahead = (value - *seen.last) & (range - 1);
      const bool is_older = ahead >= range / 2;
      if (is_older && range - ahead < range / 16) return;
      if (!is_older && value < *seen.last) ++seen.wraps;
    }
    seen.last = value;
  }
  [[nodiscard]] std::uint64_t wraps(Counter counter) const {
    return seen_[static_cast<std::size_t>(counter)].wraps;
  }

  [[nodiscard]] static constexpr unsigned bits(Counter counter) {
    switch (counter) {
      case Counter::Tl0:
        return 8;
      case Counter::PictureId:
        return 15;
      case Counter::VoiceSequence:
      case Counter::PictureSequence:
      case Counter::ResendSequence:
      case Counter::TransportSequence:
        return 16;
      case Counter::SendTime:
        return 24;
      default:
        return 32;
    }
  }
  [[nodiscard]] static constexpr std::string_view name(Counter counter) {
    constexpr std::array<std::string_view, kCounters> kNames{
        "voice sequence",   "voice timestamp", "picture sequence", "picture timestamp",
        "RTX sequence",     "VP8 picture id",  "VP8 TL0PICIDX",    "transport-wide sequence",
        "abs-send-time",    "compact NTP",     "NTP era",          "packets of reports",
        "octets of reports"};
    return kNames[static_cast<std::size_t>(counter)];
  }

 private:
  struct Seen {
    std::optional<std::uint64_t> last;
    std::uint64_t wraps = 0;
  };
  std::array<Seen, kCounters> seen_{};
};

}  // namespace vv::testing
