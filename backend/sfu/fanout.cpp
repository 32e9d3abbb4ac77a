#include "sfu/fanout.hpp"

#include "base/check.hpp"
#include "sfu/outbox.hpp"
#include "sfu/subscription.hpp"
#include "sfu/transport.hpp"

namespace vv::sfu {

Fanout::Fanout(DropCounters& drops)
    : drops_(drops), packets_(kPackets), batches_(kPackets), takers_(kTakers) {
  waiting_.reserve(kTakers);
}

IncomingPacket& Fanout::add_packet() noexcept {
  VV_CHECK(packet_count_ < kPackets && batch_count_ > 0,
           "whoever adds one has looked at full() or goes_on()");
  ++batches_[batch_count_ - 1].count;
  IncomingPacket& packet = packets_[packet_count_++];
  packet = {};
  return packet;
}

IncomingPacket& Fanout::add_packet_of(const Source& source) noexcept {
  VV_CHECK(packet_count_ < kPackets, "the shard flushes when full() says so");
  source_ = source;
  batches_[batch_count_++] = {.first = static_cast<std::uint32_t>(packet_count_)};
  return add_packet();
}

void Fanout::add_taker(Subscription& subscription) noexcept {
  if (taker_count_ == kTakers) {
    drops_.add(DropReason::FanoutFull);
    return;
  }
  const auto index = static_cast<std::uint32_t>(taker_count_++);
  takers_[index] = {Transport::kEndOfQueue, static_cast<std::uint32_t>(batch_count_ - 1),
                    &subscription};
  Transport& transport = subscription.transport();
  if (transport.queue_head == Transport::kEndOfQueue) {
    transport.queue_head = index;
    waiting_.push_back({&transport, &subscription});
  } else {
    takers_[transport.queue_tail].next = index;
  }
  transport.queue_tail = index;
}

// The state of hundreds of subscribers does not stay in the cache from one burst to the next. It is
// fetched while those before are written: a step for what is pointed to from the step before.
void Fanout::fetch_ahead() const noexcept {
  const auto ahead = [this](std::size_t n) {
    return next_waiting_ + n < waiting_.size() ? &waiting_[next_waiting_ + n] : nullptr;
  };
  if (const Waiting* w = ahead(3)) {
    w->transport->prefetch();
    w->subscription->prefetch();
  }
  if (const Waiting* w = ahead(2)) w->transport->prefetch_further();
  if (const Waiting* w = ahead(1)) {
    w->transport->prefetch_furthest();
    w->subscription->prefetch_further();
  }
}

bool Fanout::flush(Instant now, Outbox& out) noexcept {
  for (; next_waiting_ < waiting_.size(); ++next_waiting_) {
    fetch_ahead();
    Transport& transport = *waiting_[next_waiting_].transport;
    const rtc::Path* path = transport.connected ? transport.peer.selected_path() : nullptr;
    while (transport.queue_head != Transport::kEndOfQueue) {
      const Taker& taker = takers_[transport.queue_head];
      const Batch& batch = batches_[taker.batch];
      const std::span<IncomingPacket> rest{&packets_[batch.first + next_packet_],
                                           batch.count - next_packet_};
      if (path == nullptr) {
        drops_.add(DropReason::NotConnected, rest.size());
      } else {
        const Subscription::Sent sent = taker.subscription->send(now, rest, *path, out, drops_);
        forwarded_ += sent.written;
        if (sent.taken < rest.size()) {
          next_packet_ += sent.taken;
          return false;
        }
      }
      next_packet_ = 0;
      transport.queue_head = taker.next;
    }
    transport.queue_tail = Transport::kEndOfQueue;
  }
  waiting_.clear();
  next_waiting_ = 0;
  packet_count_ = 0;
  batch_count_ = 0;
  taker_count_ = 0;
  return true;
}

}  // namespace vv::sfu
