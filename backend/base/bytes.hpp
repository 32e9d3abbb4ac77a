#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.hpp"

namespace vv {

using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;
using ByteVector = std::vector<std::uint8_t>;

[[nodiscard]] inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Network byte order at a fixed offset. The caller has already checked that the bytes are there.
[[nodiscard]] constexpr std::uint16_t load_be16(const std::uint8_t* p) {
  return static_cast<std::uint16_t>((p[0] << 8) | p[1]);
}
[[nodiscard]] constexpr std::uint32_t load_be24(const std::uint8_t* p) {
  return (std::uint32_t{p[0]} << 16) | (std::uint32_t{p[1]} << 8) | p[2];
}
[[nodiscard]] constexpr std::uint32_t load_be32(const std::uint8_t* p) {
  return (std::uint32_t{p[0]} << 24) | (std::uint32_t{p[1]} << 16) | (std::uint32_t{p[2]} << 8) |
         p[3];
}
[[nodiscard]] constexpr std::uint64_t load_be64(const std::uint8_t* p) {
  return (std::uint64_t{load_be32(p)} << 32) | load_be32(p + 4);
}
constexpr void store_be16(std::uint8_t* p, std::uint16_t v) {
  p[0] = static_cast<std::uint8_t>(v >> 8);
  p[1] = static_cast<std::uint8_t>(v);
}
constexpr void store_be24(std::uint8_t* p, std::uint32_t v) {
  p[0] = static_cast<std::uint8_t>(v >> 16);
  p[1] = static_cast<std::uint8_t>(v >> 8);
  p[2] = static_cast<std::uint8_t>(v);
}
constexpr void store_be32(std::uint8_t* p, std::uint32_t v) {
  store_be16(p, static_cast<std::uint16_t>(v >> 16));
  store_be16(p + 2, static_cast<std::uint16_t>(v));
}
constexpr void store_be64(std::uint8_t* p, std::uint64_t v) {
  store_be32(p, static_cast<std::uint32_t>(v >> 32));
  store_be32(p + 4, static_cast<std::uint32_t>(v));
}

/// Reads network-order fields from borrowed bytes and never past their end: after the first short
/// read every further one yields zero and `ok()` is false, so a parser may check once at the end.
class ByteReader {
 public:
  explicit constexpr ByteReader(Bytes bytes) : bytes_(bytes) {}

  [[nodiscard]] constexpr bool ok() const { return ok_; }
  [[nodiscard]] constexpr std::size_t position() const { return position_; }
  [[nodiscard]] constexpr std::size_t remaining() const { return bytes_.size() - position_; }

  constexpr std::uint8_t u8() { return need(1) ? bytes_[position_++] : std::uint8_t{0}; }
  constexpr std::uint16_t u16() {
    if (!need(2)) return 0;
    position_ += 2;
    return load_be16(&bytes_[position_ - 2]);
  }
  constexpr std::uint32_t u24() {
    if (!need(3)) return 0;
    position_ += 3;
    return load_be24(&bytes_[position_ - 3]);
  }
  constexpr std::uint32_t u32() {
    if (!need(4)) return 0;
    position_ += 4;
    return load_be32(&bytes_[position_ - 4]);
  }
  constexpr std::uint64_t u64() {
    if (!need(8)) return 0;
    position_ += 8;
    return load_be64(&bytes_[position_ - 8]);
  }
  constexpr Bytes take(std::size_t count) {
    if (!need(count)) return {};
    position_ += count;
    return bytes_.subspan(position_ - count, count);
  }
  constexpr Bytes rest() { return take(remaining()); }
  constexpr void skip(std::size_t count) { static_cast<void>(take(count)); }

 private:
  constexpr bool need(std::size_t count) {
    if (!ok_ || remaining() < count) ok_ = false;
    return ok_;
  }

  Bytes bytes_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

/// Writes network-order fields into a buffer of fixed size; a write that does not fit is dropped
/// and `ok()` becomes false.
class ByteWriter {
 public:
  explicit constexpr ByteWriter(MutableBytes out) : out_(out) {}

  [[nodiscard]] constexpr bool ok() const { return ok_; }
  [[nodiscard]] constexpr std::size_t size() const { return position_; }
  [[nodiscard]] constexpr std::size_t remaining() const { return out_.size() - position_; }
  [[nodiscard]] constexpr MutableBytes written() const { return out_.first(position_); }

  constexpr void u8(std::uint8_t v) {
    if (need(1)) out_[position_++] = v;
  }
  constexpr void u16(std::uint16_t v) {
    if (!need(2)) return;
    store_be16(&out_[position_], v);
    position_ += 2;
  }
  constexpr void u24(std::uint32_t v) {
    if (!need(3)) return;
    store_be24(&out_[position_], v);
    position_ += 3;
  }
  constexpr void u32(std::uint32_t v) {
    if (!need(4)) return;
    store_be32(&out_[position_], v);
    position_ += 4;
  }
  constexpr void u64(std::uint64_t v) {
    if (!need(8)) return;
    store_be64(&out_[position_], v);
    position_ += 8;
  }
  void bytes(Bytes source) {
    if (source.empty() || !need(source.size())) return;
    std::memcpy(&out_[position_], source.data(), source.size());
    position_ += source.size();
  }
  constexpr void zeros(std::size_t count) {
    if (!need(count)) return;
    for (std::size_t i = 0; i < count; ++i) out_[position_++] = 0;
  }

 private:
  constexpr bool need(std::size_t count) {
    if (!ok_ || remaining() < count) ok_ = false;
    return ok_;
  }

  MutableBytes out_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace vv
