#include "rtc/sctp/receive_queue.hpp"

#include <algorithm>
#include <utility>

#include "rtc/sctp/association.hpp"

namespace vv::rtc::sctp {

void ReceiveQueue::start(std::uint32_t initial_tsn) {
  *this = ReceiveQueue{};
  cumulative_ = (std::uint64_t{1} << 32) + initial_tsn - 1;
}

std::uint64_t ReceiveQueue::widen(std::uint32_t tsn) const {
  const auto step = static_cast<std::int32_t>(tsn - static_cast<std::uint32_t>(cumulative_));
  return cumulative_ + static_cast<std::uint64_t>(std::int64_t{step});
}

bool ReceiveQueue::has_reached(std::uint32_t tsn) const { return widen(tsn) <= cumulative_; }

std::uint32_t ReceiveQueue::window() const {
  const std::size_t held = std::min(waiting_cost_ + partial_bytes_.size(), kMaxBytes);
  return static_cast<std::uint32_t>(kMaxBytes - held);
}

bool ReceiveQueue::is_its_turn(const DataChunk& chunk) const {
  if (!chunk.begins || !chunk.ends) return false;
  if (chunk.unordered) return true;
  const auto next = next_ssn_.find(chunk.stream);
  return chunk.ssn == (next == next_ssn_.end() ? 0 : next->second);
}

void ReceiveQueue::deliver(const DataChunk& head, ByteVector bytes) {
  if (head.stream >= kMaxStreams) return;  // more than we said we take
  if (!head.unordered) next_ssn_[head.stream] = static_cast<std::uint16_t>(head.ssn + 1);
  messages_.push_back({head.stream, head.ppid, std::move(bytes)});
}

/// The next chunk in TSN order. False when its message grows too big.
bool ReceiveQueue::append(const DataChunk& head, Bytes payload) {
  if (head.begins) {
    has_partial_ = true;
    partial_ = head;
    partial_bytes_.clear();
  } else if (!has_partial_ || partial_.stream != head.stream ||
             partial_.unordered != head.unordered) {
    has_partial_ = false;  // the rest of something whose beginning was given up
    partial_bytes_ = {};
    return true;
  }
  if (partial_bytes_.size() + payload.size() > kMaxMessageIn) {
    has_partial_ = false;
    return false;
  }
  partial_bytes_.insert(partial_bytes_.end(), payload.begin(), payload.end());
  if (head.ends) {
    has_partial_ = false;
    deliver(partial_, std::exchange(partial_bytes_, {}));
  }
  return true;
}

void ReceiveQueue::forget(std::map<std::uint64_t, Waiting>::iterator it) {
  waiting_cost_ -= std::max(it->second.bytes.size(), kChunkCost);
  waiting_.erase(it);
}

/// Takes what has become contiguous. False when a message grows too big.
bool ReceiveQueue::advance() {
  while (!waiting_.empty() && waiting_.begin()->first == cumulative_ + 1) {
    const auto it = waiting_.begin();
    ++cumulative_;
    const bool fits = it->second.is_delivered || append(it->second.head, it->second.bytes);
    forget(it);
    if (!fits) return false;
  }
  return true;
}

ReceiveQueue::Outcome ReceiveQueue::receive(const DataChunk& chunk) {
  const std::uint64_t tsn = widen(chunk.tsn);
  if (tsn <= cumulative_) return Outcome::Duplicate;
  if (chunk.payload.size() > kMaxMessageIn) return Outcome::TooBig;
  DataChunk head = chunk;
  head.payload = {};
  if (tsn == cumulative_ + 1) {
    cumulative_ = tsn;
    return append(head, chunk.payload) && advance() ? Outcome::Accepted : Outcome::TooBig;
  }
  if (waiting_.contains(tsn)) return Outcome::Duplicate;
  constexpr std::uint64_t kMaxAhead = 0xFFFF;  // gap blocks count in 16 bits
  const std::size_t cost = std::max(chunk.payload.size(), kChunkCost);
  if (tsn - cumulative_ > kMaxAhead || waiting_.size() >= kMaxChunks ||
      waiting_cost_ + cost > kMaxBytes) {
    return Outcome::NoRoom;
  }
  Waiting waiting{.head = head, .bytes = {}, .is_delivered = is_its_turn(head)};
  ByteVector bytes{chunk.payload.begin(), chunk.payload.end()};
  if (waiting.is_delivered) {
    deliver(head, std::move(bytes));
  } else {
    waiting.bytes = std::move(bytes);
  }
  waiting_cost_ += std::max(waiting.bytes.size(), kChunkCost);
  waiting_.emplace(tsn, std::move(waiting));
  return Outcome::Accepted;
}

void ReceiveQueue::forward(const ForwardTsnChunk& chunk) {
  const std::uint64_t target = widen(chunk.cumulative_tsn);
  if (target <= cumulative_) return;
  // Whole messages among what was given up still count; a hole breaks the one in the making.
  while (!waiting_.empty() && waiting_.begin()->first <= target) {
    const auto it = waiting_.begin();
    if (it->first != cumulative_ + 1) has_partial_ = false;
    cumulative_ = it->first;
    if (!it->second.is_delivered) static_cast<void>(append(it->second.head, it->second.bytes));
    forget(it);
  }
  if (cumulative_ != target) has_partial_ = false;
  if (!has_partial_) partial_bytes_ = {};
  cumulative_ = target;
  for (std::size_t i = 0; i < chunk.streams(); ++i) {
    const SkippedStream skipped = chunk.stream(i);
    if (skipped.stream >= kMaxStreams) continue;
    std::uint16_t& next = next_ssn_[skipped.stream];
    const auto ahead =
        static_cast<std::int16_t>(static_cast<std::uint16_t>(skipped.ssn + 1 - next));
    if (ahead > 0) next = static_cast<std::uint16_t>(skipped.ssn + 1);
  }
  static_cast<void>(advance());
}

void ReceiveQueue::reset_stream(std::uint16_t stream) { next_ssn_.erase(stream); }

std::optional<InMessage> ReceiveQueue::poll() {
  if (messages_.empty()) return std::nullopt;
  InMessage message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

std::size_t ReceiveQueue::gaps(std::array<GapBlock, kMaxGaps>& out) const {
  std::size_t count = 0;
  std::uint64_t last = 0;
  for (const auto& [tsn, waiting] : waiting_) {
    const auto offset = static_cast<std::uint16_t>(tsn - cumulative_);
    if (count > 0 && tsn == last + 1) {
      out[count - 1].last = offset;
    } else {
      if (count == kMaxGaps) break;
      out[count++] = {offset, offset};
    }
    last = tsn;
  }
  return count;
}

}  // namespace vv::rtc::sctp
