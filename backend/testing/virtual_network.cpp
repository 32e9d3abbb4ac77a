#include "testing/virtual_network.hpp"

#include <algorithm>
#include <utility>

namespace vv::testing {

void VirtualNetwork::set_link(const rtc::TransportAddress& to, const LinkConditions& conditions) {
  links_[to].conditions = conditions;
}

void VirtualNetwork::set_unplugged(const rtc::TransportAddress& address, bool unplugged) {
  unplugged_[address] = unplugged;
}

void VirtualNetwork::send(Instant now, const rtc::TransportAddress& from,
                          const rtc::TransportAddress& to, Bytes bytes) {
  ++sent_;
  const auto link = links_.find(to);
  const LinkConditions& conditions = link != links_.end() ? link->second.conditions : default_;
  const auto is_unplugged = [&](const rtc::TransportAddress& a) {
    const auto found = unplugged_.find(a);
    return found != unplugged_.end() && found->second;
  };
  if (is_unplugged(from) || is_unplugged(to) || happens(conditions.loss_permille)) {
    ++lost_;
    return;
  }
  Instant leaves = now;
  if (conditions.bits_per_second > 0 && link != links_.end()) {
    Instant& busy_until = link->second.busy_until;
    const std::int64_t rate = conditions.bits_per_second;
    const Instant starts = std::max(now, busy_until);
    const std::int64_t waiting_bits = (starts - now).as_micros() * rate / 1'000'000;
    if (waiting_bits / 8 > static_cast<std::int64_t>(conditions.queue_bytes)) {
      ++lost_;
      return;
    }
    busy_until = starts + microseconds(static_cast<std::int64_t>(bytes.size()) * 8'000'000 / rate);
    leaves = busy_until;
  }
  const bool twice = happens(conditions.duplicate_permille);
  Delivery delivery{from, to, ByteVector{bytes.begin(), bytes.end()}};
  if (twice) launch(leaves, conditions, delivery);
  launch(leaves, conditions, std::move(delivery));
}

void VirtualNetwork::launch(Instant leaves, const LinkConditions& conditions, Delivery delivery) {
  Duration travel = conditions.delay;
  if (conditions.jitter > Duration{}) {
    travel += nanoseconds(static_cast<std::int64_t>(
        random_.below(static_cast<std::uint64_t>(conditions.jitter.as_nanos()))));
  }
  in_flight_.push({leaves + travel, order_++, std::move(delivery)});
}

Instant VirtualNetwork::next_arrival() const {
  return in_flight_.empty() ? Instant::never() : in_flight_.top().arrival;
}

std::optional<Delivery> VirtualNetwork::poll(Instant now) {
  if (in_flight_.empty() || in_flight_.top().arrival > now) return std::nullopt;
  Delivery delivery = in_flight_.top().delivery;
  in_flight_.pop();
  return delivery;
}

}  // namespace vv::testing
