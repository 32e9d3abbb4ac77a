#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"

namespace vv::sfu {

/// Bytes over the last second, in ten buckets (F-6: one-second window).
class RateMeter {
 public:
  void add(Instant now, std::size_t bytes) noexcept {
    advance(now);
    buckets_[static_cast<std::size_t>(current_ % kBuckets)] += static_cast<std::uint32_t>(bytes);
  }
  [[nodiscard]] std::uint64_t bits_per_second(Instant now) noexcept {
    advance(now);
    std::uint64_t sum = 0;
    for (const std::uint32_t b : buckets_) sum += b;
    return sum * 8;
  }

 private:
  static constexpr std::int64_t kBuckets = 10;

  void advance(Instant now) noexcept {
    const std::int64_t bucket = now.as_nanos() / milliseconds(100).as_nanos();
    if (bucket - current_ >= kBuckets) {
      buckets_.fill(0);
      current_ = bucket;
    }
    while (current_ < bucket) buckets_[static_cast<std::size_t>(++current_ % kBuckets)] = 0;
  }

  std::array<std::uint32_t, kBuckets> buckets_{};
  std::int64_t current_ = 0;
};

}  // namespace vv::sfu
