#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/check.hpp"
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
    return kBytes - used_ < kMaxDatagram || count_ == kDatagrams;
  }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  /// Where the next datagram is written: at least kMaxDatagram bytes unless `full()`.
  [[nodiscard]] MutableBytes space() noexcept { return {arena_.get() + used_, kBytes - used_}; }
  /// The first `size` bytes of `space()` are a datagram for `path`.
  void commit(const rtc::Path& path, std::size_t size) noexcept;
  /// Another one for where the last one goes.
  void commit_more(std::size_t size) noexcept {
    VV_CHECK(count_ - 1 < kDatagrams - 1 && size <= kBytes - used_,  // 0 wraps
             "writers look at full() before they write");
    add_datagram(size);
    ++runs_.back().count;
  }

  [[nodiscard]] std::span<const Run> runs() const noexcept { return runs_; }
  [[nodiscard]] std::span<const Datagram> datagrams() const noexcept {
    return {datagrams_.get(), count_};
  }
  [[nodiscard]] MutableBytes bytes(const Datagram& d) noexcept {
    return {arena_.get() + d.offset, d.size};
  }
  void clear() noexcept;

 private:
  void add_datagram(std::size_t size) noexcept {
    datagrams_[count_++] = {static_cast<std::uint32_t>(used_), static_cast<std::uint32_t>(size)};
    used_ += size;
  }

  std::unique_ptr<std::uint8_t[]> arena_;
  std::size_t used_ = 0;
  std::unique_ptr<Datagram[]> datagrams_;
  std::size_t count_ = 0;
  std::vector<Run> runs_;
};

}  // namespace vv::sfu
