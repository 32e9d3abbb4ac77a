#pragma once

#include <array>
#include <cstdint>

#include "base/time.hpp"
#include "rtc/rtp/seq_no.hpp"
#include "sfu/media_config.hpp"

namespace vv::sfu {

/// How long a receiver is told to hold pictures before it shows them, where a room asks for that
/// (livekit-wire.md F-18): ten times the jitter that it reports, inside the room's range, moving by
/// at most 80 ms a second so that nobody sees it. The first packets with a new value say it, until
/// a report shows that some of them came.
class PlayoutDelay {
 public:
  static constexpr std::int64_t kJitters = 10;
  static constexpr std::int64_t kMostChange = 80;      ///< ms a second
  static constexpr Duration kUsualMost = seconds(10);  ///< where the room names no upper end
  /// Packets that carry a value before it counts as heard.
  static constexpr int kCarriers = 10;

  explicit PlayoutDelay(const PlayoutRange& range) noexcept;

  /// Whether the next packet carries `value`.
  [[nodiscard]] bool is_due() const noexcept { return due_; }
  /// Two numbers of 12 bits, in steps of 10 ms: at least, at most.
  [[nodiscard]] std::array<std::uint8_t, 3> value() const noexcept;
  /// A packet left with it.
  void on_sent(rtc::rtp::SeqNo seq) noexcept;
  /// @param highest  number of the newest packet that came, low 16 bits
  void on_report(Instant now, std::uint16_t highest, Duration jitter) noexcept;

  [[nodiscard]] Duration least() const noexcept { return least_; }

 private:
  Duration lower_;
  Duration upper_;
  Duration least_;
  Instant last_change_;
  bool has_reported_ = false;
  bool due_ = true;
  bool was_sent_ = false;
  std::uint16_t since_ = 0;  ///< number of the first packet with the present value
};

}  // namespace vv::sfu
