#include "push/push_queue.hpp"

#include <algorithm>
#include <utility>

namespace vv::push {
namespace {

PushQueue::Outcome outcome_of(const PushQueue::Answer& answer) {
  using enum PushQueue::Outcome;
  if (!answer.status) return Again;
  const int status = *answer.status;
  if (status >= 200 && status < 300) return Taken;
  if (status == 404 || status == 410) return Gone;  // RFC 8030 §7.3
  const bool may_change = status >= 500 || status == 408 || status == 429;
  return may_change ? Again : Refused;
}

}  // namespace

Instant PushQueue::due_of(const Item& item) const {
  const auto asked = patience_.find(item.order.endpoint.host);
  return asked == patience_.end() ? item.not_before : std::max(item.not_before, asked->second);
}

bool PushQueue::push(Instant now, Order order) {
  std::erase_if(waiting_, [&order](const Item& item) { return are_same(item.order, order); });
  if (waiting_.size() >= kMaxWaiting) {
    std::erase_if(waiting_, [now](const Item& item) { return item.order.until <= now; });
    if (waiting_.size() >= kMaxWaiting) return false;
  }
  waiting_.push_back({.order = std::move(order), .not_before = now});
  return true;
}

std::optional<PushQueue::Delivery> PushQueue::next(Instant now) {
  std::erase_if(patience_, [now](const auto& entry) { return entry.second <= now; });
  std::erase_if(waiting_, [now](const Item& item) { return item.order.until <= now; });
  if (in_flight_.size() >= kMaxInFlight) return std::nullopt;
  const auto found =
      std::ranges::find_if(waiting_, [this, now](const Item& item) { return due_of(item) <= now; });
  if (found == waiting_.end()) return std::nullopt;
  const std::uint64_t number = ++last_number_;
  Delivery delivery{.number = number, .order = found->order};
  in_flight_.emplace(number, std::move(*found));
  waiting_.erase(found);
  return delivery;
}

PushQueue::Outcome PushQueue::done(Instant now, std::uint64_t number, const Answer& answer) {
  const auto found = in_flight_.find(number);
  if (found == in_flight_.end()) return Outcome::Late;
  Item item = std::move(found->second);
  in_flight_.erase(found);
  const Outcome outcome = outcome_of(answer);
  if (outcome != Outcome::Again) return outcome;
  if (answer.retry_after) {
    Instant& patience = patience_[item.order.endpoint.host];
    patience = std::max(patience, now + *answer.retry_after);
  }
  item.not_before = now + item.pause;
  item.pause = std::min(item.pause * 2, kLongestPause);
  const bool is_replaced = std::ranges::any_of(
      waiting_, [&item](const Item& other) { return are_same(other.order, item.order); });
  if (is_replaced || due_of(item) >= item.order.until) return Outcome::Late;
  waiting_.push_back(std::move(item));
  return Outcome::Again;
}

Instant PushQueue::next_due() const {
  Instant due = Instant::never();
  if (in_flight_.size() >= kMaxInFlight) return due;
  for (const Item& item : waiting_) due = std::min(due, due_of(item));
  return due;
}

}  // namespace vv::push
