#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/prefetch.hpp"
#include "base/time.hpp"

namespace vv::rtc::bwe {

/// When each of the last packets left and how large it was, by its transport-wide number.
///
/// Bounds:  kRemembered packets, 8 bytes each: a second of a fast link. What the receiver says of
///          an older one is not believed. Few are kept at first; more only while packets that
///          nothing was said of yet would be overwritten.
class SentPackets {
 public:
  static constexpr std::size_t kFirst = 64;  // a feedback interval of 5 Mbit/s
  static constexpr std::size_t kRemembered = 1024;

  struct Packet {
    std::int64_t sent_us = 0;  ///< on our clock
    std::uint16_t bytes = 0;
    bool was_missing = false;  ///< reported missing before: it only came late
  };

  /// Number of the next packet.
  [[nodiscard]] std::uint16_t next() const noexcept { return next_; }
  /// @param is_reported  whether the receiver is known to report
  void add(Instant now, std::size_t bytes, bool is_reported) noexcept {
    if (slots_.empty()) grow();
    const std::uint16_t oldest = slot(next_).bytes;
    const bool waits = oldest != 0 && (oldest & kMissing) == 0;
    const auto size = std::min<std::size_t>(bytes, kMissing - 1);
    if (waits && is_reported && slots_.size() < kRemembered) grow();
    slot(next_) = {.sent_us = static_cast<std::uint32_t>(now.as_nanos() / 1'000),
                   .bytes = static_cast<std::uint16_t>(size),
                   .number = next_};
    ++next_;
  }
  /// What `add` writes to, fetched into the cache ahead of it.
  void prefetch() const noexcept {
    if (!slots_.empty()) prefetch_range(&slots_[next_ & (slots_.size() - 1)], kCacheLine);
  }
  [[nodiscard]] std::size_t capacity() const noexcept { return slots_.size(); }
  /// What `number` was, when the receiver says that it came; each packet once.
  [[nodiscard]] std::optional<Packet> received(Instant now, std::uint16_t number) noexcept;
  /// Whether `number` is missing as far as we know: each packet once.
  [[nodiscard]] bool missing(std::uint16_t number) noexcept;

 private:
  static constexpr std::uint16_t kMissing = 0x8000;  // in `bytes`

  struct Slot {
    std::uint32_t sent_us = 0;  // low 32 bits: a slot is overwritten long before they wrap
    std::uint16_t bytes = 0;    // 0: empty or taken
    std::uint16_t number = 0;
  };
  [[nodiscard]] Slot& slot(std::uint16_t number) noexcept {
    return slots_[number & (slots_.size() - 1)];  // a power of two
  }
  void grow() noexcept;

  std::vector<Slot> slots_;
  std::uint16_t next_ = 0;
};

}  // namespace vv::rtc::bwe
