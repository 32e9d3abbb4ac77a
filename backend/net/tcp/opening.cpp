#include "net/tcp/opening.hpp"

#include <array>

namespace vv::net {
namespace {

constexpr std::size_t kLength = 2;  // before each frame
constexpr std::size_t kHead = 20;   // of a STUN message
constexpr std::size_t kMaxPacket = kMaxOpening - kLength;
constexpr std::array<std::uint8_t, 2> kBindingRequest{0x00, 0x01};
constexpr std::array<std::uint8_t, 4> kCookie{0x21, 0x12, 0xA4, 0x42};
constexpr std::size_t kTold = kLength + 8;  // frame's length, type, message's length, cookie

constexpr Opening kWeb{Opening::Kind::Web};

/// Whether `first` has `wanted` at `at`, as far as it goes.
template <std::size_t N>
bool agrees(Bytes first, std::size_t at, const std::array<std::uint8_t, N>& wanted) {
  for (std::size_t i = 0; i < N && at + i < first.size(); ++i) {
    if (first[at + i] != wanted[i]) return false;
  }
  return true;
}

}  // namespace

Opening read_opening(Bytes first) noexcept {
  if (first.empty()) return {Opening::Kind::Unknown, 1};
  if (first[0] > kMaxPacket >> 8) return kWeb;
  if (first.size() < kLength) return {Opening::Kind::Unknown, kTold};
  const std::size_t packet = load_be16(first.data());
  if (packet < kHead || packet > kMaxPacket || packet % 4 != 0) return kWeb;
  const auto attributes = static_cast<std::uint16_t>(packet - kHead);
  const std::array<std::uint8_t, 2> length{static_cast<std::uint8_t>(attributes >> 8),
                                           static_cast<std::uint8_t>(attributes)};
  if (!agrees(first, kLength, kBindingRequest) || !agrees(first, kLength + 2, length) ||
      !agrees(first, kLength + 4, kCookie)) {
    return kWeb;
  }
  const std::size_t frame = kLength + packet;
  if (first.size() < kTold) return {Opening::Kind::Unknown, kTold};
  return {first.size() < frame ? Opening::Kind::Unknown : Opening::Kind::Check, frame};
}

}  // namespace vv::net
