// What every forwarded packet goes through; the rest of a subscription is in subscription.cpp.
#include <algorithm>
#include <cstring>

#include "rtc/codec/red.hpp"
#include "sfu/outbox.hpp"
#include "sfu/subscription.hpp"
#include "sfu/transport.hpp"

namespace vv::sfu {

using rtc::rtp::Extension;

// 6.18 fixed-point seconds of our own clock; only differences are looked at.
std::uint32_t Subscription::abs_send_time(Instant now) noexcept {
  const auto micros = static_cast<std::uint64_t>(now.as_nanos() / 1'000);
  return static_cast<std::uint32_t>(((micros % 64'000'000) << 18) / 1'000'000) & 0xFF'FFFF;
}

Subscription::Outgoing Subscription::out_of_red(std::size_t codec, Bytes payload) const noexcept {
  if (track_->kinds[codec] != rtc::codec::Kind::Red) return {payload_types_[codec], payload};
  const auto red = rtc::codec::parse_red(payload);
  if (!red || red->primary.empty()) return {kNotSpoken, {}};
  return {payload_types_[codec], red->primary};
}

void Subscription::make_plain_header() noexcept {
  const rtc::rtp::ExtensionIds& ids = options_.sender.extensions;
  const std::uint8_t time = ids.id_of(Extension::AbsSendTime);
  const std::uint8_t number = is_numbered() ? ids.id_of(Extension::TransportSequence) : 0;
  // The one-byte form (RFC 8285 §4.2) of what write_any_header writes for such a packet.
  if (time > 14 || number > 14) {
    plain_.fits = false;
    return;
  }
  const std::array<std::uint8_t, 3> zeros{};
  const std::array<rtc::rtp::ExtensionElement, 2> elements{
      {{time, Bytes{zeros}.first(3)}, {number, Bytes{zeros}.first(2)}}};
  plain_.size =
      static_cast<std::uint8_t>(rtc::rtp::write_rtp_header(plain_.bytes, {.ssrc = 0}, elements));
  std::size_t at = rtc::rtp::kFixedHeaderSize + 4 + 1;
  if (time != 0) {
    plain_.send_time_at = static_cast<std::uint8_t>(at);
    at += 3 + 1;
  }
  if (number != 0) plain_.number_at = static_cast<std::uint8_t>(at);
}

inline std::size_t Subscription::write_plain_header(std::uint32_t send_time, std::uint8_t* out,
                                                    const rtc::rtp::RtpHeader& header) noexcept {
  std::memcpy(out, plain_.bytes.data(), PlainHeader::kMaxSize);
  out[1] = static_cast<std::uint8_t>((header.marker ? 0x80 : 0) | (header.payload_type & 0x7F));
  store_be16(out + 2, header.sequence);
  store_be32(out + 4, header.timestamp);
  store_be32(out + 8, header.ssrc);
  if (plain_.send_time_at != 0) store_be24(out + plain_.send_time_at, send_time);
  if (plain_.number_at != 0) store_be16(out + plain_.number_at, to_->link->next_number());
  return plain_.size;
}

std::size_t Subscription::write_header(std::uint32_t send_time, MutableBytes out,
                                       const rtc::rtp::RtpHeader& header,
                                       const rtc::rtp::ExtensionValues& values) noexcept {
  // Padding is a flag of the first byte.
  const bool is_plain = passes_nothing_on(values) && !header.padding && may_be_plain();
  if (is_plain && out.size() >= PlainHeader::kMaxSize)
    return write_plain_header(send_time, out.data(), header);
  return write_any_header(send_time, out, header, values);
}

std::size_t Subscription::write_any_header(std::uint32_t send_time, MutableBytes out,
                                           const rtc::rtp::RtpHeader& header,
                                           const rtc::rtp::ExtensionValues& values) noexcept {
  const rtc::rtp::ExtensionIds& ids = options_.sender.extensions;
  std::array<rtc::rtp::ExtensionElement, 9> elements;
  std::size_t count = 0;
  const auto add = [&](Extension extension, Bytes value) {
    const std::uint8_t id = ids.id_of(extension);
    if (id != 0 && !value.empty()) elements[count++] = {id, value};
  };

  std::array<std::uint8_t, 3> sent_at{};
  store_be24(sent_at.data(), send_time);
  add(Extension::AbsSendTime, sent_at);
  std::array<std::uint8_t, 2> number{};
  if (is_numbered()) {
    store_be16(number.data(), to_->link->next_number());
    add(Extension::TransportSequence, number);
  }
  std::array<std::uint8_t, 1> level{};
  if (values.audio_level) {
    level[0] = static_cast<std::uint8_t>((values.voice_activity ? 0x80 : 0) |
                                         (*values.audio_level & 0x7F));
    add(Extension::AudioLevel, level);
  }
  add(Extension::AbsCaptureTime, values.abs_capture_time);
  add(Extension::DependencyDescriptor, values.dependency_descriptor);
  add(Extension::VideoOrientation, values.video_orientation);
  add(Extension::ColorSpace, values.color_space);
  std::array<std::uint8_t, 3> playout{};
  if (tells_playout() && header.ssrc == options_.sender.ssrc) {
    playout = playout_->value();
    add(Extension::PlayoutDelay, playout);
  }
  if (mid_left_ > 0) {
    --mid_left_;
    add(Extension::Mid, as_bytes(options_.sender.mid));
  }
  return rtc::rtp::write_rtp_header(out, header, {elements.data(), count});
}

// The two below are called once a packet each, from one place.
inline Departure Subscription::depart(const IncomingPacket& packet, DropReason& refused) noexcept {
  if (forwarder_.goes_on(packet)) return forwarder_.go_on(packet);
  const std::uint8_t before = forwarder_.current();
  const Forwarder::Verdict verdict = forwarder_.accept(packet, track_->clocks);
  if (forwarder_.current() != before) refresh_wants();
  refused = verdict.reason;
  return verdict.departure.value_or(Departure{});
}

inline std::size_t Subscription::write(std::uint32_t send_time, IncomingPacket& packet,
                                       MutableBytes space, rtc::SrtpSender& sender,
                                       DropReason& refused) noexcept {
  const Outgoing leaves = opens_red_ ? out_of_red(packet.codec, packet.payload)
                                     : Outgoing{payload_types_[packet.codec], packet.payload};
  if (leaves.payload_type == kNotSpoken) return refused = DropReason::NoPayloadType, 0;
  const Departure departure = depart(packet, refused);
  if (refused != DropReason::Count) return 0;

  const rtc::rtp::RtpHeader header{.ssrc = options_.sender.ssrc,
                                   .timestamp = departure.timestamp,
                                   .sequence = departure.seq.low16(),
                                   .payload_type = leaves.payload_type,
                                   .marker = departure.marker};
  const std::size_t header_size =
      packet.is_plain && may_be_plain()
          ? write_plain_header(send_time, space.data(), header)
          : write_full_header(send_time, space, header, packet, departure);
  if (header_size == 0 ||
      header_size + leaves.payload.size() + rtc::kMaxSrtpOverhead > space.size())
    return refused = DropReason::OutboxFull, 0;
  octets_ += static_cast<std::uint32_t>(leaves.payload.size());
  if (packet.vp8 && (departure.vp8.picture_id != 0 || departure.vp8.tl0 != 0))
    return seal_rewritten(space.data(), header_size, packet, departure, sender);
  return sender.seal_rtp(space.data(), header_size, leaves.payload, departure.seq.raw());
}

Subscription::Sent Subscription::send(Instant now, std::span<IncomingPacket> packets,
                                      const rtc::Path& path, Outbox& out,
                                      DropCounters& drops) noexcept {
  Sent sent;
  rtc::SrtpSender* const sender = to_->peer.sender();
  if (sender == nullptr) {
    drops.add(DropReason::ProtectFailed, packets.size());
    return {.taken = packets.size()};
  }
  // What is the same for all of them is looked up, and what adds up is added, once.
  rtc::bwe::LinkEstimator* const link = is_numbered() ? to_->link.get() : nullptr;
  const std::uint32_t send_time = abs_send_time(now);
  std::size_t bytes = 0;
  for (IncomingPacket& packet : packets) {
    if (out.full()) break;
    ++sent.taken;
    DropReason refused = DropReason::Count;
    const std::size_t size = write(send_time, packet, out.space(), *sender, refused);
    if (refused != DropReason::Count) {
      drops.add(refused);
      continue;
    }
    if (sent.written++ == 0)
      out.commit(path, size);
    else
      out.commit_more(size);
    bytes += size;
    if (link != nullptr) link->on_sent(now, size);
  }
  if (sent.written == 0) return sent;
  if (packets_ == 0) first_sent_ = now;
  last_sent_ = now;
  packets_ += static_cast<std::uint32_t>(sent.written);
  to_->on_media_sent(now, bytes);
  return sent;
}

// With a mid, a playout delay or what the publisher's packet has to say.
std::size_t Subscription::write_full_header(std::uint32_t send_time, MutableBytes out,
                                            const rtc::rtp::RtpHeader& header,
                                            const IncomingPacket& packet,
                                            const Departure& departure) noexcept {
  if (mid_left_ > 0) repeatable_from_ = std::max(repeatable_from_, departure.seq + 1);
  const std::size_t size =
      departure.active_targets != 0
          ? write_narrowed_header(send_time, out, header, packet, departure.active_targets)
          : write_any_header(send_time, out, header, packet.extensions);
  if (size != 0 && tells_playout()) playout_->on_sent(departure.seq);
  return size;
}

// The payload is shared by all takers. Who needs other VP8 ids swaps its descriptor in for the
// moment of encryption: same width, so nothing moves.
std::size_t Subscription::seal_rewritten(std::uint8_t* out, std::size_t header_size,
                                         IncomingPacket& packet, const Departure& departure,
                                         rtc::SrtpSender& sender) noexcept {
  std::array<std::uint8_t, rtc::codec::kMaxVp8Descriptor> original;
  std::array<std::uint8_t, rtc::codec::kMaxVp8Descriptor> rewritten;
  std::uint8_t* const at = packet.payload.data();
  const std::size_t width =
      std::min<std::size_t>({packet.vp8->size, original.size(), packet.payload.size()});
  std::memcpy(original.data(), at, width);
  const std::size_t written = rtc::codec::write_vp8_descriptor(
      rewritten, packet.payload, *packet.vp8, departure.vp8.picture_id, departure.vp8.tl0);
  if (written == width) std::memcpy(at, rewritten.data(), width);
  const std::size_t size = sender.seal_rtp(out, header_size, packet.payload, departure.seq.raw());
  std::memcpy(at, original.data(), width);
  return size;
}

// A receiver has to know which of the decode targets named by the descriptor still come.
std::size_t Subscription::write_narrowed_header(std::uint32_t send_time, MutableBytes out,
                                                const rtc::rtp::RtpHeader& header,
                                                const IncomingPacket& packet,
                                                std::uint32_t active_targets) noexcept {
  std::array<std::uint8_t, rtc::codec::kMaxDependencyDescriptor> descriptor;
  rtc::rtp::ExtensionValues values = packet.extensions;
  const std::size_t size = rtc::codec::narrow_dependency_descriptor(
      descriptor, values.dependency_descriptor, packet.dependencies->target_count, active_targets);
  if (size != 0) values.dependency_descriptor = Bytes{descriptor}.first(size);
  return write_any_header(send_time, out, header, values);
}

bool Subscription::is_numbered() const noexcept {
  // Sound is not: without a resend stream it is repeated as it was, number and all.
  return options_.sender.kind == MediaKind::Video && to_->link != nullptr &&
         options_.sender.extensions.id_of(Extension::TransportSequence) != 0;
}

void Subscription::note_sent(Instant now, std::size_t bytes) noexcept {
  if (is_numbered()) to_->link->on_sent(now, bytes);
}

}  // namespace vv::sfu
