#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "rtc/transport_address.hpp"

namespace vv::sfu {

/// Datagrams on their way out: one arena, written front to back, so that what goes to one
/// destination lies side by side and may leave as one GSO run.
///
/// Owns:    the bytes and where each datagram goes.
/// Not its: sockets; deciding when to flush (shard).
/// Bounds:  kBytes and kDatagrams; nothing is allocated after construction.
class Outbox {
 public:
  // Small enough that a large burst writes the same, still cached memory again after each flush.
  // Tuned: bench/media_bench, bursts of 8.
  static constexpr std::size_t kBytes = 256 * 1024;
  static constexpr std::size_t kDatagrams = 1024;
  /// A writer that finds `full()` false may write one datagram of at most this size.
  static constexpr std::size_t kMaxDatagram = 1536;

  struct Datagram {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
  };
  /// Neighbours with one destination.
  struct Run {
    rtc::Path path;
    std::uint32_t first = 0;  ///< into datagrams()
    std::uint32_t count = 0;
  };

  Outbox();

  [[nodiscard]] bool full() const noexcept {
    return kBytes - used_ < kMaxDatagram || datagrams_.size() == kDatagrams;
  }
  [[nodiscard]] bool empty() const noexcept { return datagrams_.empty(); }
  /// Where the next datagram is written: at least kMaxDatagram bytes unless `full()`.
  [[nodiscard]] MutableBytes space() noexcept { return {arena_.get() + used_, kBytes - used_}; }
  /// The first `size` bytes of `space()` are a datagram for `path`.
  void commit(const rtc::Path& path, std::size_t size) noexcept;

  [[nodiscard]] std::span<const Run> runs() const noexcept { return runs_; }
  [[nodiscard]] std::span<const Datagram> datagrams() const noexcept { return datagrams_; }
  [[nodiscard]] MutableBytes bytes(const Datagram& d) noexcept {
    return {arena_.get() + d.offset, d.size};
  }
  void clear() noexcept;

 private:
  std::unique_ptr<std::uint8_t[]> arena_;
  std::size_t used_ = 0;
  std::vector<Datagram> datagrams_;
  std::vector<Run> runs_;
};

}  // namespace vv::sfu
