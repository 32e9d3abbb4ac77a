#pragma once

#include <compare>
#include <cstdint>

namespace vv::rtc::rtp {

/// A sequence number that does not wrap: `<` means earlier.
class SeqNo {
 public:
  constexpr SeqNo() = default;
  explicit constexpr SeqNo(std::uint64_t raw) : raw_(raw) {}
  [[nodiscard]] constexpr std::uint64_t raw() const { return raw_; }
  /// What the wire carries.
  [[nodiscard]] constexpr std::uint16_t low16() const { return static_cast<std::uint16_t>(raw_); }
  constexpr auto operator<=>(const SeqNo&) const = default;
  constexpr SeqNo operator+(std::uint64_t n) const { return SeqNo{raw_ + n}; }
  constexpr SeqNo operator-(std::uint64_t n) const { return SeqNo{raw_ - n}; }
  /// How many numbers from `other` to this one; negative when this one is earlier.
  constexpr std::int64_t operator-(SeqNo other) const {
    return static_cast<std::int64_t>(raw_ - other.raw_);
  }

 private:
  std::uint64_t raw_ = 0;
};

/// Widens 16-bit sequence numbers: each is taken as the nearest one to the newest seen.
class SeqUnwrapper {
 public:
  /// The first number lands one turn above zero, so that packets from before it stay positive.
  constexpr SeqNo extend(std::uint16_t sequence) {
    const SeqNo seq = peek(sequence);
    if (!started_ || newest_ < seq) newest_ = seq;
    started_ = true;
    return seq;
  }
  /// Where `extend` would put it, leaving the state alone.
  [[nodiscard]] constexpr SeqNo peek(std::uint16_t sequence) const {
    if (!started_) return SeqNo{0x1'0000ULL + sequence};
    const auto step =
        static_cast<std::int16_t>(static_cast<std::uint16_t>(sequence - newest_.low16()));
    const auto raw = static_cast<std::int64_t>(newest_.raw()) + step;
    // Before the very first turn there is nothing earlier: take it as a turn ahead.
    return SeqNo{static_cast<std::uint64_t>(raw < 0 ? raw + 0x1'0000 : raw)};
  }
  [[nodiscard]] constexpr bool started() const { return started_; }
  [[nodiscard]] constexpr SeqNo newest() const { return newest_; }

 private:
  SeqNo newest_{};
  bool started_ = false;
};

}  // namespace vv::rtc::rtp
