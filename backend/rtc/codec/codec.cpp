#include "rtc/codec/codec.hpp"

#include <algorithm>

#include "rtc/codec/av1.hpp"
#include "rtc/codec/h264.hpp"
#include "rtc/codec/vp8.hpp"
#include "rtc/codec/vp9.hpp"

namespace vv::rtc::codec {
namespace {

bool equals_lower(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

std::optional<FrameInfo> inspect_vp8(Bytes payload, bool marker) {
  const auto d = parse_vp8(payload);
  if (!d) return std::nullopt;
  FrameInfo info;
  info.keyframe = d->keyframe;
  info.start_of_frame = d->start_of_partition;
  info.end_of_frame = marker;
  info.switching_point = d->keyframe;
  info.layer_sync = d->layer_sync;
  info.temporal = std::min(d->temporal, kMaxTemporal);
  info.resolution = d->resolution;
  return info;
}

std::optional<FrameInfo> inspect_vp9(Bytes payload) {
  const auto d = parse_vp9(payload);
  if (!d) return std::nullopt;
  FrameInfo info;
  info.keyframe = !d->inter_picture_predicted && d->start_of_frame && d->spatial == 0;
  info.start_of_frame = d->start_of_frame;
  info.end_of_frame = d->end_of_frame;
  info.switching_point = info.keyframe || d->switching_up;
  info.temporal = d->temporal;
  info.spatial = d->spatial;
  info.resolution = d->resolution;
  return info;
}

std::optional<FrameInfo> inspect_h264(Bytes payload, bool marker) {
  const auto packet = parse_h264(payload);
  if (!packet) return std::nullopt;
  FrameInfo info;
  info.keyframe = packet->keyframe;
  info.start_of_frame = packet->starts_nal_unit;
  info.end_of_frame = marker;
  info.switching_point = packet->keyframe;
  return info;
}

std::optional<FrameInfo> inspect_av1(Bytes payload, bool marker, Bytes extension) {
  const auto header = parse_av1(payload);
  if (!header) return std::nullopt;
  FrameInfo info;
  info.keyframe = header->new_sequence;
  info.start_of_frame = !header->continues_obu;
  info.end_of_frame = marker;
  if (const auto descriptor = parse_dependency_descriptor(extension)) {
    info.keyframe = info.keyframe || (descriptor->has_structure && descriptor->start_of_frame);
    info.start_of_frame = descriptor->start_of_frame;
    info.end_of_frame = descriptor->end_of_frame;
  }
  info.switching_point = info.keyframe;
  return info;
}

}  // namespace

Kind kind_of(std::string_view name) {
  if (equals_lower(name, "opus")) return Kind::Opus;
  if (equals_lower(name, "red")) return Kind::Red;
  if (equals_lower(name, "vp8")) return Kind::Vp8;
  if (equals_lower(name, "vp9")) return Kind::Vp9;
  if (equals_lower(name, "h264")) return Kind::H264;
  if (equals_lower(name, "av1")) return Kind::Av1;
  return Kind::Other;
}

std::optional<FrameInfo> inspect(Kind kind, Bytes payload, bool marker,
                                 Bytes dependency_descriptor) noexcept {
  if (payload.empty()) return std::nullopt;
  switch (kind) {
    case Kind::Vp8:
      return inspect_vp8(payload, marker);
    case Kind::Vp9:
      return inspect_vp9(payload);
    case Kind::H264:
      return inspect_h264(payload, marker);
    case Kind::Av1:
      return inspect_av1(payload, marker, dependency_descriptor);
    case Kind::Opus:
    case Kind::Red:
    case Kind::Other:
      break;
  }
  FrameInfo info;
  info.start_of_frame = true;
  info.end_of_frame = true;
  return info;
}

}  // namespace vv::rtc::codec
