#include "rtc/sctp/send_queue.hpp"

#include <algorithm>
#include <utility>

namespace vv::rtc::sctp {
namespace {

constexpr std::size_t kInitialWindowPieces = 10;  // RFC 6928's reasoning; browsers do the same
constexpr std::size_t kMinThresholdPieces = 4;
constexpr std::size_t kMaxWindow = 1024 * 1024;
constexpr std::uint8_t kMissingReports = 3;  // RFC 9260 §7.2.4

}  // namespace

void SendQueue::start(const Start& start) {
  // Messages may wait already; nothing has been sent before the association stands.
  next_tsn_ = (std::uint64_t{1} << 32) + start.initial_tsn;
  acknowledged_ = next_tsn_ - 1;
  peer_window_ = start.peer_window;
  max_payload_ = start.max_payload;
  may_give_up_ = start.may_give_up;
  window_ = kInitialWindowPieces * max_payload_;
  threshold_ = kMaxWindow;
}

std::uint64_t SendQueue::widen(std::uint32_t tsn) const {
  const auto step = static_cast<std::int32_t>(tsn - static_cast<std::uint32_t>(acknowledged_));
  return acknowledged_ + static_cast<std::uint64_t>(std::int64_t{step});
}

void SendQueue::push(std::uint16_t stream, OutMessage message) {
  Stream& s = streams_[stream];
  s.buffered += message.bytes.size();
  buffered_ += message.bytes.size();
  s.queue.push_back({.message = std::move(message), .id = next_message_++, .offset = 0, .ssn = 0});
  ++queued_messages_;
}

std::size_t SendQueue::buffered(std::uint16_t stream) const {
  const auto s = streams_.find(stream);
  return s == streams_.end() ? 0 : s->second.buffered;
}

bool SendQueue::has_unsent(std::uint16_t stream) const {
  const auto s = streams_.find(stream);
  return s != streams_.end() && !s->second.queue.empty();
}

void SendQueue::reset_stream(std::uint16_t stream) {
  const auto s = streams_.find(stream);
  if (s == streams_.end()) return;
  while (!s->second.queue.empty()) drop_front(s->second);
  if (current_ == stream) current_.reset();
  s->second.next_ssn = 0;
}

/// Forgets the message at the front, or what was not sent of it.
void SendQueue::drop_front(Stream& stream) {
  const Queued& front = stream.queue.front();
  const std::size_t rest = front.message.bytes.size() - front.offset;
  stream.buffered -= rest;
  buffered_ -= rest;
  stream.queue.pop_front();
  --queued_messages_;
}

void SendQueue::release(const Piece& piece) {
  buffered_ -= piece.bytes.size();
  streams_[piece.head.stream].buffered -= piece.bytes.size();
}

std::optional<DataChunk> SendQueue::next(Instant now, std::size_t room) {
  if (auto piece = next_lost(now, room)) return piece;
  if (lost_ > 0) return std::nullopt;  // no room in this packet, or in the window
  return next_new(now, room);
}

std::optional<DataChunk> SendQueue::next_lost(Instant now, std::size_t room) {
  if (lost_ == 0) return std::nullopt;
  for (std::size_t i = 0; i < outstanding_.size() && lost_ > 0; ++i) {
    Piece& piece = outstanding_[i];
    if (piece.state != State::Lost) continue;
    if (may_give_up_ && piece.expires <= now) {
      abandon(i);
      continue;
    }
    if (room < kDataHeader - 4 + piece.bytes.size()) return std::nullopt;
    if (in_flight_ > 0 && in_flight_ + piece.bytes.size() > window_) return std::nullopt;
    piece.state = State::InFlight;
    piece.missing_reports = 0;
    piece.sent_at = now;
    ++piece.times_sent;
    --lost_;
    in_flight_ += piece.bytes.size();
    update_timer(now, false);
    DataChunk chunk = piece.head;
    chunk.payload = piece.bytes;
    return chunk;
  }
  return std::nullopt;
}

/// The stream whose turn it is, one message each; the one in the middle of a message goes on.
std::map<std::uint16_t, SendQueue::Stream>::iterator SendQueue::next_stream(Instant now) {
  if (current_) return streams_.find(*current_);
  auto it = streams_.upper_bound(last_stream_);
  for (std::size_t i = 0; i <= streams_.size() && queued_messages_ > 0; ++i, ++it) {
    if (it == streams_.end()) it = streams_.begin();
    auto& queue = it->second.queue;
    while (!queue.empty() && queue.front().message.expires <= now) drop_front(it->second);
    if (!queue.empty()) return it;
  }
  return streams_.end();
}

std::optional<DataChunk> SendQueue::next_new(Instant now, std::size_t room) {
  if (queued_messages_ == 0 || outstanding_.size() >= kMaxOutstanding) return std::nullopt;
  const auto stream = next_stream(now);
  if (stream == streams_.end()) return std::nullopt;
  const Queued& front = stream->second.queue.front();
  const std::size_t size = std::min(front.message.bytes.size() - front.offset, max_payload_);
  if (room < kDataHeader - 4 + size) return std::nullopt;
  // RFC 9260 §6.1: one piece may probe a full window of the peer's, when nothing is in flight.
  if (in_flight_ > 0 && (in_flight_ + size > window_ || size > peer_window_)) return std::nullopt;
  return cut(now, stream->first, stream->second, size);
}

DataChunk SendQueue::cut(Instant now, std::uint16_t id, Stream& stream, std::size_t size) {
  Queued& front = stream.queue.front();
  const OutMessage& message = front.message;
  if (front.offset == 0 && !message.unordered) front.ssn = stream.next_ssn++;

  Piece piece;
  piece.head = {.tsn = static_cast<std::uint32_t>(next_tsn_++),
                .stream = id,
                .ssn = front.ssn,
                .ppid = message.ppid,
                .unordered = message.unordered,
                .begins = front.offset == 0,
                .ends = front.offset + size == message.bytes.size(),
                .immediate = false,
                .payload = {}};
  const auto begin = message.bytes.begin() + static_cast<std::ptrdiff_t>(front.offset);
  piece.bytes.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
  piece.message = front.id;
  piece.max_retransmits = message.max_retransmits;
  piece.expires = message.expires;
  piece.sent_at = now;
  piece.times_sent = 1;
  front.offset += size;
  if (piece.head.ends) {
    stream.queue.pop_front();
    --queued_messages_;
    current_.reset();
    last_stream_ = id;
  } else {
    current_ = id;
  }
  in_flight_ += size;
  peer_window_ -= std::min(peer_window_, size);
  outstanding_.push_back(std::move(piece));
  update_timer(now, false);
  DataChunk chunk = outstanding_.back().head;
  chunk.payload = outstanding_.back().bytes;
  return chunk;
}

void SendQueue::on_sack(Instant now, const SackChunk& sack) {
  const std::uint64_t cumulative = widen(sack.cumulative_tsn);
  if (cumulative < acknowledged_ || cumulative >= next_tsn_) return;  // old, or of nothing we sent
  silent_timeouts_ = 0;
  const bool advanced = cumulative > acknowledged_;
  const std::size_t in_flight_before = in_flight_;
  std::size_t acknowledged = acknowledge_to(now, cumulative);
  std::size_t highest_new = 0;
  acknowledged += apply_gaps(sack, highest_new);

  if (recovery_end_ && acknowledged_ >= *recovery_end_) recovery_end_.reset();
  bool has_loss = false;
  for (std::size_t i = 0; i < highest_new; ++i) {
    Piece& piece = outstanding_[i];
    if (piece.state != State::InFlight || ++piece.missing_reports < kMissingReports) continue;
    on_lost(now, i);
    has_loss = true;
  }
  if (has_loss && !recovery_end_) {
    enter_fast_recovery();
  } else if (advanced && !recovery_end_) {
    grow_window(acknowledged, in_flight_before);
  }
  peer_window_ = sack.receiver_window > in_flight_ ? sack.receiver_window - in_flight_ : 0;
  if (abandoned_prefix() > 0) forward_due_ = true;
  update_timer(now, advanced);
}

/// Forgets what the cumulative TSN covers; how many bytes of it were news.
std::size_t SendQueue::acknowledge_to(Instant now, std::uint64_t cumulative) {
  std::size_t bytes = 0;
  while (acknowledged_ < cumulative && !outstanding_.empty()) {
    const Piece& piece = outstanding_.front();
    if (piece.state == State::InFlight) {
      in_flight_ -= piece.bytes.size();
      // Karn's rule: a repeated one does not tell which copy this answers.
      if (piece.times_sent == 1) timer_.on_round_trip(now - piece.sent_at);
    }
    if (piece.state == State::Lost) --lost_;
    if (piece.state != State::Acknowledged) bytes += piece.bytes.size();
    if (piece.state != State::Abandoned) release(piece);
    outstanding_.pop_front();
    ++acknowledged_;
  }
  acknowledged_ = cumulative;
  return bytes;
}

void SendQueue::unacknowledge(Piece& piece) {
  if (piece.state != State::Acknowledged) return;
  // RFC 9260 §6.2.1: a receiver may take back what it acknowledged beyond the cumulative TSN.
  piece.state = State::InFlight;
  in_flight_ += piece.bytes.size();
}

/// Marks what the gap blocks cover; how many bytes of it were news, and one past the last such
/// piece.
std::size_t SendQueue::apply_gaps(const SackChunk& sack, std::size_t& highest_new) {
  std::size_t bytes = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < sack.gaps(); ++i) {
    const GapBlock gap = sack.gap(i);
    // Blocks ascend and do not touch, so that one pass over the pieces is all it takes.
    if (gap.first == 0 || gap.last < gap.first || gap.first - 1U < at) break;
    const std::size_t first = std::min<std::size_t>(gap.first - 1U, outstanding_.size());
    const std::size_t end = std::min<std::size_t>(gap.last, outstanding_.size());
    for (; at < first; ++at) unacknowledge(outstanding_[at]);
    for (; at < end; ++at) {
      Piece& piece = outstanding_[at];
      if (piece.state == State::Acknowledged || piece.state == State::Abandoned) continue;
      if (piece.state == State::InFlight) in_flight_ -= piece.bytes.size();
      if (piece.state == State::Lost) --lost_;
      piece.state = State::Acknowledged;
      bytes += piece.bytes.size();
      highest_new = at + 1;
    }
  }
  for (; at < outstanding_.size(); ++at) unacknowledge(outstanding_[at]);
  return bytes;
}

void SendQueue::on_lost(Instant now, std::size_t index) {
  Piece& piece = outstanding_[index];
  if (piece.state != State::InFlight) return;
  in_flight_ -= piece.bytes.size();
  piece.state = State::Lost;
  piece.missing_reports = 0;
  ++lost_;
  const bool is_spent = piece.max_retransmits && piece.times_sent > *piece.max_retransmits;
  if (may_give_up_ && (is_spent || piece.expires <= now)) abandon(index);
}

/// Gives up the message that a piece belongs to (RFC 3758 §3.5 A).
void SendQueue::abandon(std::size_t index) {
  const std::uint64_t message = outstanding_[index].message;
  const std::uint16_t stream = outstanding_[index].head.stream;
  std::size_t first = index;
  while (first > 0 && outstanding_[first - 1].message == message) --first;
  for (std::size_t i = first; i < outstanding_.size() && outstanding_[i].message == message; ++i) {
    Piece& piece = outstanding_[i];
    if (piece.state == State::Acknowledged || piece.state == State::Abandoned) continue;
    if (piece.state == State::InFlight) in_flight_ -= piece.bytes.size();
    if (piece.state == State::Lost) --lost_;
    release(piece);
    piece.bytes = {};
    piece.state = State::Abandoned;
  }
  Stream& s = streams_[stream];
  if (!s.queue.empty() && s.queue.front().id == message) {
    drop_front(s);
    if (current_ == stream) current_.reset();
  }
  forward_due_ = true;
}

void SendQueue::grow_window(std::size_t acknowledged, std::size_t in_flight_before) {
  if (in_flight_before + max_payload_ < window_) {  // it was not the window that held us back
    partial_acknowledged_ = 0;
    return;
  }
  if (window_ <= threshold_) {
    window_ += std::min(acknowledged, max_payload_);
  } else {
    partial_acknowledged_ += acknowledged;
    if (partial_acknowledged_ >= window_) {
      partial_acknowledged_ -= window_;
      window_ += max_payload_;
    }
  }
  window_ = std::min(window_, kMaxWindow);
}

void SendQueue::enter_fast_recovery() {
  threshold_ = std::max(window_ / 2, kMinThresholdPieces * max_payload_);
  window_ = threshold_;
  partial_acknowledged_ = 0;
  recovery_end_ = next_tsn_ - 1;
}

/// How many pieces at the front are given up: what FORWARD TSN may skip.
std::size_t SendQueue::abandoned_prefix() const {
  std::size_t count = 0;
  while (count < outstanding_.size() && outstanding_[count].state == State::Abandoned) ++count;
  return count;
}

std::size_t SendQueue::take_forward_tsn(Instant now, MutableBytes out) {
  if (!forward_due_) return 0;
  const std::size_t prefix = abandoned_prefix();
  if (prefix == 0) {
    forward_due_ = false;
    return 0;
  }
  std::map<std::uint16_t, std::uint16_t> skipped;
  for (std::size_t i = 0; i < prefix; ++i) {
    const DataChunk& head = outstanding_[i].head;
    if (!head.unordered) skipped[head.stream] = head.ssn;
  }
  if (out.size() < 4) return 0;
  ByteWriter writer{out};
  writer.u32(static_cast<std::uint32_t>(acknowledged_ + prefix));
  for (const auto& [stream, ssn] : skipped) {
    if (writer.remaining() < 4) break;
    writer.u16(stream);
    writer.u16(ssn);
  }
  forward_due_ = false;
  update_timer(now, false);
  return writer.size();
}

void SendQueue::update_timer(Instant now, bool restart) {
  const bool is_waiting = in_flight_ > 0 || lost_ > 0 || abandoned_prefix() > 0;
  if (!is_waiting) {
    timer_.stop();
  } else if (restart || !timer_.is_running()) {
    timer_.start(now);
  }
}

void SendQueue::handle_timeout(Instant now) {
  if (!timer_.is_due(now)) return;
  ++silent_timeouts_;
  timer_.back_off();
  threshold_ = std::max(window_ / 2, kMinThresholdPieces * max_payload_);
  window_ = max_payload_;
  partial_acknowledged_ = 0;
  recovery_end_.reset();
  for (std::size_t i = 0; i < outstanding_.size(); ++i) on_lost(now, i);
  if (abandoned_prefix() > 0) forward_due_ = true;
  timer_.stop();
  update_timer(now, true);
}

}  // namespace vv::rtc::sctp
