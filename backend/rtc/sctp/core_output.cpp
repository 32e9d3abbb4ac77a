#include <algorithm>
#include <array>

#include "rtc/sctp/core.hpp"

namespace vv::rtc::sctp {
namespace {

constexpr unsigned kMaxHandshakeAttempts = 10;
constexpr unsigned kMaxSilentTimeouts = 10;  // RFC 9260 §16: Association.Max.Retrans

}  // namespace

/// The body of INIT (no cookie) or INIT ACK. The cookie is what COOKIE ECHO must bring back: all
/// that we need to know of the peer then, so that an INIT alone costs no state.
ByteVector SctpAssociation::Core::init_body(bool with_cookie, const Peer& peer) const {
  ByteVector body(64);
  ByteWriter out{body};
  out.u32(own_tag_);
  out.u32(static_cast<std::uint32_t>(ReceiveQueue::kMaxBytes));
  out.u16(static_cast<std::uint16_t>(kMaxStreams));
  out.u16(static_cast<std::uint16_t>(kMaxStreams));
  out.u32(own_initial_tsn_);
  if (with_cookie) {
    out.u16(7);
    out.u16(4 + 28);
    out.u64(cookie_key_);
    out.u32(peer.tag);
    out.u32(peer.initial_tsn);
    out.u32(peer.window);
    out.u16(peer.streams);
    out.u8(static_cast<std::uint8_t>((peer.forward_tsn ? 1 : 0) | (peer.reconfig ? 2 : 0)));
    out.zeros(5);
  }
  out.u16(0xC000);  // FORWARD TSN supported (RFC 3758 §3.1)
  out.u16(4);
  out.u16(0x8008);  // supported extensions (RFC 5061 §4.2.7)
  out.u16(4 + 2);
  out.u8(static_cast<std::uint8_t>(ChunkType::ReConfig));
  out.u8(static_cast<std::uint8_t>(ChunkType::ForwardTsn));
  body.resize(out.size());
  return body;
}

/// INIT, INIT ACK and ABORT travel alone and under tags of their own.
std::size_t SctpAssociation::Core::write_own_packet(MutableBytes out) {
  PacketWriter packet{out};
  if (abort_due_) {
    abort_due_ = false;
    packet.begin(options_.local_port, options_.remote_port, peer_.tag);
    packet.chunk(ChunkType::Abort, 0, {});
    return packet.finish();
  }
  if (init_ack_due_) {
    packet.begin(options_.local_port, options_.remote_port, init_ack_due_->tag);
    packet.chunk(ChunkType::InitAck, 0, init_body(true, *init_ack_due_));
    init_ack_due_.reset();
    return packet.finish();
  }
  if (init_due_) {
    init_due_ = false;
    packet.begin(options_.local_port, options_.remote_port, 0);
    packet.chunk(ChunkType::Init, 0, init_body(false, {}));
    return packet.finish();
  }
  return 0;
}

std::optional<std::size_t> SctpAssociation::Core::poll_packet(Instant now, MutableBytes out) {
  latest_ = now;
  if (out.size() < options_.max_packet) return std::nullopt;
  out = out.first(options_.max_packet);
  if (const std::size_t size = write_own_packet(out); size != 0) return size;
  if (state_ == State::Ended || state_ == State::Idle || state_ == State::CookieWait) {
    return std::nullopt;
  }
  PacketWriter packet{out};
  packet.begin(options_.local_port, options_.remote_port, peer_.tag);
  write_control(now, packet);
  if (state_ == State::Established) {
    while (const auto piece = out_.next(now, packet.room())) packet.data(*piece);
  }
  if (packet.is_empty()) return std::nullopt;
  return packet.finish();
}

void SctpAssociation::Core::write_control(Instant now, PacketWriter& packet) {
  if (cookie_echo_due_) {
    cookie_echo_due_ = false;
    packet.chunk(ChunkType::CookieEcho, 0, cookie_);
  }
  if (cookie_ack_due_) {
    cookie_ack_due_ = false;
    packet.chunk(ChunkType::CookieAck, 0, {});
  }
  if (shutdown_ack_due_) {
    shutdown_ack_due_ = false;
    packet.chunk(ChunkType::ShutdownAck, 0, {});
  }
  if (state_ != State::Established) return;
  if (!heartbeat_.empty()) {
    packet.chunk(ChunkType::HeartbeatAck, 0, heartbeat_);
    heartbeat_ = {};
  }
  if (sack_due_) write_sack(packet);
  std::array<std::uint8_t, 256> forward{};
  if (const std::size_t size = out_.take_forward_tsn(now, forward); size != 0) {
    packet.chunk(ChunkType::ForwardTsn, 0, Bytes{forward}.first(size));
  }
  write_resets(now, packet);
}

void SctpAssociation::Core::write_sack(PacketWriter& packet) {
  std::array<GapBlock, ReceiveQueue::kMaxGaps> gaps{};
  const std::size_t count = in_.gaps(gaps);
  std::array<std::uint8_t, 12 + 4 * ReceiveQueue::kMaxGaps + 4 * 16> body{};
  ByteWriter out{body};
  out.u32(in_.cumulative_tsn());
  out.u32(in_.window());
  out.u16(static_cast<std::uint16_t>(count));
  out.u16(static_cast<std::uint16_t>(duplicates_.size()));
  for (std::size_t i = 0; i < count; ++i) {
    out.u16(gaps[i].first);
    out.u16(gaps[i].last);
  }
  for (const std::uint32_t tsn : duplicates_) out.u32(tsn);
  if (!packet.chunk(ChunkType::Sack, 0, out.written())) return;
  sack_due_ = false;
  sack_at_ = Instant::never();
  unacknowledged_packets_ = 0;
  duplicates_.clear();
}

/// RE-CONFIG: the response we owe, then our own request (RFC 6525 §4).
void SctpAssociation::Core::write_resets(Instant now, PacketWriter& packet) {
  if (reset_response_due_) {
    std::array<std::uint8_t, 12> body{};
    ByteWriter out{body};
    out.u16(kResetResponse);
    out.u16(12);
    out.u32(reset_response_due_->sequence);
    out.u32(static_cast<std::uint32_t>(reset_response_due_->result));
    if (packet.chunk(ChunkType::ReConfig, 0, out.written())) reset_response_due_.reset();
  }
  if (!peer_.reconfig) return;
  if (reset_in_flight_.empty()) {
    reset_in_flight_ = streams_to_reset();
    if (reset_in_flight_.empty()) return;
    reset_last_tsn_ = out_.last_assigned_tsn();
    reset_due_ = true;
  }
  if (!reset_due_) return;
  ByteVector body(16 + 2 * reset_in_flight_.size());
  ByteWriter out{body};
  out.u16(kOutgoingReset);
  out.u16(static_cast<std::uint16_t>(body.size()));
  out.u32(next_reset_sequence_);
  out.u32(peer_reset_sequence_ - 1);
  out.u32(reset_last_tsn_);
  for (const std::uint16_t stream : reset_in_flight_) out.u16(stream);
  if (!packet.chunk(ChunkType::ReConfig, 0, body)) return;
  reset_due_ = false;
  reset_timer_.start(now);
}

Instant SctpAssociation::Core::next_timeout() const {
  if (state_ == State::Ended) return Instant::never();
  return std::min(
      {handshake_timer_.deadline(), out_.next_timeout(), sack_at_, reset_timer_.deadline()});
}

void SctpAssociation::Core::handle_timeout(Instant now) {
  latest_ = now;
  if (state_ == State::Ended) return;
  if (handshake_timer_.is_due(now)) {
    if (++handshake_attempts_ >= kMaxHandshakeAttempts) return end("the peer does not answer");
    handshake_timer_.back_off();
    handshake_timer_.start(now);
    if (state_ == State::CookieWait) init_due_ = true;
    if (state_ == State::CookieEchoed) cookie_echo_due_ = true;
  }
  if (now >= sack_at_) {
    sack_due_ = true;
    sack_at_ = Instant::never();
  }
  if (reset_timer_.is_due(now)) {
    reset_timer_.stop();
    reset_timer_.back_off();
    reset_due_ = true;
  }
  out_.handle_timeout(now);
  if (out_.silent_timeouts() >= kMaxSilentTimeouts) {
    abort_due_ = true;
    end("the peer does not answer");
  }
}

}  // namespace vv::rtc::sctp
