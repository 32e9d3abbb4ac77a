#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/prefetch.hpp"
#include "rtc/rtp/seq_no.hpp"

namespace vv::rtc::rtp {

/// How one packet was rewritten for one subscriber: enough to write it again.
struct Rewrite {
  std::uint32_t timestamp_offset = 0;   ///< added to the source's, modulo 2^32
  std::uint16_t picture_id_offset = 0;  ///< added, modulo 2^15
  std::uint8_t tl0_offset = 0;          ///< added, modulo 2^8
  std::uint8_t layer = 0;               ///< which of the track's streams it came from
  // All at once, a packet each: members that fill it without a gap.
  bool operator==(const Rewrite& other) const noexcept {
    return std::bit_cast<std::uint64_t>(*this) == std::bit_cast<std::uint64_t>(other);
  }
};

/// From the sequence numbers a subscriber saw back to the publisher's, for resending.
/// A run is remembered as long as source and offsets stay the same, so a stream without drops or
/// switches needs one entry for all its packets. Where layers are left out every picture begins a
/// run: room for two seconds of those is made as they come.
class SequenceMap {
 public:
  static constexpr std::size_t kRuns = 64;

  struct Source {
    SeqNo seq;
    Rewrite rewrite;
  };
  /// `out` was just sent, made from `in`. Call in sending order.
  void note(SeqNo out, SeqNo in, const Rewrite& rewrite) noexcept {
    const std::uint64_t offset = in.raw() - out.raw();
    if (count_ == 0 || runs_[newest_].offset != offset || runs_[newest_].rewrite != rewrite)
      return begin_run(out, offset, rewrite);
    Run& run = runs_[newest_];
    run.first_out = std::min(run.first_out, out.raw());
    run.last_out = std::max(run.last_out, out.raw());
  }
  /// What `note` writes to, fetched into the cache ahead of it.
  void prefetch() const noexcept {
    if (count_ > 0) prefetch_range(&runs_[newest_], sizeof(Run));
  }
  /// Nothing for numbers older than the runs remembered, never sent, or sent as padding.
  [[nodiscard]] std::optional<Source> find(SeqNo out) const noexcept;

 private:
  struct Run {
    std::uint64_t first_out = 0;
    std::uint64_t last_out = 0;
    std::uint64_t offset = 0;  ///< in = out + offset, modulo 2^64
    Rewrite rewrite;
  };
  void begin_run(SeqNo out, std::uint64_t offset, const Rewrite& rewrite) noexcept;

  std::vector<Run> runs_;  ///< a ring once there are kRuns
  std::size_t newest_ = 0;
  std::size_t count_ = 0;
};

}  // namespace vv::rtc::rtp
