#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "rtc/codec/codec.hpp"

namespace vv::rtc::codec {

/// The VP8 payload descriptor (RFC 7741 §4.2) and, at the start of a frame, its header (§4.3).
struct Vp8Descriptor {
  std::uint8_t size = 0;  ///< bytes of the descriptor
  bool non_reference = false;
  bool start_of_partition = false;  ///< S and PID 0: the first packet of a frame
  std::uint8_t partition = 0;
  std::optional<std::uint16_t> picture_id;
  bool long_picture_id = false;  ///< 15 bits rather than 7
  std::optional<std::uint8_t> tl0_picture_index;
  bool has_temporal = false;
  std::uint8_t temporal = 0;
  bool layer_sync = false;
  std::optional<std::uint8_t> key_index;
  bool keyframe = false;                 ///< only known at the start of a frame
  std::optional<Resolution> resolution;  ///< key frames' first packets
};
[[nodiscard]] std::optional<Vp8Descriptor> parse_vp8(Bytes payload) noexcept;

inline constexpr std::size_t kMaxVp8Descriptor = 6;

/// Copies a descriptor with picture id and TL0PICIDX moved by these offsets; the fields keep their
/// widths. Returns its size, or 0 when `out` is too small.
[[nodiscard]] std::size_t write_vp8_descriptor(MutableBytes out, Bytes payload,
                                               const Vp8Descriptor& descriptor,
                                               std::uint16_t picture_id_offset,
                                               std::uint8_t tl0_offset) noexcept;

/// Keeps picture ids and TL0PICIDX contiguous for one subscriber, across layer switches and frames
/// that were left out (temporal layers above the wish).
class Vp8Rewriter {
 public:
  struct Offsets {
    std::uint16_t picture_id = 0;  ///< modulo 2^15
    std::uint8_t tl0 = 0;
  };
  /// The next frame comes from another stream: continue from where the last one ended.
  void switch_source() noexcept { resync_ = true; }
  /// A frame of the current source that is not forwarded: close the gap. First packet only.
  void drop(const Vp8Descriptor& descriptor) noexcept;
  /// Offsets for a packet that is forwarded. Reordered packets of earlier frames get today's
  /// offsets.
  [[nodiscard]] Offsets forward(const Vp8Descriptor& descriptor) noexcept;
  /// Whether this packet is another one of the newest frame, whose offsets `offsets` says.
  [[nodiscard]] bool is_of_newest(const Vp8Descriptor& descriptor) const noexcept {
    return !resync_ && descriptor.picture_id == newest_;
  }
  [[nodiscard]] Offsets offsets() const noexcept { return offsets_; }

 private:
  static constexpr std::size_t kFrames = 16;  ///< half a second of lateness
  struct Frame {
    std::uint16_t picture_id = 0;  ///< of the source
    Offsets offsets;
  };
  [[nodiscard]] bool is_newer(const Vp8Descriptor& descriptor) const noexcept;
  void remember(std::uint16_t picture_id) noexcept;

  Offsets offsets_;
  std::array<Frame, kFrames> frames_{};  ///< the last ones forwarded
  std::size_t next_frame_ = 0;
  std::uint16_t newest_ = 0;           ///< of the source, dropped ones too
  std::uint16_t last_picture_id_ = 0;  ///< as sent
  std::uint8_t last_tl0_ = 0;          ///< as sent
  bool started_ = false;
  bool resync_ = true;
};

}  // namespace vv::rtc::codec
