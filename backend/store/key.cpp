#include "store/key.hpp"

#include <bit>
#include <cmath>

#include "base/check.hpp"

namespace vv::store {
namespace {

// First byte of each value; their order is the order across types.
constexpr char kNull = 0x10;
constexpr char kInteger = 0x20;
constexpr char kReal = 0x30;
constexpr char kBoolean = 0x40;
constexpr char kText = 0x50;
constexpr char kBlob = 0x60;

// Inside text and blobs 0x00 becomes 0x00 0xFF, and 0x00 0x00 ends them: a prefix sorts first.
constexpr char kEscaped = '\xff';

constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;

void append_u64(std::string& key, std::uint64_t n) {
  std::uint8_t bytes[8];
  store_be64(bytes, n);
  key.append(as_text(bytes));
}

void append_escaped(std::string& key, std::string_view bytes) {
  for (std::size_t zero = bytes.find('\0'); zero != std::string_view::npos;
       zero = bytes.find('\0')) {
    key.append(bytes.substr(0, zero + 1)) += kEscaped;
    bytes.remove_prefix(zero + 1);
  }
  key.append(bytes).append(2, '\0');
}

/// IEEE 754 bits whose unsigned order is the numbers' order.
std::uint64_t ordered_bits(double d) {
  const auto bits = std::bit_cast<std::uint64_t>(d == 0.0 ? 0.0 : d);
  return (bits & kSignBit) != 0 ? ~bits : bits | kSignBit;
}
double from_ordered_bits(std::uint64_t bits) {
  return std::bit_cast<double>((bits & kSignBit) != 0 ? bits & ~kSignBit : ~bits);
}

std::optional<std::string> take_escaped(ByteReader& in) {
  std::string out;
  while (in.ok()) {
    const std::uint8_t c = in.u8();
    if (!in.ok()) break;
    if (c != 0) {
      out += static_cast<char>(c);
      continue;
    }
    const std::uint8_t next = in.u8();
    if (!in.ok()) break;
    if (next == 0) return out;
    if (next != 0xff) break;
    out += '\0';
  }
  return std::nullopt;
}

std::optional<Value> take_value(ByteReader& in) {
  const char tag = static_cast<char>(in.u8());
  switch (tag) {
    case kNull:
      return Value{};
    case kInteger: {
      const std::uint64_t n = in.u64() ^ kSignBit;
      if (!in.ok()) return std::nullopt;
      return Value{std::bit_cast<std::int64_t>(n)};
    }
    case kReal: {
      const double d = from_ordered_bits(in.u64());
      if (!in.ok() || std::isnan(d) || (d == 0.0 && std::signbit(d))) return std::nullopt;
      return Value{d};
    }
    case kBoolean: {
      const std::uint8_t b = in.u8();
      if (!in.ok() || b > 1) return std::nullopt;
      return Value{b == 1};
    }
    case kText: {
      auto text = take_escaped(in);
      if (!text) return std::nullopt;
      return Value{*std::move(text)};
    }
    case kBlob: {
      const auto bytes = take_escaped(in);
      if (!bytes) return std::nullopt;
      const Bytes view = as_bytes(*bytes);
      return Value{ByteVector(view.begin(), view.end())};
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

void append_key(std::string& key, const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) {
    key += kNull;
  } else if (const auto* n = std::get_if<std::int64_t>(&value)) {
    key += kInteger;
    append_u64(key, std::bit_cast<std::uint64_t>(*n) ^ kSignBit);
  } else if (const auto* d = std::get_if<double>(&value)) {
    VV_CHECK(!std::isnan(*d), "NaN is refused before it is stored or searched for");
    key += kReal;
    append_u64(key, ordered_bits(*d));
  } else if (const auto* b = std::get_if<bool>(&value)) {
    key += kBoolean;
    key += *b ? '\x01' : '\x00';
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    key += kText;
    append_escaped(key, *text);
  } else if (const auto* bytes = std::get_if<ByteVector>(&value)) {
    key += kBlob;
    append_escaped(key, as_text(*bytes));
  }
}

std::string encode_key(std::span<const Value> values) {
  std::string key;
  for (const Value& value : values) append_key(key, value);
  return key;
}

std::optional<std::vector<Value>> decode_key(std::string_view key) {
  std::vector<Value> values;
  ByteReader in(as_bytes(key));
  while (in.remaining() > 0) {
    std::optional<Value> value = take_value(in);
    if (!value) return std::nullopt;
    values.push_back(*std::move(value));
  }
  return values;
}

std::string after_prefix(std::string_view prefix) {
  // No value begins with 0xff, so this lies above every key with the prefix; and encodings end
  // themselves, so it lies below every key that differs inside the prefix upwards.
  return std::string(prefix).append(kMaxKey);
}

std::string after_key(std::string_view key) {
  std::string next(key);
  next += '\0';
  return next;
}

}  // namespace vv::store
