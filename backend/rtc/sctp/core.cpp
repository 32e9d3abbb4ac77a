#include "rtc/sctp/core.hpp"

#include <algorithm>
#include <utility>

namespace vv::rtc::sctp {
namespace {

constexpr std::size_t kCookieSize = 28;
constexpr std::size_t kMaxCookie = 1'024;
constexpr std::size_t kMaxHeartbeat = 512;
constexpr std::size_t kMaxDuplicates = 16;  // reported at once
// RFC 9260 §6.2 allows 500 ms; a data channel's answers should not wait for it.
constexpr Duration kSackDelay = milliseconds(20);

}  // namespace

SctpAssociation::Core::Core(const Options& options) : options_(options) {
  Random& random = *options_.random;
  while (own_tag_ == 0) own_tag_ = random.u32();
  own_initial_tsn_ = random.u32();
  cookie_key_ = random.u64();
  next_reset_sequence_ = own_initial_tsn_;
}

void SctpAssociation::Core::connect(Instant now) {
  latest_ = now;
  if (state_ != State::Idle) return;
  state_ = State::CookieWait;
  init_due_ = true;
  handshake_timer_.start(now);
}

void SctpAssociation::Core::handle_packet(Instant now, Bytes bytes) {
  latest_ = now;
  if (state_ == State::Ended) return;
  const auto packet = parse_packet(bytes);
  if (!packet || packet->destination_port != options_.local_port ||
      packet->source_port != options_.remote_port) {
    return;
  }
  ChunkWalker chunks{packet->chunks};
  const auto first = chunks.next();
  if (!first) return;
  if (first->type == ChunkType::Init) {
    // RFC 9260 §8.5.1: alone in its packet, and the tag is zero.
    if (packet->verification_tag == 0 && !chunks.next()) on_init(*first);
    return;
  }
  // An ABORT may carry the tag of its sender's peer (§8.5.1 B); to us that is still ours or theirs.
  const bool is_reflected = first->type == ChunkType::Abort && (first->flags & 1) != 0 &&
                            packet->verification_tag == peer_.tag && peer_.tag != 0;
  if (packet->verification_tag != own_tag_ && !is_reflected) return;

  bool has_data = false;
  for (auto chunk = first; chunk && state_ != State::Ended; chunk = chunks.next()) {
    has_data = has_data || chunk->type == ChunkType::Data;
    handle_chunk(now, *chunk);
  }
  if (has_data && state_ == State::Established) on_received(now);
}

void SctpAssociation::Core::handle_chunk(Instant now, const Chunk& chunk) {
  switch (chunk.type) {
    case ChunkType::InitAck:
      return on_init_ack(now, chunk);
    case ChunkType::CookieEcho:
      return on_cookie_echo(chunk);
    case ChunkType::CookieAck:
      return on_cookie_ack();
    case ChunkType::Abort:
      return end("the peer aborted");
    case ChunkType::Shutdown:
      return on_shutdown();
    case ChunkType::ShutdownComplete:
      return end("the peer shut down");
    default:
      break;
  }
  if (state_ != State::Established) return;
  switch (chunk.type) {
    case ChunkType::Data:
      return on_data(chunk);
    case ChunkType::Sack:
      if (const auto sack = parse_sack(chunk)) out_.on_sack(now, *sack);
      return;
    case ChunkType::ForwardTsn:
      return on_forward_tsn(chunk);
    case ChunkType::ReConfig:
      return on_reconfig(chunk);
    case ChunkType::Heartbeat:
      return on_heartbeat(chunk);
    default:
      return;  // unknown ones are skipped; nobody has ever needed to be told
  }
}

SctpAssociation::Core::Peer SctpAssociation::Core::peer_of(const InitChunk& init) {
  return {.tag = init.initiate_tag,
          .initial_tsn = init.initial_tsn,
          .window = init.receiver_window,
          .streams =
              static_cast<std::uint16_t>(std::min<std::size_t>(init.inbound_streams, kMaxStreams)),
          .forward_tsn = init.forward_tsn,
          .reconfig = init.reconfig};
}

/// Answers with our own tag and TSN whatever our state (§5.2.1: a collision of two INITs then ends
/// in one association), unless a stranger wants to start over what stands.
void SctpAssociation::Core::on_init(const Chunk& chunk) {
  const auto init = parse_init(chunk);
  if (!init) return;
  const Peer peer = peer_of(*init);
  if (state_ == State::Established && peer.tag != peer_.tag) return;
  init_ack_due_ = peer;
}

void SctpAssociation::Core::on_init_ack(Instant now, const Chunk& chunk) {
  if (state_ != State::CookieWait) return;
  const auto init = parse_init(chunk);
  if (!init || init->cookie.empty() || init->cookie.size() > kMaxCookie) return;
  adopt(peer_of(*init));
  cookie_.assign(init->cookie.begin(), init->cookie.end());
  state_ = State::CookieEchoed;
  init_due_ = false;
  cookie_echo_due_ = true;
  handshake_attempts_ = 0;
  handshake_timer_.start(now);
}

/// §5.2.4, cases B and D: the cookie names our tag, so it is of this association.
void SctpAssociation::Core::on_cookie_echo(const Chunk& chunk) {
  if (chunk.body.size() != kCookieSize || state_ == State::ShuttingDown) return;
  ByteReader reader{chunk.body};
  const std::uint64_t key = reader.u64();
  Peer peer;
  peer.tag = reader.u32();
  peer.initial_tsn = reader.u32();
  peer.window = reader.u32();
  peer.streams = reader.u16();
  const std::uint8_t features = reader.u8();
  peer.forward_tsn = (features & 1) != 0;
  peer.reconfig = (features & 2) != 0;
  if (key != cookie_key_) return;
  if (state_ == State::Established) {
    if (peer.tag == peer_.tag) cookie_ack_due_ = true;
    return;
  }
  if (state_ != State::CookieEchoed || !(peer == peer_)) adopt(peer);
  cookie_ack_due_ = true;
  establish();
}

void SctpAssociation::Core::on_cookie_ack() {
  if (state_ == State::CookieEchoed) establish();
}

void SctpAssociation::Core::adopt(const Peer& peer) {
  peer_ = peer;
  in_.start(peer.initial_tsn);
  out_.start({.initial_tsn = own_initial_tsn_,
              .peer_window = peer.window,
              .max_payload = (options_.max_packet - kCommonHeader - kDataHeader) & ~std::size_t{3},
              .may_give_up = peer.forward_tsn});
  peer_reset_sequence_ = peer.initial_tsn;
}

void SctpAssociation::Core::establish() {
  state_ = State::Established;
  init_due_ = false;
  cookie_echo_due_ = false;
  cookie_ = {};
  handshake_timer_.stop();
}

void SctpAssociation::Core::on_data(const Chunk& chunk) {
  const auto data = parse_data(chunk);
  if (!data) {  // §6.2: a piece without user data ends the association
    abort_due_ = true;
    return end("a message piece was empty");
  }
  switch (in_.receive(*data)) {
    case ReceiveQueue::Outcome::TooBig:
      abort_due_ = true;
      return end("a message was too big");
    case ReceiveQueue::Outcome::Duplicate:
      if (duplicates_.size() < kMaxDuplicates) duplicates_.push_back(data->tsn);
      sack_due_ = true;
      break;
    case ReceiveQueue::Outcome::NoRoom:
      sack_due_ = true;
      break;
    case ReceiveQueue::Outcome::Accepted:
      break;
  }
  if (data->immediate) sack_due_ = true;
  while (auto message = in_.poll()) on_message(std::move(*message));
}

/// A packet with data is through: acknowledge every second one, and every one while there are gaps.
void SctpAssociation::Core::on_received(Instant now) {
  ++unacknowledged_packets_;
  if (in_.has_gaps() || unacknowledged_packets_ >= 2) sack_due_ = true;
  if (!sack_due_ && sack_at_.is_never()) sack_at_ = now + kSackDelay;
}

void SctpAssociation::Core::on_forward_tsn(const Chunk& chunk) {
  const auto forward = parse_forward_tsn(chunk);
  if (!forward) return;
  in_.forward(*forward);
  while (auto message = in_.poll()) on_message(std::move(*message));
  sack_due_ = true;
}

void SctpAssociation::Core::on_heartbeat(const Chunk& chunk) {
  if (chunk.body.size() > kMaxHeartbeat) return;
  heartbeat_.assign(chunk.body.begin(), chunk.body.end());
}

void SctpAssociation::Core::on_shutdown() {
  if (state_ != State::Established && state_ != State::ShuttingDown) return;
  shutdown_ack_due_ = true;
  if (state_ == State::ShuttingDown) return;
  state_ = State::ShuttingDown;
  events_.emplace_back(Closed{"the peer shut down"});
}

void SctpAssociation::Core::end(std::string_view reason) {
  if (state_ == State::Ended) return;
  const bool was_told = state_ == State::ShuttingDown;
  state_ = State::Ended;
  handshake_timer_.stop();
  reset_timer_.stop();
  sack_at_ = Instant::never();
  in_ = ReceiveQueue{};
  out_ = SendQueue{};
  channels_.clear();
  if (!was_told) events_.emplace_back(Closed{reason});
}

void SctpAssociation::Core::abort() {
  if (peer_.tag != 0) abort_due_ = true;
  end("ended by us");
}

std::optional<Event> SctpAssociation::Core::poll_event() {
  if (events_.empty()) return std::nullopt;
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

}  // namespace vv::rtc::sctp
