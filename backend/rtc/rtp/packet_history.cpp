#include "rtc/rtp/packet_history.hpp"

#include <algorithm>
#include <cstring>

namespace vv::rtc::rtp {
namespace {
constexpr std::size_t kPage = 4'096;
}

PacketHistory::PacketHistory(const Options& options)
    : options_(options),
      slots_(std::max<std::size_t>(options.packets, 1)),
      order_(slots_.size()),
      arena_(std::make_unique_for_overwrite<std::uint8_t[]>(options.bytes)) {}

void PacketHistory::evict_oldest() noexcept {
  slots_[order_[first_]].size = 0;
  first_ = (first_ + 1) % order_.size();
  --count_;
}

/// Room for `size` bytes at or after head_, evicting what stands there. The arena is a ring whose
/// packets never wrap; it starts over early while the live ones are few, so that a slow stream
/// keeps touching the same few pages.
std::uint32_t PacketHistory::place(std::size_t size) noexcept {
  while (count_ > 0) {
    const std::size_t tail = slots_[order_[first_]].offset;
    if (head_ > tail) {  // live: [tail, head)
      const std::size_t live = head_ - tail;
      if (tail >= 2 * live + 2 * kPage) head_ = 0;
      if (head_ != 0 && options_.bytes - head_ >= size) break;
      head_ = 0;
      if (tail > size) break;
    } else if (tail - head_ > size) {  // live: [tail, end) and [0, head)
      break;
    }
    evict_oldest();
  }
  if (count_ == 0) head_ = 0;
  const auto offset = static_cast<std::uint32_t>(head_);
  head_ += size;
  return offset;
}

void PacketHistory::insert(Instant now, SeqNo seq, Bytes packet) noexcept {
  if (packet.empty() || packet.size() > 0xFFFF || packet.size() > options_.bytes / 4) return;
  const std::size_t index = seq.raw() % slots_.size();
  if (slots_[index].size != 0 && slots_[index].seq >= seq)
    return;  // a repeat, or too late to matter
  while (count_ > 0 && now - slots_[order_[first_]].at > options_.age) evict_oldest();
  // The slot's former packet is older by a whole turn; what came before it goes too.
  while (slots_[index].size != 0) evict_oldest();
  if (count_ == order_.size()) evict_oldest();

  const std::uint32_t offset = place(packet.size());
  std::memcpy(&arena_[offset], packet.data(), packet.size());
  slots_[index] = {
      .seq = seq, .at = now, .offset = offset, .size = static_cast<std::uint16_t>(packet.size())};
  order_[(first_ + count_) % order_.size()] = static_cast<std::uint32_t>(index);
  ++count_;
}

Bytes PacketHistory::find(Instant now, SeqNo seq) const noexcept {
  const Slot& slot = slots_[seq.raw() % slots_.size()];
  if (slot.size == 0 || slot.seq != seq || now - slot.at > options_.age) return {};
  return {&arena_[slot.offset], slot.size};
}

}  // namespace vv::rtc::rtp
