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
  AudioMeter meter;
  float spoken_level = 0;  ///< as last reported
  bool muted = false;
  bool started = false;

  // Structure of arrays: a packet reads `wants` alone for those who do not take it.
  std::vector<std::uint8_t> wants;  ///< bit n: layer n
  std::vector<Subscription*> takers;
};

}  // namespace vv::sfu
