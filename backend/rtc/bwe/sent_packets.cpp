#include "rtc/bwe/sent_packets.hpp"

#include <algorithm>
#include <utility>

namespace vv::rtc::bwe {

void SentPackets::grow() noexcept {
  std::vector<Slot> larger(slots_.empty() ? kFirst : slots_.size() * 2);
  std::swap(slots_, larger);
  for (const Slot& old : larger) {
    if (old.bytes != 0) slot(old.number) = old;
  }
}

std::optional<SentPackets::Packet> SentPackets::received(Instant now,
                                                         std::uint16_t number) noexcept {
  if (slots_.empty()) return std::nullopt;
  Slot& packet = slot(number);
  if (packet.bytes == 0 || packet.number != number) return std::nullopt;
  const std::int64_t now_us = now.as_nanos() / 1'000;
  const std::uint32_t age_us = static_cast<std::uint32_t>(now_us) - packet.sent_us;
  const std::uint16_t bytes = std::exchange(packet.bytes, std::uint16_t{0});
  return Packet{.sent_us = now_us - std::int64_t{age_us},
                .bytes = static_cast<std::uint16_t>(bytes & ~kMissing),
                .was_missing = (bytes & kMissing) != 0};
}

bool SentPackets::missing(std::uint16_t number) noexcept {
  if (slots_.empty()) return false;
  Slot& packet = slot(number);
  if (packet.bytes == 0 || packet.number != number || (packet.bytes & kMissing) != 0) return false;
  packet.bytes |= kMissing;
  return true;
}

}  // namespace vv::rtc::bwe
