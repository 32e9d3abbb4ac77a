#include "reactive/convex/timestamp.hpp"

#include <array>

#include "base/encoding.hpp"

namespace vv::reactive::convex {

std::string encode_timestamp(store::Timestamp ts) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(ts.nanos >> (8 * i));
  }
  return base64_encode(bytes);
}

std::optional<store::Timestamp> decode_timestamp(std::string_view text) {
  const std::optional<ByteVector> bytes = base64_decode(text);
  if (!bytes || bytes->size() != 8 || (*bytes)[7] >= 0x80) return std::nullopt;
  store::Timestamp ts;
  for (std::size_t i = 0; i < 8; ++i) ts.nanos |= std::uint64_t{(*bytes)[i]} << (8 * i);
  return ts;
}

}  // namespace vv::reactive::convex
