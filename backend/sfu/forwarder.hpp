#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "rtc/codec/vp8.hpp"
#include "rtc/rtp/seq_no.hpp"
#include "rtc/rtp/sequence_map.hpp"
#include "sfu/clock_reference.hpp"
#include "sfu/drop_reason.hpp"
#include "sfu/incoming_packet.hpp"
#include "sfu/layer_selector.hpp"
#include "sfu/media_config.hpp"

namespace vv::sfu {

/// How one packet leaves to one subscriber.
struct Departure {
  rtc::rtp::SeqNo seq;
  std::uint32_t timestamp = 0;
  rtc::codec::Vp8Rewriter::Offsets vp8;  ///< zero unless the codec is VP8
  bool marker = false;
  /// Decode targets that the dependency descriptor has to name; 0 when it is right as it came.
  std::uint32_t active_targets = 0;
};

/// Which packets of a track one subscriber gets, and what they are called there: one continuous
/// stream however often its source changes (livekit-wire.md F-8 to F-10).
///
/// Owns:    the mapping of numbers, timestamps and VP8 ids; the current and the wanted layer.
/// Not its: bytes, encryption, RTCP; choosing the layer (allocator.hpp).
class Forwarder {
 public:
  static constexpr std::uint8_t kNoLayer = 0xFF;

  struct Options {
    MediaKind kind = MediaKind::Audio;
    std::uint32_t clock_rate = 48'000;
    /// Number before the first packet's, below 2^15 (threat-model M10).
    std::uint16_t start = 0;
    LayerLimit limit;
  };
  explicit Forwarder(const Options& options);

  /// Decides about one packet; call in arrival order.
  /// @param clocks  sender clock of each layer, to keep timestamps true across a switch
  struct Verdict {
    std::optional<Departure> departure;
    DropReason reason = DropReason::Count;  ///< when there is no departure
  };
  [[nodiscard]] Verdict accept(const IncomingPacket& packet,
                               const std::array<ClockReference, 3>& clocks) noexcept {
    if (goes_on(packet)) return {go_on(packet), DropReason::Count};
    return decide(packet, clocks);
  }
  /// Whether this is the next packet of what is being sent, about which everything was decided with
  /// an earlier one. Then `go_on` is all of `accept`.
  [[nodiscard]] bool goes_on(const IncomingPacket& packet) const noexcept {
    return packet.layer == current_ && packet.seq > highest_in_ && !packet.payload.empty() &&
           (kind_ == MediaKind::Audio || (!svc_ && selector_.goes_on(packet))) &&
           (!packet.vp8 || vp8_.is_of_newest(*packet.vp8));
  }
  [[nodiscard]] Departure go_on(const IncomingPacket& packet) noexcept {
    highest_in_ = packet.seq;
    last_out_ = rtc::rtp::SeqNo{packet.seq.raw() + offset_};
    last_timestamp_ = packet.timestamp + timestamp_offset_;
    last_arrival_ = packet.arrival;
    const auto vp8 = packet.vp8 ? vp8_.offsets() : rtc::codec::Vp8Rewriter::Offsets{};
    map_.note(last_out_, packet.seq,
              {.timestamp_offset = timestamp_offset_,
               .picture_id_offset = vp8.picture_id,
               .tl0_offset = vp8.tl0,
               .layer = packet.layer});
    return {.seq = last_out_, .timestamp = last_timestamp_, .vp8 = vp8, .marker = packet.marker};
  }

  /// What an already sent number was made from, for resending.
  [[nodiscard]] std::optional<rtc::rtp::SequenceMap::Source> source_of(
      rtc::rtp::SeqNo seq) const noexcept {
    return map_.find(seq);
  }

  void set_limit(LayerLimit limit) noexcept { limit_ = limit; }
  [[nodiscard]] LayerLimit limit() const { return limit_; }
  /// Wanted layer, taken at its next key frame; the current one goes on until then.
  /// @param temporal  highest temporal layer of it
  void set_target(std::uint8_t layer, std::uint8_t temporal = kAllFrames) noexcept {
    target_ = layer;
    temporal_target_ = temporal;
  }
  /// Nothing is sent; afterwards video begins with a key frame again.
  void set_paused(bool paused) noexcept;
  /// Nothing is sent for want of capacity; like a pause, but not the subscriber's wish.
  void set_starved(bool starved) noexcept;
  [[nodiscard]] bool is_starved() const { return starved_; }
  /// The track's numbering begins anew: codec or publisher's stream changed.
  void restart() noexcept;
  /// From now on layers are those inside one stream (VP9 and AV1), not streams of their own.
  void set_svc(bool is_svc) noexcept { svc_ = is_svc; }

  [[nodiscard]] bool paused() const { return paused_; }
  [[nodiscard]] std::uint8_t current() const {
    return svc_ && current_ != kNoLayer ? selector_.spatial() : current_;
  }
  /// The track's stream that is sent now, or kNoLayer.
  [[nodiscard]] std::uint8_t source() const { return current_; }
  [[nodiscard]] std::uint8_t target() const { return target_; }
  [[nodiscard]] std::uint8_t temporal_target() const { return temporal_target_; }
  /// Bit n: packets of layer n are worth handing to `accept`.
  [[nodiscard]] std::uint8_t wanted_layers() const noexcept;
  [[nodiscard]] bool awaits_keyframe() const noexcept {
    if (kind_ != MediaKind::Video || paused_ || starved_) return false;
    return svc_ && current_ != kNoLayer ? selector_.needs_keyframe() : current_ != target_;
  }
  [[nodiscard]] bool started() const { return started_; }
  [[nodiscard]] rtc::rtp::SeqNo last_seq() const { return last_out_; }
  [[nodiscard]] std::uint32_t timestamp_offset() const { return timestamp_offset_; }
  /// Whether a packet that was sent ended its picture there, though not at its publisher.
  [[nodiscard]] bool ended_picture(rtc::rtp::SeqNo seq) const noexcept;
  [[nodiscard]] std::uint32_t last_timestamp() const { return last_timestamp_; }
  [[nodiscard]] Instant last_arrival() const { return last_arrival_; }

  /// What `accept` looks up outside of the forwarder, fetched into the cache ahead of it.
  void prefetch_further() const noexcept { map_.prefetch(); }

 private:
  // Numbers left out, for packets that arrive late: those before a drop still have its room. A
  // stream of layers leaves out a run or two a picture.
  static constexpr std::size_t kRememberedDrops = 32;
  static constexpr std::size_t kRememberedEnds = 32;

  struct Drops {
    rtc::rtp::SeqNo first;
    std::uint64_t count = 0;
  };

  [[nodiscard]] Verdict decide(const IncomingPacket& packet,
                               const std::array<ClockReference, 3>& clocks) noexcept;
  void switch_to(const IncomingPacket& packet,
                 const std::array<ClockReference, 3>& clocks) noexcept;
  [[nodiscard]] std::uint32_t continued_timestamp(
      const IncomingPacket& packet, const std::array<ClockReference, 3>& clocks) const noexcept;
  void leave_out(const IncomingPacket& packet) noexcept;
  void note_end(rtc::rtp::SeqNo seq) noexcept;
  [[nodiscard]] std::optional<rtc::rtp::SeqNo> number(rtc::rtp::SeqNo in) noexcept;

  MediaKind kind_;
  std::uint32_t clock_rate_;
  LayerLimit limit_;
  std::uint8_t current_ = kNoLayer;
  std::uint8_t target_ = 0;
  std::uint8_t temporal_target_ = kAllFrames;
  bool paused_ = false;
  bool starved_ = false;
  bool svc_ = false;
  bool started_ = false;

  std::uint64_t offset_ = 0;  // out = in + offset, modulo 2^64
  rtc::rtp::SeqNo first_in_;  // of the current source
  rtc::rtp::SeqNo highest_in_;
  rtc::rtp::SeqNo last_out_;
  std::uint32_t timestamp_offset_ = 0;
  std::uint32_t last_timestamp_ = 0;  // as sent
  Instant last_arrival_;
  rtc::codec::Vp8Rewriter vp8_;
  rtc::rtp::SequenceMap map_;
  LayerSelector selector_;
  /// Both are rings once they are full; most subscriptions never need either.
  struct Rare {
    std::vector<Drops> drops;
    std::size_t drop_count = 0;
    std::vector<std::uint32_t> ends;  ///< numbers sent with a marker of ours
    std::size_t end_count = 0;
  };
  [[nodiscard]] Rare& rare() noexcept {
    if (rare_ == nullptr) rare_ = std::make_unique<Rare>();
    return *rare_;
  }
  std::unique_ptr<Rare> rare_;
};

}  // namespace vv::sfu
