#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/prefetch.hpp"
#include "base/time.hpp"
#include "rtc/bwe/downlink_rate.hpp"
#include "rtc/bwe/link_estimator.hpp"
#include "rtc/bwe/twcc_recorder.hpp"
#include "rtc/peer.hpp"
#include "rtc/rtp/header_extensions.hpp"
#include "sfu/allocator.hpp"
#include "sfu/ids.hpp"
#include "sfu/ingress_budget.hpp"
#include "sfu/rate_meter.hpp"
#include "sfu/resend_guard.hpp"

namespace vv::sfu {

struct PublishedTrack;
class Subscription;

/// One participant's transport inside a room: its peer, what it publishes and what it is sent.
///
/// Owns:    the peer and this transport's budgets, feedback and channels.
/// Not its: tracks and subscriptions (Room), listed here to be found quickly.
struct alignas(kCacheLine) Transport {
  // threat-model M11: SSRCs a transport.
  static constexpr std::size_t kMaxSsrcs = 64;
  static constexpr std::uint32_t kEndOfQueue = 0xFFFF'FFFF;
  // Everyone starts at the top; a link that cannot take it says so within a second.
  static constexpr std::uint64_t kStartRate = 10'000'000;  // bit/s
  static constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();
  // Interop: what libwebrtc assumes before the first round trip is known (livekit-wire.md F-11).
  static constexpr Duration kDefaultRtt = milliseconds(70);

  /// What one SSRC of the publisher is.
  struct Source {
    std::uint32_t ssrc = 0;
    std::uint8_t layer = 0;
    bool resends = false;
    PublishedTrack* track = nullptr;
  };
  struct Channel {
    rtc::ChannelId id = 0;
    bool open = false;
    std::string label;
  };

  Transport(Instant now, ParticipantId p, TransportId t,
            std::shared_ptr<const rtc::DtlsIdentity> certificate, rtc::PeerOptions options)
      : peer(now, std::move(options)), participant(p), id(t), identity(std::move(certificate)) {}

  [[nodiscard]] Source* find_source(std::uint32_t ssrc) noexcept {
    const auto found = std::find_if(sources.begin(), sources.end(),
                                    [&](const Source& s) { return s.ssrc == ssrc; });
    return found == sources.end() ? nullptr : &*found;
  }
  /// Bit/s for pictures where the receiver reports arrivals; nothing while no limit has shown.
  [[nodiscard]] std::optional<std::uint64_t> capacity() const {
    const std::optional<std::uint64_t> measured = link->capacity();
    if (most == kNoLimit) return measured;
    return std::min(measured.value_or(most), most);
  }
  void on_media_sent(Instant now, std::size_t bytes) noexcept {
    bytes_sent += bytes;
    sent_rate.add(now, bytes);
    resends.on_sent(bytes);
  }

  // What every forwarded packet touches lies side by side. Fanout fetches it into the cache ahead
  // of its use, in three steps: what is here, what that points to, what that points to in turn.
  void prefetch() const noexcept { prefetch_range(this, kHotBytes); }
  void prefetch_further() const noexcept {
    peer.prefetch();
    if (link != nullptr) link->prefetch();
  }
  void prefetch_furthest() const noexcept {
    peer.prefetch_further();
    if (link != nullptr) link->prefetch_further();
  }
  static constexpr std::size_t kHotBytes = 2 * kCacheLine;
  rtc::Peer peer;
  // Packets waiting in the fan-out, first and last.
  std::uint32_t queue_head = kEndOfQueue;
  std::uint32_t queue_tail = kEndOfQueue;
  std::unique_ptr<rtc::bwe::LinkEstimator> link;  ///< when a picture's arrivals may be reported
  std::uint64_t bytes_sent = 0;
  RateMeter sent_rate;
  ResendGuard resends;  ///< its beginning
  bool connected = false;

  ParticipantId participant;
  TransportId id;
  /// Its own, whatever others begin with; the peer looks at it until its end, and not in it.
  std::shared_ptr<const rtc::DtlsIdentity> identity;
  Instant last_heard;    ///< any datagram
  bool gone = false;     ///< disconnected; removed at the next safe moment
  std::size_t turn = 0;  ///< index into the room's turns

  // As a publisher.
  rtc::rtp::ExtensionIds extensions;  ///< one table a bundle (RFC 8843)
  std::vector<PublishedTrack*> published;
  std::vector<Source> sources;
  IngressBudget ingress;
  std::unique_ptr<rtc::bwe::TwccRecorder> arrivals;  ///< when transport-cc was negotiated
  std::uint32_t twcc_ssrc = 0;                       ///< of the newest packet noted in it
  std::uint64_t bytes_received = 0;
  Instant last_media;
  Instant last_receiver_report;

  // As a subscriber.
  std::vector<Subscription*> subscriptions;
  rtc::bwe::DownlinkRate downlink{kStartRate};  ///< what is left where they are not
  std::uint64_t most = kNoLimit;                ///< bit/s, whatever the link would carry
  Allocator allocator;
  bool may_starve = true;  ///< whether a picture may be left out for want of capacity
  bool has_news = false;   ///< one was, or came back, since the last tick
  Duration rtt = kDefaultRtt;
  bool rtt_known = false;
  Instant next_subscriber_tick;

  std::vector<Channel> channels;
};

}  // namespace vv::sfu
