#pragma once

#include <cstdint>

#include "sfu/incoming_packet.hpp"
#include "sfu/media_config.hpp"

namespace vv::sfu {

/// Which frames of one stream a subscriber gets, where the stream holds layers: temporal ones of
/// any codec, spatial ones of VP9 and AV1 (livekit-wire.md F-9, F-14, F-19). Up only where a frame
/// needs nothing that was left out, down wherever what follows can be decoded.
///
/// By the dependency descriptor where the packets bring one, else by the payload's own.
///
/// Owns:    the layers sent now, and which of the last frames were sent.
/// Not its: numbers, timestamps; which of several streams (Forwarder); what is wanted (Allocator).
class LayerSelector {
 public:
  struct Choice {
    bool forward = false;
    bool ends_picture = false;  ///< the last packet of its picture that is forwarded
  };
  /// Begins with the packet that comes next, which starts a key frame.
  void restart() noexcept { is_fresh_ = true; }
  /// What of this packet's frame is sent; call in arrival order.
  [[nodiscard]] Choice choose(const IncomingPacket& packet, LayerLimit wanted) noexcept;

  /// Whether this packet is one of a picture that has begun, of a layer that is sent: then its
  /// picture's end is its publisher's, and there is nothing to `choose`. For streams without
  /// spatial layers.
  [[nodiscard]] bool goes_on(const IncomingPacket& packet) const noexcept {
    return !packet.dependencies && !is_fresh_ && packet.frame.spatial == 0 &&
           packet.frame.temporal <= temporal_ &&
           static_cast<std::int32_t>(packet.timestamp - picture_) <= 0;
  }

  /// The highest spatial layer that is sent now.
  [[nodiscard]] std::uint8_t spatial() const { return spatial_ < top_ ? spatial_ : top_; }
  /// Whether what is wanted will not come without a key frame.
  [[nodiscard]] bool needs_keyframe() const { return needs_keyframe_; }
  /// The decode targets that are being sent, for a receiver that reads the descriptor; 0 when the
  /// newest frame's own descriptor says it already.
  [[nodiscard]] std::uint32_t targets_to_tell() const { return tell_; }

 private:
  // A stream of three spatial layers at 30 frames a second fills it in 700 ms.
  static constexpr int kRemembered = 64;  // frames

  [[nodiscard]] Choice by_dependencies(const IncomingPacket& packet,
                                       const rtc::codec::FrameDependencies& frame,
                                       LayerLimit wanted) noexcept;
  [[nodiscard]] Choice by_payload(const IncomingPacket& packet, LayerLimit wanted) noexcept;
  [[nodiscard]] bool has_references(const rtc::codec::FrameDependencies& frame) const noexcept;
  void choose_target(const rtc::codec::FrameDependencies& frame, LayerLimit wanted) noexcept;
  void note_targets(const rtc::codec::FrameDependencies& frame) noexcept;

  bool is_fresh_ = true;
  bool needs_keyframe_ = false;
  std::uint8_t spatial_ = 0;   // sent now
  std::uint8_t temporal_ = 0;  // likewise
  std::uint8_t top_ = 0;       // highest spatial layer since the last key frame
  // By payload.
  std::uint32_t picture_ = 0;  // timestamp of the newest
  bool raises_next_ = false;   // from the next picture on all wanted temporal layers can be decoded
  // By dependencies.
  bool knows_targets_ = false;
  std::uint8_t target_ = 0;    // decode target
  std::uint8_t waited_ = 0;    // pictures since another target is wanted
  std::uint16_t newest_ = 0;   // frame number
  std::uint64_t decided_ = 0;  // bit n: about frame newest_ - n
  std::uint64_t sent_ = 0;     // bit n: it is sent
  std::uint32_t told_ = 0;     // decode targets, as the receiver knows them
  std::uint32_t tell_ = 0;
};

}  // namespace vv::sfu
