#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "rtc/codec/codec.hpp"
#include "sfu/audio_meter.hpp"
#include "sfu/clock_reference.hpp"
#include "sfu/ids.hpp"
#include "sfu/media_config.hpp"
#include "sfu/received_stream.hpp"
#include "sfu/spatial_layers.hpp"

namespace vv::sfu {

class Subscription;
struct Transport;

// threat-model M11
inline constexpr std::size_t kMaxLayers = 3;
inline constexpr std::size_t kMaxCodecs = 16;

/// One track as its publisher sends it, and who takes it.
///
/// Owns:    its received streams, one a layer.
/// Not its: its subscriptions (Room); it lists them so that a packet finds its takers in one walk.
struct PublishedTrack {
  PublishedTrack(Transport& from, ReceiverConfig c);

  /// A later negotiation's view of the same track; streams go on.
  void reconfigure(ReceiverConfig c);
  void add_taker(Subscription& subscription);
  void remove_taker(Subscription& subscription);
  [[nodiscard]] TrackId id() const { return config.track; }
  [[nodiscard]] std::size_t layer_count() const;
  /// Whether this layer is being sent; layers are streams, or lie inside the only one (SVC).
  [[nodiscard]] bool is_live(Instant now, std::size_t layer) const;
  /// Bit/s of what goes to who gets this layer, with temporal layers up to `temporal`.
  [[nodiscard]] std::uint64_t rate(Instant now, std::size_t layer, std::size_t temporal);
  /// The highest temporal layer of it.
  [[nodiscard]] std::uint8_t top_temporal(std::size_t layer) const;
  /// The publisher sends another codec from now on, with its layers in one stream or not.
  void set_svc(bool is_svc);
  [[nodiscard]] bool is_svc() const { return svc != nullptr; }
  /// Codec index of a media payload type, or -1.
  [[nodiscard]] int codec_of(std::uint8_t payload_type) const {
    return codec_of_pt[payload_type & 0x7F];
  }
  /// Codec index that a resend's payload type belongs to, or -1.
  [[nodiscard]] int codec_of_rtx(std::uint8_t payload_type) const {
    return codec_of_rtx_pt[payload_type & 0x7F];
  }

  /// Whether packets of `codec` can be asked for again. Sound in RED follows the codec inside, as
  /// browsers do: their offers give RED itself no feedback.
  [[nodiscard]] bool may_nack(const CodecConfig& codec) const {
    return std::any_of(config.codecs.begin(), config.codecs.end(), [&](const CodecConfig& c) {
      return c.feedback.nack && (c == codec || codec.name == "red");
    });
  }

  Transport* publisher;
  ReceiverConfig config;
  std::array<rtc::codec::Kind, kMaxCodecs> kinds{};
  std::array<std::int8_t, 128> codec_of_pt{};
  std::array<std::int8_t, 128> codec_of_rtx_pt{};
  std::array<std::unique_ptr<ReceivedStream>, kMaxLayers> streams;
  std::array<ClockReference, kMaxLayers> clocks{};
  std::unique_ptr<SpatialLayers> svc;  ///< while layers lie inside one stream
  AudioMeter meter;
  float spoken_level = 0;  ///< as last reported
  bool muted = false;
  bool started = false;

  // Structure of arrays: a packet reads `wants` alone for those who do not take it.
  std::vector<std::uint8_t> wants;  ///< bit n: layer n
  std::vector<Subscription*> takers;
  std::uint32_t wants_version = 0;  ///< another one as soon as either list changes
};

}  // namespace vv::sfu
