#include "rtc/codec/vp8.hpp"

#include <algorithm>
#include <cstring>

namespace vv::rtc::codec {
namespace {

constexpr std::uint16_t kLongMask = 0x7FFF;
constexpr std::uint16_t kShortMask = 0x7F;

/// Frame tag, start code and size of a key frame (RFC 6386 §9.1); nothing for other frames.
std::optional<Resolution> key_frame_size(Bytes frame) {
  constexpr std::size_t kKeyFrameHeader = 10;
  if (frame.size() < kKeyFrameHeader || (frame[0] & 1) != 0) return std::nullopt;
  if (frame[3] != 0x9D || frame[4] != 0x01 || frame[5] != 0x2A) return std::nullopt;
  const auto width = static_cast<std::uint16_t>(((frame[7] & 0x3F) << 8) | frame[6]);
  const auto height = static_cast<std::uint16_t>(((frame[9] & 0x3F) << 8) | frame[8]);
  return Resolution{width, height};
}

/// How far `to` is after `from` on a circle of `mask` + 1 numbers; negative when before.
int steps(std::uint16_t from, std::uint16_t to, std::uint16_t mask) {
  const int forward = (to - from) & mask;
  return forward > mask / 2 ? forward - mask - 1 : forward;
}

std::uint16_t mask_of(const Vp8Descriptor& d) { return d.long_picture_id ? kLongMask : kShortMask; }

}  // namespace

std::optional<Vp8Descriptor> parse_vp8(Bytes payload) noexcept {
  ByteReader reader{payload};
  Vp8Descriptor d;
  const std::uint8_t first = reader.u8();
  d.non_reference = (first & 0x20) != 0;
  d.partition = first & 0x07;
  d.start_of_partition = (first & 0x10) != 0 && d.partition == 0;
  if ((first & 0x80) != 0) {
    const std::uint8_t extension = reader.u8();
    if ((extension & 0x80) != 0) {
      const std::uint8_t high = reader.u8();
      d.long_picture_id = (high & 0x80) != 0;
      d.picture_id =
          static_cast<std::uint16_t>(d.long_picture_id ? ((high & 0x7F) << 8) | reader.u8() : high);
    }
    if ((extension & 0x40) != 0) d.tl0_picture_index = reader.u8();
    if ((extension & 0x30) != 0) {
      const std::uint8_t layers = reader.u8();
      if ((extension & 0x20) != 0) {
        d.has_temporal = true;
        d.temporal = layers >> 6;
        d.layer_sync = (layers & 0x20) != 0;
      }
      if ((extension & 0x10) != 0) d.key_index = layers & 0x1F;
    }
  }
  if (!reader.ok() || reader.remaining() == 0) return std::nullopt;
  d.size = static_cast<std::uint8_t>(reader.position());
  if (d.start_of_partition) d.resolution = key_frame_size(payload.subspan(d.size));
  d.keyframe = d.resolution.has_value();
  return d;
}

std::size_t write_vp8_descriptor(MutableBytes out, Bytes payload, const Vp8Descriptor& descriptor,
                                 std::uint16_t picture_id_offset,
                                 std::uint8_t tl0_offset) noexcept {
  const std::size_t size = descriptor.size;
  if (out.size() < size || payload.size() < size || size == 0) return 0;
  std::memcpy(out.data(), payload.data(), size);
  std::size_t at = 2;  // past the two bytes of flags
  if (descriptor.picture_id) {
    const auto moved = static_cast<std::uint16_t>(*descriptor.picture_id + picture_id_offset);
    if (descriptor.long_picture_id) {
      store_be16(&out[at], static_cast<std::uint16_t>(0x8000 | (moved & kLongMask)));
      at += 2;
    } else {
      out[at++] = static_cast<std::uint8_t>(moved & kShortMask);
    }
  }
  if (descriptor.tl0_picture_index) {
    out[at] = static_cast<std::uint8_t>(*descriptor.tl0_picture_index + tl0_offset);
  }
  return size;
}

bool Vp8Rewriter::is_newer(const Vp8Descriptor& d) const noexcept {
  return steps(newest_, *d.picture_id, mask_of(d)) > 0;
}

void Vp8Rewriter::remember(std::uint16_t picture_id) noexcept {
  newest_ = picture_id;
  frames_[next_frame_ % frames_.size()] = {picture_id, offsets_};
  ++next_frame_;
}

void Vp8Rewriter::drop(const Vp8Descriptor& descriptor) noexcept {
  if (resync_ || !descriptor.picture_id || !is_newer(descriptor)) return;
  offsets_.picture_id = static_cast<std::uint16_t>((offsets_.picture_id - 1) & kLongMask);
  newest_ = *descriptor.picture_id;
}

Vp8Rewriter::Offsets Vp8Rewriter::forward(const Vp8Descriptor& descriptor) noexcept {
  if (!descriptor.picture_id) return {};
  const std::uint16_t id = *descriptor.picture_id;
  const std::uint8_t tl0 = descriptor.tl0_picture_index.value_or(0);
  if (resync_) {
    resync_ = false;
    if (started_) {
      offsets_.picture_id = static_cast<std::uint16_t>((last_picture_id_ + 1 - id) & kLongMask);
      offsets_.tl0 = static_cast<std::uint8_t>(last_tl0_ + 1 - tl0);
    }
    started_ = true;
    next_frame_ = 0;  // what was remembered is of another stream
    remember(id);
  } else if (id == newest_) {
    // Another packet of the newest frame.
  } else if (is_newer(descriptor)) {
    remember(id);
  } else {
    const std::size_t known = std::min(next_frame_, frames_.size());
    for (std::size_t i = 0; i < known; ++i) {
      if (frames_[i].picture_id == id) return frames_[i].offsets;
    }
    return offsets_;
  }
  last_picture_id_ = static_cast<std::uint16_t>((id + offsets_.picture_id) & kLongMask);
  last_tl0_ = static_cast<std::uint8_t>(tl0 + offsets_.tl0);
  return offsets_;
}

}  // namespace vv::rtc::codec
