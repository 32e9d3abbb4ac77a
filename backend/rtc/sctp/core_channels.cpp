#include <algorithm>
#include <utility>

#include "rtc/sctp/core.hpp"

namespace vv::rtc::sctp {

void SctpAssociation::Core::push_dcep(std::uint16_t stream, ByteVector message) {
  out_.push(stream, {.ppid = kPpidDcep,
                     .unordered = false,
                     .max_retransmits = {},
                     .expires = Instant::never(),
                     .bytes = std::move(message)});
}

Result<std::uint16_t, SendError> SctpAssociation::Core::open(std::string_view label,
                                                             const ChannelOptions& options) {
  if (state_ == State::Ended || state_ == State::ShuttingDown) return SendError::NotConnected;
  if (label.size() > kMaxLabel || options.protocol.size() > kMaxLabel) return SendError::TooBig;
  const std::size_t limit = peer_.tag == 0 ? kMaxStreams : peer_.streams;
  std::size_t stream = options_.role == Role::DtlsClient ? 0 : 1;  // RFC 8832 §6
  while (stream < limit && channels_.contains(static_cast<std::uint16_t>(stream))) stream += 2;
  if (stream >= limit) return SendError::NoChannel;
  const auto id = static_cast<std::uint16_t>(stream);
  channels_.emplace(id, Channel{.state = ChannelState::Opening,
                                .peer_has_reset = false,
                                .label = std::string{label},
                                .options = options});
  push_dcep(id, write_dcep_open(label, options));
  return id;
}

Result<void, SendError> SctpAssociation::Core::send(std::uint16_t stream, Bytes message,
                                                    bool binary) {
  if (state_ == State::Ended || state_ == State::ShuttingDown) return SendError::NotConnected;
  const auto found = channels_.find(stream);
  if (found == channels_.end()) return SendError::NoChannel;
  const Channel& channel = found->second;
  if (channel.state != ChannelState::Open && channel.state != ChannelState::Opening) {
    return SendError::NoChannel;
  }
  if (message.size() > kMaxMessageOut) return SendError::TooBig;
  if (out_.buffered() + message.size() > kMaxBuffered) return SendError::BufferFull;
  OutMessage out;
  if (message.empty()) {  // RFC 8831 §6.6: SCTP has no empty messages; one zero byte stands for it
    out.ppid = binary ? kPpidEmptyBinary : kPpidEmptyText;
    out.bytes = {0};
  } else {
    out.ppid = binary ? kPpidBinary : kPpidText;
    out.bytes.assign(message.begin(), message.end());
  }
  out.unordered = !channel.options.ordered && channel.state == ChannelState::Open;
  out.max_retransmits = channel.options.max_retransmits;
  if (const auto lifetime = channel.options.max_lifetime_ms) {
    out.expires = latest_ + milliseconds(*lifetime);
  }
  out_.push(stream, std::move(out));
  return {};
}

void SctpAssociation::Core::close(std::uint16_t stream) {
  const auto found = channels_.find(stream);
  if (found == channels_.end()) return;
  if (found->second.state == ChannelState::Closing ||
      found->second.state == ChannelState::HalfClosed) {
    return;
  }
  found->second.state = ChannelState::Closing;
  if (!peer_.reconfig && peer_.tag != 0) finish_close(stream);  // nobody to tell
}

void SctpAssociation::Core::finish_close(std::uint16_t stream) {
  channels_.erase(stream);
  out_.reset_stream(stream);
  events_.emplace_back(ChannelClosed{stream});
}

void SctpAssociation::Core::on_message(InMessage message) {
  if (message.ppid == kPpidDcep) return on_dcep(message);
  const auto found = channels_.find(message.stream);
  if (found == channels_.end() || found->second.peer_has_reset) return;
  const bool is_empty = message.ppid == kPpidEmptyText || message.ppid == kPpidEmptyBinary;
  const bool is_text = message.ppid == kPpidText || message.ppid == kPpidEmptyText;
  if (!is_empty && !is_text && message.ppid != kPpidBinary) return;
  if (is_empty) message.bytes.clear();
  events_.emplace_back(ChannelMessage{
      .stream = message.stream, .binary = !is_text, .bytes = std::move(message.bytes)});
}

void SctpAssociation::Core::on_dcep(const InMessage& message) {
  const auto found = channels_.find(message.stream);
  if (is_dcep_ack(message.bytes)) {
    if (found == channels_.end() || found->second.state != ChannelState::Opening) return;
    Channel& channel = found->second;
    channel.state = ChannelState::Open;
    events_.emplace_back(ChannelOpened{.stream = message.stream,
                                       .label = std::exchange(channel.label, {}),
                                       .options = channel.options,
                                       .by_peer = false});
    return;
  }
  const auto open = parse_dcep_open(message.bytes);
  if (!open || found != channels_.end() || message.stream >= kMaxStreams) return;
  Channel channel{
      .state = ChannelState::Open, .peer_has_reset = false, .label = {}, .options = open->options};
  channel.options.protocol.clear();
  channels_.emplace(message.stream, std::move(channel));
  push_dcep(message.stream, write_dcep_ack());
  events_.emplace_back(ChannelOpened{.stream = message.stream,
                                     .label = std::string{open->label},
                                     .options = open->options,
                                     .by_peer = true});
}

/// Channels being closed whose last message has been sent; as many as one request may name.
std::vector<std::uint16_t> SctpAssociation::Core::streams_to_reset() const {
  constexpr std::size_t kMaxAtOnce = 64;
  std::vector<std::uint16_t> streams;
  for (const auto& [stream, channel] : channels_) {
    if (channel.state != ChannelState::Closing || out_.has_unsent(stream)) continue;
    streams.push_back(stream);
    if (streams.size() == kMaxAtOnce) break;
  }
  return streams;
}

void SctpAssociation::Core::on_reconfig(const Chunk& chunk) {
  ParameterWalker parameters{chunk.body};
  for (int i = 0; i < 2; ++i) {  // RFC 6525 §3.1: at most two
    const auto parameter = parameters.next();
    if (!parameter) return;
    if (parameter->type == kOutgoingReset) on_outgoing_reset(parameter->body);
    if (parameter->type == kResetResponse) on_reset_response(parameter->body);
  }
}

void SctpAssociation::Core::on_outgoing_reset(Bytes parameter) {
  if (parameter.size() < 12) return;
  const std::uint32_t sequence = load_be32(parameter.data());
  const std::uint32_t last_tsn = load_be32(&parameter[8]);
  if (last_reset_response_ && last_reset_response_->sequence == sequence) {
    reset_response_due_ = last_reset_response_;  // said again: our answer was lost
    return;
  }
  if (sequence != peer_reset_sequence_) {
    reset_response_due_ = ResetResponse{sequence, ResetResult::BadSequence};
    return;
  }
  if (!in_.has_reached(last_tsn)) {
    // Data is still on its way; the peer asks again.
    reset_response_due_ = ResetResponse{sequence, ResetResult::InProgress};
    return;
  }
  ++peer_reset_sequence_;
  last_reset_response_ = ResetResponse{sequence, ResetResult::Performed};
  reset_response_due_ = last_reset_response_;
  const Bytes streams = parameter.subspan(12);
  if (streams.size() < 2) {  // none named: all of them
    std::vector<std::uint16_t> all;
    for (const auto& [stream, channel] : channels_) all.push_back(stream);
    for (const std::uint16_t stream : all) on_stream_reset_by_peer(stream);
    return;
  }
  for (std::size_t i = 0; i + 1 < streams.size(); i += 2) {
    on_stream_reset_by_peer(load_be16(&streams[i]));
  }
}

/// The peer's direction is closed: ours follows (RFC 8831 §6.7).
void SctpAssociation::Core::on_stream_reset_by_peer(std::uint16_t stream) {
  in_.reset_stream(stream);
  const auto found = channels_.find(stream);
  if (found == channels_.end()) return;
  found->second.peer_has_reset = true;
  if (found->second.state == ChannelState::HalfClosed) {
    finish_close(stream);
  } else if (found->second.state != ChannelState::Closing) {
    close(stream);
  }
}

void SctpAssociation::Core::on_reset_response(Bytes parameter) {
  if (parameter.size() < 8 || reset_in_flight_.empty()) return;
  if (load_be32(parameter.data()) != next_reset_sequence_) return;
  const auto result = static_cast<ResetResult>(load_be32(&parameter[4]));
  if (result == ResetResult::InProgress) return;  // the timer asks again
  reset_timer_.stop();
  ++next_reset_sequence_;
  for (const std::uint16_t stream : std::exchange(reset_in_flight_, {})) {
    out_.reset_stream(stream);
    const auto found = channels_.find(stream);
    if (found == channels_.end()) continue;
    if (found->second.peer_has_reset) {
      finish_close(stream);
    } else {
      found->second.state = ChannelState::HalfClosed;
    }
  }
}

}  // namespace vv::rtc::sctp
