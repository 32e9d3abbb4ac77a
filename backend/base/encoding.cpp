#include "base/encoding.hpp"

#include <array>
#include <cstring>

namespace vv {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlSafe =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(Bytes bytes, std::string_view alphabet, bool padded) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const std::uint32_t v = load_be24(&bytes[i]);
    out += alphabet[(v >> 18) & 63];
    out += alphabet[(v >> 12) & 63];
    out += alphabet[(v >> 6) & 63];
    out += alphabet[v & 63];
  }
  const std::size_t left = bytes.size() - i;
  if (left == 0) return out;
  std::uint32_t v = std::uint32_t{bytes[i]} << 16;
  if (left == 2) v |= std::uint32_t{bytes[i + 1]} << 8;
  out += alphabet[(v >> 18) & 63];
  out += alphabet[(v >> 12) & 63];
  if (left == 2) out += alphabet[(v >> 6) & 63];
  if (padded) out.append(left == 2 ? 1 : 2, '=');
  return out;
}

constexpr std::array<std::int8_t, 256> make_decode_table() {
  std::array<std::int8_t, 256> table{};
  for (auto& entry : table) entry = -1;
  for (std::size_t i = 0; i < 64; ++i) {
    table[static_cast<std::uint8_t>(kStandard[i])] = static_cast<std::int8_t>(i);
    table[static_cast<std::uint8_t>(kUrlSafe[i])] = static_cast<std::int8_t>(i);
  }
  return table;
}

constexpr auto kDecode = make_decode_table();

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string base64_encode(Bytes bytes) { return encode(bytes, kStandard, true); }
std::string base64url_encode(Bytes bytes) { return encode(bytes, kUrlSafe, false); }

std::optional<ByteVector> base64_decode(std::string_view text) {
  std::size_t padding = 0;
  while (padding < 2 && !text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++padding;
  }
  if (padding != 0 && (text.size() + padding) % 4 != 0) return std::nullopt;
  if (text.size() % 4 == 1) return std::nullopt;

  ByteVector out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::int8_t digit = kDecode[static_cast<std::uint8_t>(c)];
    if (digit < 0) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<std::uint8_t>(bits >> count));
    }
  }
  return out;
}

std::string hex_encode(Bytes bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::uint8_t b : bytes) {
    out += digits[b >> 4];
    out += digits[b & 15];
  }
  return out;
}

std::optional<ByteVector> hex_decode(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  ByteVector out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return out;
}

bool is_utf8(std::string_view text) {
  const auto* p = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto* const end = p + text.size();
  const auto continues = [&](int count) {
    if (end - p <= count) return false;
    for (int i = 1; i <= count; ++i) {
      if ((p[i] & 0xC0) != 0x80) return false;
    }
    return true;
  };
  while (p < end) {
    if (std::uint64_t eight = 0; end - p >= 8) {  // most texts are ASCII for long stretches
      std::memcpy(&eight, p, sizeof eight);
      if ((eight & 0x8080808080808080U) == 0) {
        p += 8;
        continue;
      }
    }
    if (*p < 0x80) {
      ++p;
    } else if (*p >= 0xC2 && *p <= 0xDF) {
      if (!continues(1)) return false;
      p += 2;
    } else if ((*p & 0xF0) == 0xE0) {
      if (!continues(2)) return false;
      if (*p == 0xE0 && p[1] < 0xA0) return false;  // overlong
      if (*p == 0xED && p[1] > 0x9F) return false;  // surrogate
      p += 3;
    } else if (*p >= 0xF0 && *p <= 0xF4) {
      if (!continues(3)) return false;
      if (*p == 0xF0 && p[1] < 0x90) return false;  // overlong
      if (*p == 0xF4 && p[1] > 0x8F) return false;  // beyond U+10FFFF
      p += 4;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace vv
