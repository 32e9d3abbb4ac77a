#include "sfu/subscription.hpp"

#include <algorithm>
#include <utility>

#include "rtc/codec/red.hpp"
#include "rtc/rtcp/writer.hpp"
#include "rtc/rtp/rtp_view.hpp"
#include "rtc/rtp/rtx.hpp"
#include "sfu/outbox.hpp"
#include "sfu/transport.hpp"

namespace vv::sfu {

using rtc::rtp::Extension;
using rtc::rtp::SeqNo;

namespace {

constexpr std::uint8_t kNotSpoken = 0xFF;

// RFC 3550 §6.4.1: report blocks quote the middle of the 64 bits.
std::uint32_t compact(std::uint64_t ntp) { return static_cast<std::uint32_t>(ntp >> 16); }

// 6.18 fixed-point seconds of our own clock; only differences are looked at.
std::uint32_t abs_send_time(Instant now) {
  const auto micros = static_cast<std::uint64_t>(now.as_nanos() / 1'000);
  return static_cast<std::uint32_t>(((micros % 64'000'000) << 18) / 1'000'000) & 0xFF'FFFF;
}

}  // namespace

Subscription::Subscription(Transport& to, Options options)
    : to_(&to),
      options_(std::move(options)),
      forwarder_({.kind = options_.sender.kind,
                  .clock_rate = options_.sender.kind == MediaKind::Video ? 90'000U : 48'000U,
                  .start = options_.start,
                  .limit = options_.sender.limit}),
      rtx_seq_(options_.rtx_start) {
  payload_types_.fill(kNotSpoken);
  rtx_payload_types_.fill(kNotSpoken);
  const SenderConfig& sender = options_.sender;
  if (sender.kind == MediaKind::Video && sender.playout.is_asked_for() &&
      sender.extensions.id_of(Extension::PlayoutDelay) != 0)
    playout_ = std::make_unique<PlayoutDelay>(sender.playout);
}

void Subscription::bind(PublishedTrack& track) {
  track_ = &track;
  forwarder_.set_svc(track.is_svc());
  bound_from_ = repeatable_from_ = forwarder_.last_seq() + 1;
  payload_types_.fill(kNotSpoken);
  rtx_payload_types_.fill(kNotSpoken);
  for (std::size_t i = 0; i < track.config.codecs.size(); ++i) {
    const CodecConfig& theirs = track.config.codecs[i];
    const auto ours = std::find_if(
        options_.sender.codecs.begin(), options_.sender.codecs.end(), [&](const CodecConfig& c) {
          return c.name == theirs.name && c.clock_rate == theirs.clock_rate &&
                 c.format == theirs.format;
        });
    if (ours == options_.sender.codecs.end()) continue;
    payload_types_[i] = ours->payload_type;
    if (ours->rtx_payload_type != 0 && options_.sender.rtx_ssrc != 0) {
      rtx_payload_types_[i] = ours->rtx_payload_type;
    }
  }
  bind_red(track);
  refresh_wants();
}

void Subscription::bind_red(const PublishedTrack& track) noexcept {
  opens_red_ = false;
  const auto index_of = [&track](std::string_view name) {
    const auto found = std::find_if(track.config.codecs.begin(), track.config.codecs.end(),
                                    [name](const CodecConfig& c) { return c.name == name; });
    return static_cast<std::size_t>(found - track.config.codecs.begin());
  };
  const std::size_t red = index_of("red");
  const std::size_t opus = index_of("opus");
  if (red == track.config.codecs.size() || opus == track.config.codecs.size()) return;
  // Its blocks name the publisher's payload types.
  const bool reads_alike = payload_types_[opus] == track.config.codecs[opus].payload_type;
  if (payload_types_[red] != kNotSpoken && reads_alike) return;
  opens_red_ = true;
  payload_types_[red] = payload_types_[opus];
}

Subscription::Outgoing Subscription::outgoing(std::size_t codec, Bytes payload) const noexcept {
  if (!opens_red_ || track_->kinds[codec] != rtc::codec::Kind::Red) {
    return {payload_types_[codec], payload};
  }
  const auto red = rtc::codec::parse_red(payload);
  if (!red || red->primary.empty()) return {kNotSpoken, {}};
  return {payload_types_[codec], red->primary};
}

void Subscription::unbind() noexcept {
  track_ = nullptr;
  forwarder_.restart();
}

void Subscription::refresh_wants() noexcept {
  if (track_ != nullptr) track_->wants[slot] = forwarder_.wanted_layers();
}

void Subscription::make_plain_header() noexcept {
  const rtc::rtp::ExtensionIds& ids = options_.sender.extensions;
  const std::uint8_t send_time = ids.id_of(Extension::AbsSendTime);
  const std::uint8_t number = is_numbered() ? ids.id_of(Extension::TransportSequence) : 0;
  // The one-byte form (RFC 8285 §4.2) of what write_any_header writes for such a packet.
  if (send_time > 14 || number > 14) {
    plain_.fits = false;
    return;
  }
  const std::array<std::uint8_t, 3> zeros{};
  const std::array<rtc::rtp::ExtensionElement, 2> elements{
      {{send_time, Bytes{zeros}.first(3)}, {number, Bytes{zeros}.first(2)}}};
  plain_.size =
      static_cast<std::uint8_t>(rtc::rtp::write_rtp_header(plain_.bytes, {.ssrc = 0}, elements));
  std::size_t at = rtc::rtp::kFixedHeaderSize + 4 + 1;
  if (send_time != 0) {
    plain_.send_time_at = static_cast<std::uint8_t>(at);
    at += 3 + 1;
  }
  if (number != 0) plain_.number_at = static_cast<std::uint8_t>(at);
}

std::size_t Subscription::write_header(Instant now, MutableBytes out,
                                       const rtc::rtp::RtpHeader& header,
                                       const rtc::rtp::ExtensionValues& values) noexcept {
  const bool is_plain = mid_left_ == 0 && !tells_playout() && !header.padding &&
                        !values.audio_level && values.abs_capture_time.empty() &&
                        values.dependency_descriptor.empty() && values.video_orientation.empty() &&
                        values.color_space.empty();
  if (!is_plain || !plain_.fits) return write_any_header(now, out, header, values);
  if (plain_.size == 0) make_plain_header();
  if (!plain_.fits || out.size() < PlainHeader::kMaxSize)
    return write_any_header(now, out, header, values);
  std::copy_n(plain_.bytes.begin(), PlainHeader::kMaxSize, out.begin());
  out[1] = static_cast<std::uint8_t>((header.marker ? 0x80 : 0) | (header.payload_type & 0x7F));
  store_be16(&out[2], header.sequence);
  store_be32(&out[4], header.timestamp);
  store_be32(&out[8], header.ssrc);
  if (plain_.send_time_at != 0) store_be24(&out[plain_.send_time_at], abs_send_time(now));
  if (plain_.number_at != 0) store_be16(&out[plain_.number_at], to_->link->next_number());
  return plain_.size;
}

std::size_t Subscription::write_any_header(Instant now, MutableBytes out,
                                           const rtc::rtp::RtpHeader& header,
                                           const rtc::rtp::ExtensionValues& values) noexcept {
  const rtc::rtp::ExtensionIds& ids = options_.sender.extensions;
  std::array<rtc::rtp::ExtensionElement, 9> elements;
  std::size_t count = 0;
  const auto add = [&](Extension extension, Bytes value) {
    const std::uint8_t id = ids.id_of(extension);
    if (id != 0 && !value.empty()) elements[count++] = {id, value};
  };

  std::array<std::uint8_t, 3> send_time{};
  store_be24(send_time.data(), abs_send_time(now));
  add(Extension::AbsSendTime, send_time);
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

std::optional<DropReason> Subscription::send(Instant now, IncomingPacket& packet,
                                             const rtc::Path& path, Outbox& out) noexcept {
  const Outgoing leaves = outgoing(packet.codec, packet.payload);
  if (leaves.payload_type == kNotSpoken) return DropReason::NoPayloadType;
  const std::uint8_t before = forwarder_.current();
  const Forwarder::Verdict verdict = forwarder_.accept(packet, track_->clocks);
  if (forwarder_.current() != before) refresh_wants();
  if (!verdict.departure) return verdict.reason;
  const Departure& departure = *verdict.departure;

  if (mid_left_ > 0) repeatable_from_ = std::max(repeatable_from_, departure.seq + 1);
  // A receiver has to know which of the decode targets named by the descriptor still come.
  std::array<std::uint8_t, rtc::codec::kMaxDependencyDescriptor> descriptor;
  const Bytes described = packet.extensions.dependency_descriptor;
  if (departure.active_targets != 0) {
    const std::size_t size = rtc::codec::narrow_dependency_descriptor(
        descriptor, described, packet.dependencies->target_count, departure.active_targets);
    if (size != 0) packet.extensions.dependency_descriptor = Bytes{descriptor}.first(size);
  }
  const MutableBytes space = out.space();
  const std::size_t header_size = write_header(now, space,
                                               {.ssrc = options_.sender.ssrc,
                                                .timestamp = departure.timestamp,
                                                .sequence = departure.seq.low16(),
                                                .payload_type = leaves.payload_type,
                                                .marker = departure.marker},
                                               packet.extensions);
  packet.extensions.dependency_descriptor = described;
  if (header_size == 0) return DropReason::OutboxFull;

  // The payload is shared by all takers. Who needs other VP8 ids swaps its descriptor in for the
  // moment of encryption: same width, so nothing moves.
  std::array<std::uint8_t, rtc::codec::kMaxVp8Descriptor> original;
  const bool swap = packet.vp8 && (departure.vp8.picture_id != 0 || departure.vp8.tl0 != 0);
  const std::size_t swapped =
      swap ? std::min<std::size_t>({packet.vp8->size, original.size(), packet.payload.size()}) : 0;
  if (swap) {
    std::copy_n(packet.payload.begin(), swapped, original.begin());
    std::array<std::uint8_t, rtc::codec::kMaxVp8Descriptor> rewritten;
    const std::size_t size = rtc::codec::write_vp8_descriptor(
        rewritten, packet.payload, *packet.vp8, departure.vp8.picture_id, departure.vp8.tl0);
    if (size == swapped) std::copy_n(rewritten.begin(), size, packet.payload.begin());
  }
  const auto size = to_->peer.protect_rtp(space, space.first(header_size), leaves.payload,
                                          static_cast<std::uint32_t>(departure.seq.raw() >> 16));
  if (swap) std::copy_n(original.begin(), swapped, packet.payload.begin());
  if (!size) return DropReason::ProtectFailed;

  out.commit(path, *size);
  if (tells_playout()) playout_->on_sent(departure.seq);
  if (packets_ == 0) first_sent_ = now;
  last_sent_ = now;
  ++packets_;
  octets_ += static_cast<std::uint32_t>(leaves.payload.size());
  to_->on_media_sent(now, *size);
  note_sent(now, *size);
  return std::nullopt;
}

bool Subscription::is_numbered() const noexcept {
  // Sound is not: without a resend stream it is repeated as it was, number and all.
  return options_.sender.kind == MediaKind::Video && to_->link != nullptr &&
         options_.sender.extensions.id_of(Extension::TransportSequence) != 0;
}

void Subscription::note_sent(Instant now, std::size_t bytes) noexcept {
  if (is_numbered()) to_->link->on_sent(now, bytes);
}

bool Subscription::can_pad() const noexcept {
  return is_numbered() && has_heard_ && options_.sender.rtx_ssrc != 0 &&
         std::any_of(options_.sender.codecs.begin(), options_.sender.codecs.end(),
                     [](const CodecConfig& c) { return c.rtx_payload_type != 0; });
}

void Subscription::pad(Instant now, const rtc::Path& path, Outbox& out) noexcept {
  const auto codec = std::find_if(options_.sender.codecs.begin(), options_.sender.codecs.end(),
                                  [](const CodecConfig& c) { return c.rtx_payload_type != 0; });
  if (codec == options_.sender.codecs.end()) return;
  const SeqNo seq = rtx_seq_ + 1;
  const MutableBytes space = out.space();
  const std::size_t header_size = write_header(now, space,
                                               {.ssrc = options_.sender.rtx_ssrc,
                                                .timestamp = forwarder_.last_timestamp(),
                                                .sequence = seq.low16(),
                                                .payload_type = codec->rtx_payload_type,
                                                .padding = true},
                                               {});
  if (header_size == 0) return;
  std::array<std::uint8_t, kPaddingPacket> padding{};
  padding.back() = kPaddingPacket;
  const auto size = to_->peer.protect_rtp(space, space.first(header_size), padding,
                                          static_cast<std::uint32_t>(seq.raw() >> 16));
  if (!size) return;
  rtx_seq_ = seq;
  out.commit(path, *size);
  note_sent(now, *size);
}

std::optional<DropReason> Subscription::resend(Instant now, std::uint16_t seq,
                                               const rtc::Path& path, Outbox& out) noexcept {
  if (track_ == nullptr || !forwarder_.started()) return DropReason::ResendUnknown;
  const SeqNo newest = forwarder_.last_seq();
  const auto behind = static_cast<std::uint16_t>(newest.low16() - seq);
  if (behind >= 0x8000 || behind > newest.raw()) return DropReason::ResendUnknown;
  const SeqNo sent = newest - behind;
  if (sent < bound_from_) return DropReason::ResendUnknown;
  const auto source = forwarder_.source_of(sent);
  if (!source || source->rewrite.layer >= kMaxLayers) return DropReason::ResendUnknown;
  const ReceivedStream* stream = track_->streams[source->rewrite.layer].get();
  if (stream == nullptr) return DropReason::ResendUnknown;
  const Bytes stored = stream->history().find(now, source->seq);
  if (stored.empty()) return DropReason::ResendUnknown;
  const auto view = rtc::rtp::parse_rtp(stored);
  if (!view) return DropReason::ResendUnknown;
  const int codec = track_->codec_of(view->payload_type());
  if (codec < 0) return DropReason::ResendUnknown;
  const std::uint8_t rtx_type = rtx_payload_types_[static_cast<std::size_t>(codec)];
  const auto [own_type, media] = outgoing(static_cast<std::size_t>(codec), view->payload());
  const bool repeats = rtx_type == kNotSpoken;
  if (repeats && (own_type == kNotSpoken || !is_repeatable(sent))) return DropReason::NoPayloadType;

  std::array<std::uint8_t, Outbox::kMaxDatagram> payload;
  if (media.empty() || media.size() + rtc::rtp::kRtxHeaderSize > payload.size())
    return DropReason::ResendUnknown;
  switch (to_->resends.ask(now, id(), seq, media.size(), to_->rtt)) {
    case ResendGuard::Answer::Yes:
      break;
    case ResendGuard::Answer::TooSoon:
      return DropReason::ResendTooSoon;
    case ResendGuard::Answer::OverBudget:
      return DropReason::ResendOverBudget;
  }
  rtc::rtp::RtpHeader header{.ssrc = options_.sender.ssrc,
                             .timestamp = view->timestamp() + source->rewrite.timestamp_offset,
                             .sequence = seq,
                             .payload_type = own_type,
                             .marker = view->marker() || forwarder_.ended_picture(sent)};
  const rtc::rtp::ExtensionValues values =
      rtc::rtp::read_extensions(*view, track_->publisher->extensions);
  if (repeats) {
    const MutableBytes space = out.space();
    const std::size_t header_size = write_header(now, space, header, values);
    if (header_size == 0) return DropReason::OutboxFull;
    const auto size = to_->peer.protect_rtp(space, space.first(header_size), media,
                                            static_cast<std::uint32_t>(sent.raw() >> 16));
    if (!size) return DropReason::ProtectFailed;
    out.commit(path, *size);
    return std::nullopt;
  }
  store_be16(payload.data(), seq);
  const MutableBytes copy = MutableBytes{payload}.subspan(rtc::rtp::kRtxHeaderSize, media.size());
  std::copy(media.begin(), media.end(), copy.begin());
  if (track_->kinds[static_cast<std::size_t>(codec)] == rtc::codec::Kind::Vp8) {
    if (const auto vp8 = rtc::codec::parse_vp8(media)) {
      static_cast<void>(rtc::codec::write_vp8_descriptor(
          copy, media, *vp8, source->rewrite.picture_id_offset, source->rewrite.tl0_offset));
    }
  }

  rtx_seq_ = rtx_seq_ + 1;
  header.ssrc = options_.sender.rtx_ssrc;
  header.sequence = rtx_seq_.low16();
  header.payload_type = rtx_type;
  const MutableBytes space = out.space();
  const std::size_t header_size = write_header(now, space, header, values);
  if (header_size == 0) return DropReason::OutboxFull;
  const auto size =
      to_->peer.protect_rtp(space, space.first(header_size),
                            Bytes{payload}.first(rtc::rtp::kRtxHeaderSize + media.size()),
                            static_cast<std::uint32_t>(rtx_seq_.raw() >> 16));
  if (!size) return DropReason::ProtectFailed;
  out.commit(path, *size);
  note_sent(now, *size);
  return std::nullopt;
}

bool Subscription::is_repeatable(SeqNo sent) const noexcept {
  const rtc::rtp::ExtensionIds& ids = options_.sender.extensions;
  return options_.sender.kind == MediaKind::Audio && sent >= repeatable_from_ && mid_left_ == 0 &&
         ids.id_of(Extension::AbsSendTime) == 0;
}

bool Subscription::report_due(Instant now) const noexcept {
  if (packets_ == 0 || track_ == nullptr) return false;
  if (reported_) return now - last_report_ >= kReportInterval && last_sent_ > last_report_;
  const std::uint8_t layer = forwarder_.source();
  const bool clock_known = layer < kMaxLayers && track_->clocks[layer].known();
  return clock_known || now - first_sent_ >= kFirstReportWait;
}

void Subscription::write_report(Instant now, ByteWriter& out) noexcept {
  const std::uint8_t layer = forwarder_.source();
  const std::uint32_t rate = options_.sender.kind == MediaKind::Video ? 90'000 : 48'000;
  // On the publisher's own clock where it is known, so that its sound and picture stay together.
  std::uint64_t ntp = to_ntp(now - Instant{});
  std::uint32_t timestamp =
      forwarder_.last_timestamp() +
      static_cast<std::uint32_t>(to_rtp(now - forwarder_.last_arrival(), rate));
  if (track_ != nullptr && layer < kMaxLayers && track_->clocks[layer].known()) {
    const ClockReference& clock = track_->clocks[layer];
    const Duration since = now - clock.arrival;
    ntp = clock.ntp + to_ntp(since);
    timestamp =
        clock.rtp + static_cast<std::uint32_t>(to_rtp(since, rate)) + forwarder_.timestamp_offset();
  }
  static_cast<void>(rtc::rtcp::write_sender_report(out,
                                                   {.ssrc = options_.sender.ssrc,
                                                    .ntp = ntp,
                                                    .rtp_timestamp = timestamp,
                                                    .packets = packets_,
                                                    .octets = octets_},
                                                   {}));
  static_cast<void>(
      rtc::rtcp::write_sdes(out, options_.sender.ssrc, options_.sender.cname, options_.sender.mid));
  last_report_ = now;
  last_report_ntp_ = compact(ntp);
  reported_ = true;
}

TrackWindow Subscription::take_window() noexcept {
  const rtc::rtcp::ReportBlock before = std::exchange(counted_, heard_);
  const bool is_video = options_.sender.kind == MediaKind::Video;
  TrackWindow window{.kind = options_.sender.kind, .jitter = {}, .rtt = {}};
  window.expected = static_cast<std::int32_t>(heard_.highest_sequence - before.highest_sequence);
  window.lost = std::int64_t{heard_.cumulative_lost} - before.cumulative_lost;
  window.jitter =
      nanoseconds(std::int64_t{heard_.jitter} * 1'000'000'000 / (is_video ? 90'000 : 48'000));
  return window;
}

std::optional<Duration> Subscription::on_report_block(
    Instant now, const rtc::rtcp::ReportBlock& block) noexcept {
  mid_left_ = 0;
  if (!has_heard_) {  // what was lost before the first report is the join's own
    has_heard_ = true;
    counted_ = block;
  }
  heard_ = block;
  if (playout_) {
    playout_->on_report(now, static_cast<std::uint16_t>(block.highest_sequence),
                        nanoseconds(std::int64_t{block.jitter} * 1'000'000'000 / 90'000));
  }
  if (!reported_ || block.last_sr != last_report_ntp_) return std::nullopt;
  // RFC 3550 §6.4.1, in 1/65536 s.
  const Duration held =
      nanoseconds(static_cast<std::int64_t>(block.delay_since_last_sr) * 1'000'000'000 / 65'536);
  const Duration rtt = now - last_report_ - held;
  return std::clamp(rtt, milliseconds(1), seconds(5));
}

}  // namespace vv::sfu
