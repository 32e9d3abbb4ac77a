#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.hpp"

namespace vv::rtc::bwe {

/// Sees from send and arrival times whether packets wait in a queue that does not empty: more is
/// sent than the link carries. Bursts and jitter fill a queue, too, but it empties again, so what
/// counts is how long no packet came through without waiting (the idea of CoDel, RFC 8289 §3.2).
///
/// While a queue stands, what arrives is what the link carries: `arrival_rate`.
///
/// Both clocks may be off and drift: only differences count, against the shortest delay of the last
/// ten to twenty seconds.
class QueueWatch {
 public:
  static constexpr Duration kTarget = milliseconds(30);     ///< waits below it are none
  static constexpr Duration kInterval = milliseconds(250);  ///< above it for so long: it stands
  static constexpr Duration kBaseWindow = seconds(10);
  /// A queue that stands so long though less is sent is no queue of ours: the path became longer,
  /// or somebody else fills it.
  static constexpr Duration kRebase = seconds(5);

  /// Packets in order of arrival.
  /// @param sent_us, arrived_us  each on its own clock
  void on_packet(std::int64_t sent_us, std::int64_t arrived_us, std::size_t bytes) noexcept;
  [[nodiscard]] bool stands() const noexcept;
  /// Of the newest packet.
  [[nodiscard]] Duration wait() const noexcept { return microseconds(wait_us_); }
  /// What arrived since the queue began to stand, or `measure_anew`, bit/s; 0 when too little.
  [[nodiscard]] std::uint64_t arrival_rate() const noexcept;
  void measure_anew() noexcept;

 private:
  // Fewer packets say nothing: one late picture is two or three.
  static constexpr std::uint32_t kEnough = 6;

  std::int64_t base_now_us_ = 0;   // shortest delay of this window
  std::int64_t base_last_us_ = 0;  // of the one before
  std::int64_t window_from_us_ = 0;
  std::int64_t wait_us_ = 0;
  std::int64_t waits_from_us_ = 0;     // arrival of the first packet that waited, and all since
  std::int64_t measured_from_us_ = 0;  // arrival
  std::int64_t last_sent_us_ = 0;
  std::int64_t last_arrived_us_ = 0;
  std::uint64_t measured_bytes_ = 0;
  std::uint32_t packets_ = 0;  // that waited, in a row
  bool started_ = false;
};

}  // namespace vv::rtc::bwe
