// The life of a packet from its publisher to the fan-out.
#include <algorithm>

#include "rtc/codec/codec.hpp"
#include "rtc/rtp/rtx.hpp"
#include "sfu/room.hpp"

namespace vv::sfu {

using rtc::rtp::ExtensionValues;
using rtc::rtp::RtpView;

namespace {

// threat-model M11
constexpr std::size_t kMaxMid = 16;

MutableBytes mutable_payload(MutableBytes packet, const RtpView& view) {
  return packet.subspan(view.header_size(), view.payload().size());
}

}  // namespace

void Room::handle_rtp(Instant now, Transport& transport, MutableBytes bytes) noexcept {
  DropCounters& drops = context_.drops;
  transport.bytes_received += bytes.size();
  if (!transport.ingress.take(now, bytes.size())) return drops.add(DropReason::OverIngressRate);
  auto view = rtc::rtp::parse_rtp(bytes);
  if (!view) return drops.add(DropReason::Malformed);
  ExtensionValues values = rtc::rtp::read_extensions(*view, transport.extensions);
  if (transport.arrivals != nullptr && values.transport_sequence) {
    transport.arrivals->on_packet(now, *values.transport_sequence);
    transport.twcc_ssrc = view->ssrc();
  }
  transport.last_media = now;
  last_media_ = now;
  if (next_tick_.is_never()) wake_by(next_tick_ = now);
  if (next_speakers_.is_never()) wake_by(next_speakers_ = now + milliseconds(400));

  const Transport::Source* source = transport.find_source(view->ssrc());
  if (source == nullptr) source = bind_source(transport, *view, values);
  if (source == nullptr) return drops.add(DropReason::UnknownSsrc);
  PublishedTrack& track = *source->track;
  const std::uint8_t layer = source->layer;
  std::unique_ptr<ReceivedStream>& stream = track.streams[layer];

  MutableBytes packet = bytes;
  const bool resent = source->resends;
  if (resent) {
    const int codec = track.codec_of_rtx(view->payload_type());
    if (codec < 0) return drops.add(DropReason::UnknownPayloadType);
    if (stream == nullptr) return drops.add(DropReason::UnknownSsrc);
    const auto original = rtc::rtp::decapsulate_rtx(
        bytes, *view, track.config.codecs[static_cast<std::size_t>(codec)].payload_type,
        stream->ssrc());
    if (!original) return drops.add(DropReason::PaddingOnly);
    packet = *original;
    view = rtc::rtp::parse_rtp(packet);
    if (!view) return drops.add(DropReason::Malformed);
    values = rtc::rtp::read_extensions(*view, transport.extensions);
  }
  const int codec = track.codec_of(view->payload_type());
  if (codec < 0) return drops.add(DropReason::UnknownPayloadType);
  const CodecConfig& config = track.config.codecs[static_cast<std::size_t>(codec)];

  if (stream == nullptr || (!resent && stream->ssrc() != view->ssrc())) {
    // The layer begins, or goes on under another SSRC (livekit-wire.md F-7).
    const bool again = stream != nullptr;
    stream = std::make_unique<ReceivedStream>(StreamOptions{.ssrc = view->ssrc(),
                                                            .clock_rate = config.clock_rate,
                                                            .kind = track.config.kind,
                                                            .nack = track.may_nack(config)});
    track.clocks[layer] = {};
    for (Subscription* taker : track.takers) {
      if (again && taker->forwarder().source() == layer) taker->forwarder().restart();
      taker->refresh_wants();
      want_keyframe(*taker);
    }
  }
  const ReceivedStream::Taken taken =
      stream->on_packet(now, packet, view->sequence(), view->timestamp(), resent);
  if (taken.refused) return drops.add(*taken.refused);
  if (!track.started) {
    track.started = true;
    events_.push_back(TrackStarted{id_, track.id()});
  }
  if (track.muted) return drops.add(DropReason::Muted);
  if (values.audio_level && track.config.kind == MediaKind::Audio) {
    track.meter.on_packet(*values.audio_level);
  }
  const auto index = static_cast<std::uint8_t>(codec);
  if (held_ != nullptr)
    return hold(now, track, layer, *stream, taken.seq, packet, *view, values, index);
  fan_out(now, track, layer, *stream, taken.seq, packet, *view, values, index);
}

void Room::hold(Instant now, PublishedTrack& track, std::uint8_t layer, ReceivedStream& stream,
                rtc::rtp::SeqNo seq, MutableBytes packet, const RtpView& view,
                const ExtensionValues& values, std::uint8_t codec) {
  HeldPacket held;
  held.track = track.id();
  held.seq = seq;
  held.layer = layer;
  held.codec = codec;
  held.bytes.assign(packet.begin(), packet.end());
  if (track.config.kind == MediaKind::Video && !view.payload().empty()) {
    const auto frame = rtc::codec::inspect(track.kinds[codec], mutable_payload(packet, view),
                                           view.marker(), values.dependency_descriptor);
    held.keyframe = frame && frame->keyframe;
    if (held.keyframe) stream.keyframes().on_keyframe();
  }
  if (!held_->push(now, std::move(held))) return context_.drops.add(DropReason::DelayFull);
  wake_by(held_->next_due());
}

void Room::play_held(Instant now) noexcept {
  held_->forget_played();
  while (!context_.fanout.full()) {
    HeldPacket* held = held_->play(now);
    if (held == nullptr) break;
    PublishedTrack* track = find(held->track);
    if (track == nullptr || track->streams[held->layer] == nullptr) continue;
    const auto view = rtc::rtp::parse_rtp(held->bytes);
    if (!view) continue;
    last_media_ = now;  // the takers' reports and resends go on
    if (next_tick_.is_never()) next_tick_ = now;
    fan_out(now, *track, held->layer, *track->streams[held->layer], held->seq, held->bytes, *view,
            rtc::rtp::read_extensions(*view, track->publisher->extensions), held->codec);
  }
  wake_by(std::min(held_->next_due(), next_tick_));
}

void Room::fan_out(Instant now, PublishedTrack& track, std::uint8_t layer, ReceivedStream& stream,
                   rtc::rtp::SeqNo seq, MutableBytes packet, const RtpView& view,
                   const ExtensionValues& values, std::uint8_t codec) noexcept {
  std::optional<rtc::codec::FrameDependencies> dependencies;
  rtc::codec::FrameInfo frame;
  frame.keyframe = frame.start_of_frame = true;
  std::optional<rtc::codec::Vp8Descriptor> vp8;
  const rtc::codec::Kind kind = track.kinds[codec];
  const MutableBytes payload = mutable_payload(packet, view);
  // Of a codec we cannot read every packet may begin a picture: better a torn first one than none.
  if (kind != rtc::codec::Kind::Other && !payload.empty()) {
    const auto read =
        rtc::codec::inspect(kind, payload, view.marker(), values.dependency_descriptor);
    if (!read) return context_.drops.add(DropReason::Malformed);
    frame = *read;
    if (kind == rtc::codec::Kind::Vp8) vp8 = rtc::codec::parse_vp8(payload);
    if (frame.keyframe) stream.keyframes().on_keyframe();
    if (!values.dependency_descriptor.empty())
      dependencies = stream.dependencies(seq, values.dependency_descriptor);
    stream.on_frame(now, packet.size(), dependencies ? dependencies->temporal : frame.temporal);
    const bool is_svc = track.layer_count() == 1 &&
                        (kind == rtc::codec::Kind::Vp9 || kind == rtc::codec::Kind::Av1);
    if (is_svc != track.is_svc()) track.set_svc(is_svc);
    if (is_svc) track.svc->add(now, packet.size(), frame, dependencies ? &*dependencies : nullptr);
  }

  const auto fill = [&](IncomingPacket& incoming) {
    incoming.payload = payload;
    incoming.seq = seq;
    incoming.arrival = now;
    incoming.timestamp = view.timestamp();
    incoming.layer = layer;
    incoming.codec = codec;
    incoming.marker = view.marker();
    incoming.frame = frame;
    incoming.vp8 = vp8;
    incoming.dependencies = dependencies;
    incoming.extensions = values;
    incoming.is_plain = passes_nothing_on(values);
  };
  Fanout& fanout = context_.fanout;
  const Fanout::Source source{&track, track.wants_version, layer};
  if (fanout.goes_on(source)) return fill(fanout.add_packet());
  const auto bit = static_cast<std::uint8_t>(1U << layer);
  std::size_t takers = 0;
  for (std::size_t i = 0; i < track.wants.size(); ++i) {
    if ((track.wants[i] & bit) == 0) continue;
    if (takers++ == 0) {
      if (fanout.full()) return context_.drops.add(DropReason::FanoutFull);
      fill(fanout.add_packet_of(source));
    }
    fanout.add_taker(*track.takers[i]);
  }
  if (takers == 0) context_.drops.add(DropReason::NobodyTakes);
}

Transport::Source* Room::bind_source(Transport& transport, const RtpView& view,
                                     const ExtensionValues& values) {
  // Nothing is remembered for an SSRC that names no negotiated section (threat-model M11).
  if (values.mid.size() > kMaxMid) return nullptr;
  PublishedTrack* match = nullptr;
  for (PublishedTrack* track : transport.published) {
    const bool speaks =
        track->codec_of(view.payload_type()) >= 0 || track->codec_of_rtx(view.payload_type()) >= 0;
    if (!speaks) continue;
    if (!values.mid.empty()) {
      if (track->config.mid == values.mid) match = track;
    } else if (match == nullptr) {
      match =
          track;  // RFC 8843 §9.2: without mid the payload type names the section, if it is unique
    } else {
      return nullptr;
    }
  }
  if (match == nullptr) return nullptr;

  const std::string_view rid = values.repaired_rid.empty() ? values.rid : values.repaired_rid;
  const bool resends = match->codec_of(view.payload_type()) < 0;
  std::size_t layer = 0;
  if (!match->config.rids.empty()) {
    const auto named = std::find(match->config.rids.begin(), match->config.rids.end(), rid);
    if (named == match->config.rids.end()) return nullptr;
    layer = static_cast<std::size_t>(named - match->config.rids.begin());
  }
  const Transport::Source source{view.ssrc(), static_cast<std::uint8_t>(layer), resends, match};
  if (!add_source(transport, source)) return nullptr;
  return &transport.sources.back();
}

bool Room::add_source(Transport& transport, const Transport::Source& source) {
  if (Transport::Source* known = transport.find_source(source.ssrc)) {
    *known = source;
    return true;
  }
  if (transport.sources.size() >= Transport::kMaxSsrcs) {
    context_.drops.add(DropReason::TooManySsrcs);
    return false;
  }
  transport.sources.push_back(source);
  return true;
}

}  // namespace vv::sfu
