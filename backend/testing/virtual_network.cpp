#include "testing/virtual_network.hpp"

#include <algorithm>
#include <utility>

namespace vv::testing {

void VirtualNetwork::set_link(const rtc::TransportAddress& to, const LinkConditions& conditions) {
  links_[to].conditions = conditions;
}

void VirtualNetwork::set_uplink(const rtc::TransportAddress& from,
                                const LinkConditions& conditions) {
  uplinks_[from].conditions = conditions;
}

void VirtualNetwork::set_nat(const rtc::TransportAddress& inside,
                             const rtc::TransportAddress& outside) {
  if (const auto old = seen_as_.find(inside); old != seen_as_.end()) {
    leads_to_.erase(old->second);
    unplugged_[old->second] = true;
  }
  seen_as_[inside] = outside;
  leads_to_[outside] = inside;
}

VirtualNetwork::Link& VirtualNetwork::link_of(const rtc::TransportAddress& from,
                                              const rtc::TransportAddress& to) {
  if (const auto found = uplinks_.find(from); found != uplinks_.end()) return found->second;
  if (const auto found = links_.find(to); found != links_.end()) return found->second;
  return default_;
}

bool VirtualNetwork::loses(Link& link) {
  const LinkConditions& conditions = link.conditions;
  if (conditions.loss_permille <= 0) return false;
  if (conditions.loss_burst <= 1) return happens(conditions.loss_permille);
  // Gilbert: a run ends with 1 / burst, and begins so often that the share of losses is right.
  const double share = conditions.loss_permille / 1'000.0;
  const double ends = 1.0 / conditions.loss_burst;
  const double changes = link.is_losing ? ends : ends * share / (1 - share);
  if (static_cast<double>(random_.below(1'000'000)) < changes * 1e6) {
    link.is_losing = !link.is_losing;
  }
  return link.is_losing;
}

void VirtualNetwork::set_unplugged(const rtc::TransportAddress& address, bool unplugged) {
  unplugged_[address] = unplugged;
}

void VirtualNetwork::send(Instant now, const rtc::TransportAddress& sender,
                          const rtc::TransportAddress& receiver, Bytes bytes) {
  ++sent_;
  const auto nat = leads_to_.find(receiver);
  const rtc::TransportAddress to = nat != leads_to_.end() ? nat->second : receiver;
  Link& link = link_of(sender, to);
  const LinkConditions& conditions = link.conditions;
  const auto is_unplugged = [&](const rtc::TransportAddress& a) {
    const auto found = unplugged_.find(a);
    return found != unplugged_.end() && found->second;
  };
  if (is_unplugged(sender) || is_unplugged(receiver) || is_unplugged(to) || loses(link)) {
    ++lost_;
    return;
  }
  Instant leaves = now;
  if (conditions.bits_per_second > 0) {
    Instant& busy_until = link.busy_until;
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
  const auto outside = seen_as_.find(sender);
  const rtc::TransportAddress from = outside != seen_as_.end() ? outside->second : sender;
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
