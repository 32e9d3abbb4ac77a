// Reports and feedback, both ways.
#include <algorithm>
#include <array>
#include <utility>

#include "rtc/rtcp/compound.hpp"
#include "rtc/rtcp/writer.hpp"
#include "rtc/srtp/srtp_profile.hpp"
#include "sfu/room.hpp"

namespace vv::sfu {

namespace {

// Our own SSRC where we only receive (RFC 3550 lets it be any); libwebrtc uses 1, too.
constexpr std::uint32_t kReceiverSsrc = 1;
// livekit-wire.md F-4: at least one a second.
constexpr Duration kReceiverReportInterval = seconds(1);
// Layers and reports of subscribers move slowly, and there are many of them.
constexpr Duration kSubscriberTick = Allocator::kInterval;
// In one step of a probe, whatever it would like: the next step may have the rest.
constexpr std::size_t kMaxPaddingPackets = 64;
constexpr std::size_t kMaxCompound = rtc::kMaxSentDatagram - rtc::kMaxSrtcpOverhead;

/// What we think a transport can take; 0 while no limit has shown.
std::uint64_t downlink_of(Instant now, const Transport& transport) {
  const bool is_informed = transport.link != nullptr && transport.link->is_informed(now);
  if (is_informed) return transport.capacity().value_or(0);
  return transport.downlink.bits_per_second(now);
}

Subscription* find_by_ssrc(Transport& transport, std::uint32_t ssrc) {
  for (Subscription* s : transport.subscriptions) {
    if (s->sender().ssrc == ssrc || (s->sender().rtx_ssrc == ssrc && ssrc != 0)) return s;
  }
  return nullptr;
}

}  // namespace

void Room::handle_rtcp(Instant now, Transport& transport, Bytes bytes) noexcept {
  auto compound = rtc::rtcp::Compound::parse(bytes);
  if (!compound) return context_.drops.add(DropReason::BadRtcp);
  stir(transport);
  while (const auto block = compound->next()) {
    if (const auto* sr = std::get_if<rtc::rtcp::SenderReport>(&*block)) {
      const Transport::Source* source = transport.find_source(sr->ssrc);
      if (source != nullptr && !source->resends) {
        if (ReceivedStream* stream = source->track->streams[source->layer].get()) {
          stream->on_sender_report(now, sr->ntp, sr->rtp_timestamp);
          source->track->clocks[source->layer] = stream->clock();
        }
      }
      on_reports(now, transport, sr->reports);
    } else if (const auto* rr = std::get_if<rtc::rtcp::ReceiverReport>(&*block)) {
      on_reports(now, transport, rr->reports);
    } else if (const auto* nack = std::get_if<rtc::rtcp::Nack>(&*block)) {
      on_nack(now, transport, *nack);
    } else if (const auto* pli = std::get_if<rtc::rtcp::Pli>(&*block)) {
      ask_keyframe(transport, pli->media_ssrc);
    } else if (const auto* fir = std::get_if<rtc::rtcp::Fir>(&*block)) {
      for (const rtc::rtcp::FirItem item : fir->items) ask_keyframe(transport, item.ssrc);
    } else if (const auto* remb = std::get_if<rtc::rtcp::Remb>(&*block)) {
      transport.downlink.on_remb(now, remb->bitrate, transport.sent_rate.bits_per_second(now));
    } else if (const auto* twcc = std::get_if<rtc::rtcp::Twcc>(&*block)) {
      on_arrivals(now, transport, twcc->body);
    }
  }
}

void Room::on_arrivals(Instant now, Transport& transport, Bytes body) noexcept {
  if (transport.link == nullptr) return context_.drops.add(DropReason::ForeignFeedback);
  const auto feedback = rtc::bwe::TwccFeedback::parse(body);
  if (!feedback) return context_.drops.add(DropReason::BadRtcp);
  transport.link->on_feedback(now, *feedback);
  if (!transport.link->take_cut()) return;
  transport.allocator.answer_cut(now, transport);
  for (Subscription* subscription : transport.subscriptions) {
    if (subscription->forwarder().awaits_keyframe()) want_keyframe(*subscription);
  }
  tell_news(transport);
}

void Room::tell_news(Transport& transport) {
  if (!std::exchange(transport.has_news, false)) return;
  for (Subscription* subscription : transport.subscriptions) {
    const bool starves = subscription->forwarder().is_starved();
    if (std::exchange(subscription->told_starved, starves) == starves) continue;
    events_.push_back(SubscriptionStarved{id_, transport.participant, subscription->id(), starves});
  }
}

void Room::pad(Instant now, Transport& transport) noexcept {
  if (transport.link == nullptr) return;
  std::size_t due = transport.link->padding_due(now);
  if (due == 0) return;
  const auto carrier = std::find_if(transport.subscriptions.begin(), transport.subscriptions.end(),
                                    [](const Subscription* s) { return s->can_pad(); });
  if (carrier == transport.subscriptions.end()) return transport.link->cannot_pad(now);
  const rtc::Path* path = transport.peer.selected_path();
  if (path == nullptr) return;
  for (std::size_t i = 0; i < kMaxPaddingPackets && due > 0 && !context_.outbox.full(); ++i) {
    (*carrier)->pad(now, *path, context_.outbox);
    due -= std::min(due, Subscription::kPaddingPacket);
  }
}

void Room::on_reports(Instant now, Transport& transport,
                      const rtc::rtcp::ReportBlocks& blocks) noexcept {
  std::uint8_t worst = 0;
  bool any = false;
  for (const rtc::rtcp::ReportBlock block : blocks) {
    Subscription* subscription = find_by_ssrc(transport, block.ssrc);
    if (subscription == nullptr) {
      context_.drops.add(DropReason::ForeignFeedback);
      continue;
    }
    if (block.ssrc != subscription->sender().ssrc) continue;  // losses of resends were ours to risk
    any = true;
    worst = std::max(worst, block.fraction_lost);
    if (const auto rtt = subscription->on_report_block(now, block)) {
      transport.rtt = transport.rtt_known ? (transport.rtt * 7 + *rtt) / 8 : *rtt;
      transport.rtt_known = true;
    }
  }
  if (any) transport.downlink.on_loss(now, worst, transport.sent_rate.bits_per_second(now));
}

void Room::on_nack(Instant now, Transport& transport, const rtc::rtcp::Nack& nack) noexcept {
  Subscription* subscription = find_by_ssrc(transport, nack.media_ssrc);
  if (subscription == nullptr) return context_.drops.add(DropReason::ForeignFeedback);
  const rtc::Path* path = transport.peer.selected_path();
  if (path == nullptr) return context_.drops.add(DropReason::NotConnected);
  std::size_t answered = 0;
  for (const rtc::rtcp::NackItem item : nack.items) {
    for (unsigned bit = 0; bit <= 16; ++bit) {
      if (bit > 0 && ((item.mask >> (bit - 1)) & 1U) == 0) continue;
      // threat-model M16: numbers a packet.
      if (++answered > rtc::rtp::NackTracker::kMaxPerPacket) return;
      if (context_.outbox.full()) return context_.drops.add(DropReason::OutboxFull);
      const auto seq = static_cast<std::uint16_t>(item.packet_id + bit);
      if (const auto reason = subscription->resend(now, seq, *path, context_.outbox)) {
        context_.drops.add(*reason);
      }
    }
  }
}

void Room::ask_keyframe(Transport& transport, std::uint32_t ssrc) noexcept {
  Subscription* subscription = find_by_ssrc(transport, ssrc);
  if (subscription == nullptr) return context_.drops.add(DropReason::ForeignFeedback);
  PublishedTrack* track = subscription->track();
  if (track == nullptr || track->config.kind != MediaKind::Video) return;
  const std::uint8_t layer = subscription->forwarder().source();
  if (layer >= kMaxLayers || track->streams[layer] == nullptr) return want_keyframe(*subscription);
  track->streams[layer]->keyframes().want();
}

void Room::want_keyframe(Subscription& subscription) noexcept {
  // Before the handshake is done it could not be sent, and the next one would be 500 ms away: joins
  // that lost this race saw their first picture after 600 ms instead of 100.
  if (!subscription.transport().connected) return;
  PublishedTrack* track = subscription.track();
  Forwarder& forwarder = subscription.forwarder();
  if (track == nullptr || track->config.kind != MediaKind::Video || forwarder.paused()) return;
  if (held_ != nullptr && held_->holds_keyframe(track->id())) return;
  if (forwarder.current() != Forwarder::kNoLayer && !forwarder.awaits_keyframe()) return;
  // The wanted layer where there is one yet, else the best below it.
  for (int layer = std::min<int>(forwarder.target(), kMaxLayers - 1); layer >= 0; --layer) {
    if (ReceivedStream* stream = track->streams[static_cast<std::size_t>(layer)].get()) {
      stream->keyframes().want();
      return;
    }
  }
}

Instant Room::tick(Instant now, Transport& transport) noexcept {
  feed_back_to_publisher(now, transport);
  pad(now, transport);
  if (!transport.subscriptions.empty() && now >= transport.next_subscriber_tick) {
    transport.next_subscriber_tick = now + kSubscriberTick;
    transport.allocator.update(now, transport);
    tell_news(transport);
    for (Subscription* subscription : transport.subscriptions) {
      if (subscription->forwarder().awaits_keyframe()) want_keyframe(*subscription);
    }
    report_to_subscriber(now, transport);
  }
  const bool may_pad = transport.link != nullptr && transport.link->capacity();
  if (!transport.published.empty() || may_pad) return now;
  return transport.subscriptions.empty() ? Instant::never() : transport.next_subscriber_tick;
}

void Room::feed_back_to_publisher(Instant now, Transport& transport) noexcept {
  if (!transport.connected || transport.published.empty() || context_.outbox.full()) return;
  MutableBytes space = context_.outbox.space();
  ByteWriter out{space.first(kMaxCompound)};

  // A report first, where one is due: then the whole is a compound in the strict sense, too.
  if (now - transport.last_receiver_report >= kReceiverReportInterval) {
    std::array<rtc::rtcp::ReportBlock, rtc::rtcp::kMaxReportBlocks> blocks;
    std::size_t count = 0;
    for (PublishedTrack* track : transport.published) {
      for (auto& stream : track->streams) {
        if (stream == nullptr || !stream->is_live(now) || count == blocks.size()) continue;
        blocks[count++] = stream->stats().report(now);
      }
    }
    if (count > 0) {
      static_cast<void>(
          rtc::rtcp::write_receiver_report(out, kReceiverSsrc, {blocks.data(), count}));
      transport.last_receiver_report = now;
    }
  }
  for (PublishedTrack* track : transport.published) {
    for (auto& stream : track->streams) {
      if (stream == nullptr) continue;
      if (stream->nack_enabled()) {
        if (transport.rtt_known) stream->nacks().set_rtt(transport.rtt);
        const auto missing = stream->nacks().due(now);
        if (!missing.empty()) {
          static_cast<void>(rtc::rtcp::write_nack(out, kReceiverSsrc, stream->ssrc(), missing));
        }
        if (stream->nacks().take_gave_up() && track->config.kind == MediaKind::Video) {
          stream->keyframes().want();
        }
      }
      if (stream->is_live(now) && stream->keyframes().take(now)) {
        static_cast<void>(rtc::rtcp::write_pli(out, kReceiverSsrc, stream->ssrc()));
      }
    }
  }
  send_rtcp(transport, space, out.size());

  if (transport.arrivals == nullptr) return;
  while (!context_.outbox.full()) {
    space = context_.outbox.space();
    const auto size = transport.arrivals->poll(now, kReceiverSsrc, transport.twcc_ssrc,
                                               space.first(kMaxCompound));
    if (!size) break;
    send_rtcp(transport, space, *size);
  }
}

void Room::report_to_subscriber(Instant now, Transport& transport) noexcept {
  for (Subscription* subscription : transport.subscriptions) {
    if (!subscription->report_due(now) || context_.outbox.full()) continue;
    const MutableBytes space = context_.outbox.space();
    ByteWriter out{space.first(kMaxCompound)};
    subscription->write_report(now, out);
    send_rtcp(transport, space, out.size());
  }
}

void Room::send_rtcp(Transport& transport, MutableBytes space, std::size_t size) noexcept {
  const rtc::Path* path = transport.peer.selected_path();
  if (size == 0 || path == nullptr) return;
  const auto protected_size = transport.peer.protect_rtcp(space, size);
  if (!protected_size) return context_.drops.add(DropReason::ProtectFailed);
  context_.outbox.commit(*path, *protected_size);
}

void Room::close_speaker_window(Instant) {
  SpeakersChanged changed{id_, {}};
  for (const auto& [id, track] : tracks_) {
    if (track->config.kind != MediaKind::Audio) continue;
    const float level = track->meter.close_window();
    if (level == track->spoken_level) continue;
    track->spoken_level = level;
    changed.changes.push_back({.participant = track->publisher->participant,
                               .track = id,
                               .level = level,
                               .active = level > 0});
  }
  if (changed.changes.empty()) return;
  std::stable_sort(changed.changes.begin(), changed.changes.end(),
                   [](const Speaker& a, const Speaker& b) { return a.level > b.level; });
  events_.push_back(std::move(changed));
}

void Room::report_stats(Instant now) {
  for (const auto& [id, transport] : transports_) {
    if (!transport->connected) continue;
    events_.push_back(TransportStats{.room = id_,
                                     .transport = id,
                                     .rtt = transport->rtt_known ? transport->rtt : Duration{},
                                     .bytes_received = transport->bytes_received,
                                     .bytes_sent = transport->bytes_sent,
                                     .downlink_bps = downlink_of(now, *transport)});
  }
}

}  // namespace vv::sfu
