#include "sfu/fanout.hpp"

#include "base/check.hpp"
#include "sfu/outbox.hpp"
#include "sfu/subscription.hpp"
#include "sfu/transport.hpp"

namespace vv::sfu {

Fanout::Fanout(DropCounters& drops) : drops_(drops), packets_(kPackets), takers_(kTakers) {
  waiting_.reserve(kTakers);
}

IncomingPacket& Fanout::add_packet() noexcept {
  VV_CHECK(packet_count_ < kPackets, "the shard flushes when full() says so");
  IncomingPacket& packet = packets_[packet_count_++];
  packet = {};
  return packet;
}

void Fanout::add_taker(Subscription& subscription) noexcept {
  if (taker_count_ == kTakers) {
    drops_.add(DropReason::FanoutFull);
    return;
  }
  const auto index = static_cast<std::uint32_t>(taker_count_++);
  takers_[index] = {Transport::kEndOfQueue, static_cast<std::uint32_t>(packet_count_ - 1),
                    &subscription};
  Transport& transport = subscription.transport();
  if (transport.queue_head == Transport::kEndOfQueue) {
    transport.queue_head = index;
    waiting_.push_back(&transport);
  } else {
    takers_[transport.queue_tail].next = index;
  }
  transport.queue_tail = index;
}

bool Fanout::flush(Instant now, Outbox& out) noexcept {
  for (; next_waiting_ < waiting_.size(); ++next_waiting_) {
    Transport& transport = *waiting_[next_waiting_];
    const rtc::Path* path = transport.connected ? transport.peer.selected_path() : nullptr;
    while (transport.queue_head != Transport::kEndOfQueue) {
      if (out.full()) return false;
      const Taker& taker = takers_[transport.queue_head];
      transport.queue_head = taker.next;
      if (path == nullptr) {
        drops_.add(DropReason::NotConnected);
        continue;
      }
      if (const auto reason = taker.subscription->send(now, packets_[taker.packet], *path, out)) {
        drops_.add(*reason);
      } else {
        ++forwarded_;
      }
    }
    transport.queue_tail = Transport::kEndOfQueue;
  }
  waiting_.clear();
  next_waiting_ = 0;
  packet_count_ = 0;
  taker_count_ = 0;
  return true;
}

}  // namespace vv::sfu
