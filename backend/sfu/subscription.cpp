#include "sfu/subscription.hpp"

#include <algorithm>
#include <utility>

#include "rtc/rtcp/writer.hpp"
#include "rtc/rtp/rtp_view.hpp"
#include "rtc/rtp/rtx.hpp"
#include "sfu/outbox.hpp"
#include "sfu/transport.hpp"

namespace vv::sfu {

using rtc::rtp::Extension;
using rtc::rtp::SeqNo;

namespace {

// RFC 3550 §6.4.1: report blocks quote the middle of the 64 bits.
std::uint32_t compact(std::uint64_t ntp) { return static_cast<std::uint32_t>(ntp >> 16); }

}  // namespace

Subscription::Subscription(Transport& to, Options options)
    : to_(&to),
      forwarder_({.kind = options.sender.kind,
                  .clock_rate = options.sender.kind == MediaKind::Video ? 90'000U : 48'000U,
                  .start = options.start,
                  .limit = options.sender.limit}),
      options_(std::move(options)),
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

void Subscription::unbind() noexcept {
  track_ = nullptr;
  forwarder_.restart();
}

void Subscription::refresh_wants() noexcept {
  if (track_ == nullptr) return;
  const std::uint8_t wanted = forwarder_.wanted_layers();
  if (track_->wants[slot] == wanted) return;
  track_->wants[slot] = wanted;
  ++track_->wants_version;
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
  const std::size_t header_size = write_header(abs_send_time(now), space,
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
  const auto [own_type, media] =
      opens_red_ ? out_of_red(static_cast<std::size_t>(codec), view->payload())
                 : Outgoing{payload_types_[static_cast<std::size_t>(codec)], view->payload()};
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
    const std::size_t header_size = write_header(abs_send_time(now), space, header, values);
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
  const std::size_t header_size = write_header(abs_send_time(now), space, header, values);
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
  const Heard before = std::exchange(counted_, heard_);
  const bool is_video = options_.sender.kind == MediaKind::Video;
  TrackWindow window{.kind = options_.sender.kind, .jitter = {}, .rtt = {}};
  window.expected = static_cast<std::int32_t>(heard_.highest - before.highest);
  window.lost = std::int64_t{heard_.lost} - before.lost;
  window.jitter =
      nanoseconds(std::int64_t{heard_.jitter} * 1'000'000'000 / (is_video ? 90'000 : 48'000));
  return window;
}

std::optional<Duration> Subscription::on_report_block(
    Instant now, const rtc::rtcp::ReportBlock& block) noexcept {
  mid_left_ = 0;
  const Heard heard{block.highest_sequence, block.cumulative_lost, block.jitter};
  if (!has_heard_) {  // what was lost before the first report is the join's own
    has_heard_ = true;
    counted_ = heard;
  }
  heard_ = heard;
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
