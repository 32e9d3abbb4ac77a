#include "rtc/codec/red.hpp"

#include <array>

namespace vv::rtc::codec {
namespace {

constexpr std::uint8_t kMoreFollows = 0x80;
constexpr std::size_t kBlockHeader = 4;  // F, type, 14 bits of time, 10 of length

}  // namespace

std::optional<Red> parse_red(Bytes payload) noexcept {
  Red red;
  std::array<std::uint8_t, kMaxRedBlocks> types{};
  std::size_t at = 0;
  std::size_t copies = 0;  // bytes
  while (at < payload.size() && (payload[at] & kMoreFollows) != 0) {
    if (payload.size() - at < kBlockHeader || red.blocks == kMaxRedBlocks) return std::nullopt;
    types[red.blocks++] = payload[at] & 0x7F;
    copies += load_be16(&payload[at + 2]) & 0x03FFU;
    at += kBlockHeader;
  }
  if (at >= payload.size()) return std::nullopt;
  red.payload_type = payload[at++];
  if (payload.size() - at < copies) return std::nullopt;
  red.primary = payload.subspan(at + copies);
  for (std::size_t i = 0; i < red.blocks; ++i) {
    red.is_of_one_type = red.is_of_one_type && types[i] == red.payload_type;
  }
  return red;
}

}  // namespace vv::rtc::codec
