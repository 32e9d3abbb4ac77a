#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace vv::rtc::codec {

/// Reads bits, most significant first, and never past the end: as ByteReader, after the first short
/// read everything is zero and `ok()` is false.
class BitReader {
 public:
  explicit constexpr BitReader(Bytes bytes) : bytes_(bytes) {}

  [[nodiscard]] constexpr bool ok() const { return ok_; }
  /// Bits read so far.
  [[nodiscard]] constexpr std::size_t position() const { return position_; }

  /// @param count  at most 32
  constexpr std::uint32_t bits(unsigned count) {
    if (!ok_ || bytes_.size() * 8 - position_ < count) {
      ok_ = false;
      return 0;
    }
    std::uint32_t value = 0;
    for (unsigned left = count; left > 0;) {
      const unsigned offset = position_ % 8;
      const unsigned here = left < 8 - offset ? left : 8 - offset;
      const unsigned byte = bytes_[position_ / 8];
      value = (value << here) | ((byte >> (8 - offset - here)) & ((1U << here) - 1U));
      position_ += here;
      left -= here;
    }
    return value;
  }
  constexpr bool flag() { return bits(1) != 0; }

  /// A number below `range` in as few bits as it takes (AV1 §4.10.7).
  constexpr std::uint32_t below(std::uint32_t range) {
    unsigned width = 0;
    for (std::uint32_t x = range; x != 0; x >>= 1) ++width;
    if (width == 0) return 0;
    const std::uint32_t short_values = (1U << width) - range;
    const std::uint32_t value = bits(width - 1);
    if (value < short_values) return value;
    return (value << 1) - short_values + bits(1);
  }

 private:
  Bytes bytes_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

/// Writes bits, most significant first, into zeroed or unzeroed bytes alike.
class BitWriter {
 public:
  explicit constexpr BitWriter(MutableBytes out) : out_(out) {}

  [[nodiscard]] constexpr bool ok() const { return ok_; }
  /// Bytes begun so far.
  [[nodiscard]] constexpr std::size_t size() const { return (position_ + 7) / 8; }

  /// @param count  at most 32
  constexpr void bits(std::uint32_t value, unsigned count) {
    if (!ok_ || out_.size() * 8 - position_ < count) {
      ok_ = false;
      return;
    }
    while (count-- > 0) {
      std::uint8_t& byte = out_[position_ / 8];
      if (position_ % 8 == 0) byte = 0;
      if (((value >> count) & 1U) != 0)
        byte = static_cast<std::uint8_t>(byte | (0x80U >> (position_ % 8)));
      ++position_;
    }
  }

 private:
  MutableBytes out_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace vv::rtc::codec
