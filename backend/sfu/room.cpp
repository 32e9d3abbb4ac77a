#include "sfu/room.hpp"

#include <algorithm>
#include <utility>

#include "base/check.hpp"

namespace vv::sfu {
namespace {

// While media flows, everything periodic happens in steps of this: resend requests, feedback,
// reports. Short against reordering on real links, long against the work of a step.
constexpr Duration kTick = milliseconds(20);
// After this long without a packet the room sleeps until a peer wants to be woken.
constexpr Duration kActiveFor = seconds(3);
// livekit-wire.md F-28
constexpr Duration kSpeakerWindow = milliseconds(400);
constexpr Duration kStatsInterval = seconds(5);

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};

}  // namespace

Room::Room(RoomId id, RoomContext context) : id_(id), context_(context) {}

Room::~Room() = default;

void Room::apply(Instant now, const Command& command) {
  VV_CHECK(context_.fanout.empty(), "commands come between bursts: packets point at subscriptions");
  std::visit([&](const auto& c) { on(now, c); }, command);
  remove_gone();
}

void Room::handle_datagram(Instant now, TransportId id, const rtc::Path& path,
                           MutableBytes datagram) noexcept {
  if (last_transport_ == nullptr || last_transport_->id != id) {
    last_transport_ = find(id);
    if (last_transport_ == nullptr) return;
  }
  Transport& transport = *last_transport_;
  if (transport.gone) return;
  transport.last_heard = now;
  transport.peer.handle_datagram(now, path, datagram);
  drain(now, transport);
}

void Room::drain(Instant now, Transport& transport) noexcept {
  while (auto event = transport.peer.poll_event()) handle_event(now, transport, *event);
  while (!context_.outbox.full()) {
    const auto transmit = transport.peer.poll_transmit(now, context_.outbox.space());
    if (!transmit) break;
    context_.outbox.commit(transmit->path, transmit->size);
  }
  const Instant next = context_.outbox.full() ? now : transport.peer.next_timeout();
  turns_[transport.turn].peer = next;
  wake_by(next);
}

void Room::handle_event(Instant now, Transport& transport, rtc::Event& event) {
  std::visit(
      Overloaded{
          [&](rtc::RtpPacket& e) { handle_rtp(now, transport, e.bytes); },
          [&](rtc::RtcpPacket& e) { handle_rtcp(now, transport, e.bytes); },
          [&](rtc::PathValidated& e) {
            routes_.push_back({RouteChange::Kind::Added, e.path, transport.id});
          },
          [&](rtc::PathRetired& e) {
            routes_.push_back({RouteChange::Kind::Retired, e.path, transport.id});
          },
          [](rtc::PathSelected&) {},
          [&](rtc::Connected&) {
            transport.connected = true;
            events_.push_back(TransportConnected{id_, transport.id});
            for (Subscription* s : transport.subscriptions) want_keyframe(*s);
            stir(transport);
            wake_by(now);
            next_tick_ = now;
            if (next_stats_.is_never()) next_stats_ = now + kStatsInterval;
          },
          [&](rtc::Disconnected& e) {
            transport.connected = false;
            transport.gone = true;
            any_gone_ = true;
            events_.push_back(TransportDisconnected{id_, transport.id, e.reason});
            wake_by(now);
          },
          [&](rtc::ChannelOpened& e) {
            const auto known = std::find_if(transport.channels.begin(), transport.channels.end(),
                                            [&](const auto& c) { return c.id == e.channel; });
            if (known != transport.channels.end()) {
              known->open = true;
            } else {
              transport.channels.push_back({.id = e.channel, .open = true, .label = e.label});
            }
            events_.push_back(ChannelOpened{id_, transport.id, e.label});
          },
          [&](rtc::ChannelClosed& e) {
            std::erase_if(transport.channels, [&](const auto& c) { return c.id == e.channel; });
          },
          [&](rtc::ChannelMessage& e) {
            const auto channel = std::find_if(transport.channels.begin(), transport.channels.end(),
                                              [&](const auto& c) { return c.id == e.channel; });
            if (channel == transport.channels.end()) return;
            events_.push_back(
                DataReceived{id_, transport.id, channel->label, std::move(e.bytes), e.binary});
          },
      },
      event);
}

void Room::handle_timeout(Instant now) noexcept {
  VV_CHECK(context_.fanout.empty(), "timeouts come between bursts");
  next_timeout_ = Instant::never();
  remove_gone();
  const bool tick_now = now >= next_tick_;
  for (Turn& turn : turns_) {
    const bool is_step = tick_now && now >= turn.step;
    if (!is_step && now < turn.peer) {
      wake_by(turn.peer);
      continue;
    }
    if (context_.outbox.full()) {  // the shard empties it and calls again
      next_timeout_ = now;
      return;
    }
    Transport& transport = *turn.transport;
    if (now >= turn.peer) transport.peer.handle_timeout(now);
    drain(now, transport);
    if (is_step && transport.connected) turn.step = tick(now, transport);
  }
  if (tick_now) {
    next_tick_ = now - last_media_ < kActiveFor ? now + kTick : Instant::never();
  }
  if (now >= next_speakers_) {
    close_speaker_window(now);
    next_speakers_ = now - last_media_ < kActiveFor ? now + kSpeakerWindow : Instant::never();
  }
  if (now >= next_stats_) {
    report_stats(now);
    report_qualities(now);
    next_stats_ = transports_.empty() ? Instant::never() : now + kStatsInterval;
  }
  wake_by(std::min({next_tick_, next_speakers_, next_stats_}));
  if (any_gone_) wake_by(now);
  if (held_ != nullptr) play_held(now);
  if (!silences_.empty()) play_silences(now);
}

void Room::wake_by(Instant at) noexcept { next_timeout_ = std::min(next_timeout_, at); }

std::optional<Event> Room::poll_event() {
  if (events_.empty()) return std::nullopt;
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::optional<RouteChange> Room::poll_route() {
  if (routes_.empty()) return std::nullopt;
  const RouteChange change = routes_.front();
  routes_.pop_front();
  return change;
}

Transport* Room::find(TransportId id) noexcept {
  const auto found = transports_.find(id);
  return found == transports_.end() ? nullptr : found->second.get();
}

PublishedTrack* Room::find(TrackId id) noexcept {
  const auto found = tracks_.find(id);
  return found == tracks_.end() ? nullptr : found->second.get();
}

Subscription* Room::find(SubscriptionId id) noexcept {
  const auto found = subscriptions_.find(id);
  return found == subscriptions_.end() ? nullptr : found->second.get();
}

void Room::remove_gone() {
  if (!any_gone_) return;
  any_gone_ = false;
  std::vector<Transport*> gone;
  for (const auto& [id, transport] : transports_) {
    if (transport->gone) gone.push_back(transport.get());
  }
  for (Transport* transport : gone) remove(*transport);
}

void Room::close(Instant now, Transport& transport) {
  transport.peer.close();
  if (!context_.outbox.full()) {
    if (const auto goodbye = transport.peer.poll_transmit(now, context_.outbox.space())) {
      context_.outbox.commit(goodbye->path, goodbye->size);
    }
  }
  remove(transport);
}

void Room::remove(Transport& transport) {
  while (!transport.published.empty()) remove(*transport.published.back());
  while (!transport.subscriptions.empty()) remove(*transport.subscriptions.back());
  last_transport_ = nullptr;
  routes_.push_back({RouteChange::Kind::TransportGone, {}, transport.id});
  turns_.erase(turns_.begin() + static_cast<std::ptrdiff_t>(transport.turn));
  for (std::size_t i = transport.turn; i < turns_.size(); ++i) turns_[i].transport->turn = i;
  transports_.erase(transport.id);
}

void Room::remove(PublishedTrack& track) {
  while (!track.takers.empty()) track.remove_taker(*track.takers.back());
  Transport& publisher = *track.publisher;
  std::erase(publisher.published, &track);
  std::erase_if(publisher.sources, [&](const Transport::Source& s) { return s.track == &track; });
  tracks_.erase(track.id());
}

void Room::remove(Subscription& subscription) {
  if (subscription.track() != nullptr) subscription.track()->remove_taker(subscription);
  std::erase(subscription.transport().subscriptions, &subscription);
  subscriptions_.erase(subscription.id());
}

}  // namespace vv::sfu
