#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.hpp"

namespace vv {

/// Where deciding code gets its randomness from, so that a seed replays it.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(MutableBytes out) noexcept = 0;

  [[nodiscard]] std::uint32_t u32() noexcept;
  [[nodiscard]] std::uint64_t u64() noexcept;
  /// Uniform in [0, bound); `bound` must not be 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept;
  /// `count` characters drawn evenly from `alphabet` (2 to 256 characters).
  [[nodiscard]] std::string text(std::size_t count, std::string_view alphabet);
};

/// The kernel's generator; for everything a stranger must not guess.
class SystemRandom final : public Random {
 public:
  void fill(MutableBytes out) noexcept override;
};

/// Repeatable (xoshiro256**), for tests and simulations only.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) noexcept;
  void fill(MutableBytes out) noexcept override;

 private:
  std::uint64_t next() noexcept;
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace vv
