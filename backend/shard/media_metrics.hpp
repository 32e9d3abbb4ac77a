#pragma once

#include <array>
#include <cstdint>

#include "base/metrics.hpp"
#include "rtc/peer_event.hpp"
#include "sfu/drop_reason.hpp"

namespace vv::shard {

/// Adds one shard's plain counters to the process's metrics, a batch at a time: the media path
/// itself touches no shared atomic.
class MediaMetrics {
 public:
  MediaMetrics();
  ~MediaMetrics();
  MediaMetrics(const MediaMetrics&) = delete;
  MediaMetrics& operator=(const MediaMetrics&) = delete;

  std::uint64_t datagrams_received = 0;  ///< plain; add to it freely
  std::uint64_t unroutable = 0;          ///< from no known source, and no check of ours

  struct Snapshot {
    std::uint64_t forwarded = 0;
    std::uint64_t send_dropped = 0;
    std::int64_t rooms = 0;
    std::int64_t transports = 0;
  };
  void publish(const sfu::DropCounters& drops, const rtc::DropCounters& peers, const Snapshot& now);

 private:
  static constexpr std::size_t kReasons = static_cast<std::size_t>(sfu::DropReason::Count);

  Counter& received_;
  Counter& unroutable_;
  Counter& forwarded_;
  Counter& send_dropped_;
  Gauge& rooms_;
  Gauge& transports_;
  std::array<Counter*, kReasons> reasons_{};
  std::array<std::uint64_t, kReasons> published_drops_{};
  std::array<Counter*, std::tuple_size_v<rtc::DropCounters>> peer_reasons_{};
  rtc::DropCounters published_peers_{};
  std::uint64_t published_received_ = 0;
  std::uint64_t published_unroutable_ = 0;
  Snapshot published_;
};

}  // namespace vv::shard
