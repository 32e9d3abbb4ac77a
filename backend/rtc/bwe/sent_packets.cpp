#include "rtc/bwe/sent_packets.hpp"

#include <algorithm>
#include <utility>

namespace vv::rtc::bwe {

void SentPackets::add(Instant now, std::size_t bytes) noexcept {
  const auto size = std::min<std::size_t>(bytes, kMissing - 1);
  slots_[next_ % kRemembered] = {.sent_us = static_cast<std::uint32_t>(now.as_nanos() / 1'000),
                                 .bytes = static_cast<std::uint16_t>(size),
                                 .number = next_};
  ++next_;
}

std::optional<SentPackets::Packet> SentPackets::received(Instant now,
                                                         std::uint16_t number) noexcept {
  Slot& slot = slots_[number % kRemembered];
  if (slot.bytes == 0 || slot.number != number) return std::nullopt;
  const std::int64_t now_us = now.as_nanos() / 1'000;
  const std::uint32_t age_us = static_cast<std::uint32_t>(now_us) - slot.sent_us;
  const std::uint16_t bytes = std::exchange(slot.bytes, std::uint16_t{0});
  return Packet{.sent_us = now_us - std::int64_t{age_us},
                .bytes = static_cast<std::uint16_t>(bytes & ~kMissing),
                .was_missing = (bytes & kMissing) != 0};
}

bool SentPackets::missing(std::uint16_t number) noexcept {
  Slot& slot = slots_[number % kRemembered];
  if (slot.bytes == 0 || slot.number != number || (slot.bytes & kMissing) != 0) return false;
  slot.bytes |= kMissing;
  return true;
}

}  // namespace vv::rtc::bwe
