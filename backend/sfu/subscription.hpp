#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/prefetch.hpp"
#include "base/time.hpp"
#include "rtc/rtcp/packets.hpp"
#include "rtc/rtp/header_extensions.hpp"
#include "rtc/rtp/header_writer.hpp"
#include "rtc/transport_address.hpp"
#include "sfu/drop_reason.hpp"
#include "sfu/forwarder.hpp"
#include "sfu/incoming_packet.hpp"
#include "sfu/media_config.hpp"
#include "sfu/playout_delay.hpp"
#include "sfu/published_track.hpp"
#include "sfu/quality_meter.hpp"

namespace vv::rtc {
class SrtpSender;
}

namespace vv::sfu {

class Outbox;
struct Transport;

/// One track on its way to one transport.
///
/// Owns:    its forwarder, its outgoing headers and reports, its resend stream.
/// Not its: the track (may come and go), the transport.
class Subscription {
 public:
  struct Options {
    SubscriptionId id;
    TrackId track;
    SenderConfig sender;
    std::uint16_t start = 0;      ///< number before the first packet's, below 2^15
    std::uint16_t rtx_start = 0;  ///< likewise of the resend stream
  };
  Subscription(Transport& to, Options options);

  [[nodiscard]] SubscriptionId id() const { return options_.id; }
  [[nodiscard]] TrackId track_id() const { return options_.track; }
  void set_track_id(TrackId track) noexcept { options_.track = track; }
  [[nodiscard]] const SenderConfig& sender() const { return options_.sender; }
  void set_priority(std::uint8_t priority) noexcept { options_.sender.priority = priority; }
  [[nodiscard]] Transport& transport() const { return *to_; }
  [[nodiscard]] PublishedTrack* track() const { return track_; }
  [[nodiscard]] Forwarder& forwarder() { return forwarder_; }

  void bind(PublishedTrack& track);
  void unbind() noexcept;
  /// After anything that may change which layers the forwarder wants.
  void refresh_wants() noexcept;

  /// How far `send` came.
  struct Sent {
    std::size_t taken = 0;    ///< packets dealt with; fewer than given once `out` is full
    std::size_t written = 0;  ///< of these
  };
  /// Rewrites, encrypts and commits a run of packets to `out`, but for those that the forwarder
  /// leaves out.
  Sent send(Instant now, std::span<IncomingPacket> packets, const rtc::Path& path, Outbox& out,
            DropCounters& drops) noexcept;
  /// What `send` touches, fetched into the cache ahead of it: first what is here, then what that
  /// points to.
  void prefetch() const noexcept { prefetch_range(this, kHotBytes); }
  void prefetch_further() const noexcept { forwarder_.prefetch_further(); }
  /// Answers a NACK for one number from the track's history: in the resend stream (RFC 4588), or
  /// for sound, which has none, by the same packet again.
  std::optional<DropReason> resend(Instant now, std::uint16_t seq, const rtc::Path& path,
                                   Outbox& out) noexcept;

  /// Whether padding can be sent: in the resend stream, once the receiver is known to listen.
  [[nodiscard]] bool can_pad() const noexcept;
  /// Sends one packet of nothing but padding, to see what the link carries.
  static constexpr std::size_t kPaddingPacket = 255;  ///< bytes of padding (RFC 3550 §5.1)
  void pad(Instant now, const rtc::Path& path, Outbox& out) noexcept;

  // Reports. The first goes out as soon as the publisher's clock is known or kFirstReportWait is
  // over, the next every kReportInterval (livekit-wire.md D-25).
  static constexpr Duration kReportInterval = seconds(3);
  static constexpr Duration kFirstReportWait = milliseconds(500);
  [[nodiscard]] bool report_due(Instant now) const noexcept;
  /// Appends SR and SDES.
  void write_report(Instant now, ByteWriter& out) noexcept;
  /// What the subscriber says of this stream. @return round trip, when it can be told
  std::optional<Duration> on_report_block(Instant now,
                                          const rtc::rtcp::ReportBlock& block) noexcept;

  /// What the receiver reported since the last call.
  [[nodiscard]] TrackWindow take_window() noexcept;

  std::size_t slot = 0;       ///< index in the track's lists
  bool told_starved = false;  ///< as last reported to the control plane

 private:
  static constexpr std::size_t kHotBytes =
      6 * kCacheLine;  // to the end of the configuration's head
  // First packets carry the mid, so that a receiver that ignores a=ssrc can bind the stream, until
  // its first report says that it did.
  static constexpr std::uint32_t kMidPackets = 200;
  static constexpr std::uint8_t kNotSpoken = 0xFF;  // no payload type

  /// Payload type and payload of one packet as this subscriber takes it: RED as it is, or the
  /// newest frame in it. kNotSpoken with an empty payload: it cannot be taken.
  struct Outgoing {
    std::uint8_t payload_type;
    Bytes payload;
  };
  void bind_red(const PublishedTrack& track) noexcept;
  [[nodiscard]] Outgoing out_of_red(std::size_t codec, Bytes payload) const noexcept;

  /// Whether the packet of that number comes out of its source byte for byte as it left. Otherwise
  /// sending it again would use one nonce for two plaintexts (RFC 7714 §8.4).
  [[nodiscard]] bool is_repeatable(rtc::rtp::SeqNo sent) const noexcept;

  /// The transport-wide number of the next packet, where this stream carries one.
  [[nodiscard]] bool is_numbered() const noexcept;
  void note_sent(Instant now, std::size_t bytes) noexcept;
  /// One packet of `send`. @return its size, unless it was `refused`
  std::size_t write(std::uint32_t send_time, IncomingPacket& packet, MutableBytes space,
                    rtc::SrtpSender& sender, DropReason& refused) noexcept;
  Departure depart(const IncomingPacket& packet, DropReason& refused) noexcept;
  std::size_t seal_rewritten(std::uint8_t* out, std::size_t header_size, IncomingPacket& packet,
                             const Departure& departure, rtc::SrtpSender& sender) noexcept;
  /// `send_time` below, for now.
  [[nodiscard]] static std::uint32_t abs_send_time(Instant now) noexcept;
  std::size_t write_header(std::uint32_t send_time, MutableBytes out,
                           const rtc::rtp::RtpHeader& header,
                           const rtc::rtp::ExtensionValues& values) noexcept;
  std::size_t write_plain_header(std::uint32_t send_time, std::uint8_t* out,
                                 const rtc::rtp::RtpHeader& header) noexcept;
  std::size_t write_full_header(std::uint32_t send_time, MutableBytes out,
                                const rtc::rtp::RtpHeader& header, const IncomingPacket& packet,
                                const Departure& departure) noexcept;
  std::size_t write_narrowed_header(std::uint32_t send_time, MutableBytes out,
                                    const rtc::rtp::RtpHeader& header, const IncomingPacket& packet,
                                    std::uint32_t active_targets) noexcept;
  std::size_t write_any_header(std::uint32_t send_time, MutableBytes out,
                               const rtc::rtp::RtpHeader& header,
                               const rtc::rtp::ExtensionValues& values) noexcept;

  /// A header with nothing of the publisher's in it, which nearly all pictures' packets have: only
  /// its numbers and times differ from one to the next.
  struct PlainHeader {
    static constexpr std::size_t kMaxSize = 28;
    std::array<std::uint8_t, kMaxSize> bytes{};
    std::uint8_t size = 0;          ///< 0: not made yet
    std::uint8_t send_time_at = 0;  ///< 0: it has none
    std::uint8_t number_at = 0;     ///< likewise
    bool fits = true;
  };
  void make_plain_header() noexcept;
  /// Whether nothing of ours keeps the next header from being plain.
  [[nodiscard]] bool may_be_plain() noexcept {
    if (plain_.size == 0 && plain_.fits) make_plain_header();
    return plain_.fits && mid_left_ == 0 && !tells_playout();
  }
  /// Whether the next header has a playout delay in it.
  [[nodiscard]] bool tells_playout() const noexcept { return playout_ && playout_->is_due(); }

  // First what every packet touches.
  Transport* to_;
  PublishedTrack* track_ = nullptr;
  PlainHeader plain_;
  std::array<std::uint8_t, kMaxCodecs> payload_types_{};  ///< by the track's codec; kNotSpoken
  bool opens_red_ = false;  ///< takes the newest frame out of the track's RED
  std::uint32_t mid_left_ = kMidPackets;
  std::uint32_t packets_ = 0;
  std::uint32_t octets_ = 0;
  Instant last_sent_;
  std::unique_ptr<PlayoutDelay> playout_;  ///< where the room asks for one
  Forwarder forwarder_;
  Options options_;

  std::array<std::uint8_t, kMaxCodecs> rtx_payload_types_{};
  rtc::rtp::SeqNo rtx_seq_;
  rtc::rtp::SeqNo bound_from_;       ///< packets before it came from another track
  rtc::rtp::SeqNo repeatable_from_;  ///< packets before it had a mid, or were read differently
  Instant first_sent_;
  Instant last_report_;
  std::uint32_t last_report_ntp_ = 0;  ///< middle 32 bits
  bool reported_ = false;
  /// What the receiver said.
  struct Heard {
    std::uint32_t highest = 0;
    std::int32_t lost = 0;
    std::uint32_t jitter = 0;  ///< of its clock
  };
  Heard heard_;    ///< newest
  Heard counted_;  ///< at the last take_window
  bool has_heard_ = false;
};

}  // namespace vv::sfu
