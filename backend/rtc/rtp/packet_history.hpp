#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "rtc/rtp/seq_no.hpp"

namespace vv::rtc::rtp {

/// The last packets of one published layer, kept once however many subscribers may ask again.
///
/// Owns:    copies of whole decrypted RTP packets, by their original sequence number.
/// Not its: what a subscriber calls them (SequenceMap), pacing or limiting resends.
/// Bounds:  `Options`; memory is reserved at construction and only touched as far as live packets
/// need.
class PacketHistory {
 public:
  struct Options {
    std::size_t packets = 750;
    std::size_t bytes = 512 * 1024;
    Duration age = milliseconds(1'500);
  };
  explicit PacketHistory(const Options& options);

  /// Keeps a copy; the oldest make room. A packet larger than a quarter of the bytes is not kept.
  void insert(Instant now, SeqNo seq, Bytes packet) noexcept;
  /// The packet, borrowed until the next insert; empty when it is gone or too old.
  [[nodiscard]] Bytes find(Instant now, SeqNo seq) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return count_; }

 private:
  struct Slot {
    SeqNo seq{};
    Instant at{};
    std::uint32_t offset = 0;
    std::uint16_t size = 0;  ///< 0: empty
  };
  void evict_oldest() noexcept;
  [[nodiscard]] std::uint32_t place(std::size_t size) noexcept;

  Options options_;
  std::vector<Slot> slots_;           ///< index: seq modulo slots
  std::vector<std::uint32_t> order_;  ///< ring of slot indexes, oldest first
  std::size_t first_ = 0;
  std::size_t count_ = 0;
  std::unique_ptr<std::uint8_t[]> arena_;
  std::size_t head_ = 0;  ///< where the next packet goes
};

}  // namespace vv::rtc::rtp
