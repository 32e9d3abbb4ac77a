#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.hpp"

namespace vv::rtc::bwe {

/// When each of the last packets left and how large it was, by its transport-wide number.
///
/// Bounds:  kRemembered packets, 8 bytes each: a second of a fast link. What the receiver says of
///          an older one is not believed.
class SentPackets {
 public:
  static constexpr std::size_t kRemembered = 1024;

  struct Packet {
    std::int64_t sent_us = 0;  ///< on our clock
    std::uint16_t bytes = 0;
    bool was_missing = false;  ///< reported missing before: it only came late
  };

  /// Number of the next packet.
  [[nodiscard]] std::uint16_t next() const noexcept { return next_; }
  void add(Instant now, std::size_t bytes) noexcept;
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
  std::array<Slot, kRemembered> slots_{};
  std::uint16_t next_ = 0;
};

}  // namespace vv::rtc::bwe
