#include "rtc/rtp/header_extensions.hpp"

#include <algorithm>

namespace vv::rtc::rtp {
namespace {

constexpr std::array<std::string_view, kExtensionCount> kUris = {
    "",
    "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    "urn:ietf:params:rtp-hdrext:sdes:mid",
    "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
    "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
    "urn:3gpp:video-orientation",
    "urn:ietf:params:rtp-hdrext:toffset",
    "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type",
    "http://www.webrtc.org/experiments/rtp-hdrext/video-timing",
    "http://www.webrtc.org/experiments/rtp-hdrext/color-space",
};

constexpr std::size_t kMaxMid = 16;  // threat-model M11
constexpr std::size_t kMaxRid = 32;

std::string_view name_within(Bytes value, std::size_t max) {
  return value.size() <= max ? as_text(value) : std::string_view{};
}

void read_one(ExtensionValues& out, Extension extension, Bytes value) {
  switch (extension) {
    case Extension::AudioLevel:
      if (value.empty()) return;
      out.audio_level = value[0] & 0x7F;
      out.voice_activity = (value[0] & 0x80) != 0;
      return;
    case Extension::AbsSendTime:
      if (value.size() == 3) out.abs_send_time = load_be24(value.data());
      return;
    case Extension::TransportSequence:
      if (value.size() >= 2) out.transport_sequence = load_be16(value.data());
      return;
    case Extension::Mid:
      out.mid = name_within(value, kMaxMid);
      return;
    case Extension::Rid:
      out.rid = name_within(value, kMaxRid);
      return;
    case Extension::RepairedRid:
      out.repaired_rid = name_within(value, kMaxRid);
      return;
    case Extension::PlayoutDelay:
      if (value.size() == 3) out.playout_delay = value;
      return;
    case Extension::DependencyDescriptor:
      out.dependency_descriptor = value;
      return;
    case Extension::AbsCaptureTime:
      out.abs_capture_time = value;
      return;
    case Extension::VideoOrientation:
      out.video_orientation = value;
      return;
    case Extension::ColorSpace:
      out.color_space = value;
      return;
    case Extension::None:
    case Extension::TransmissionOffset:
    case Extension::VideoContentType:
    case Extension::VideoTiming:
      return;
  }
}

}  // namespace

Extension extension_of(std::string_view uri) {
  for (std::size_t i = 1; i < kUris.size(); ++i) {
    if (kUris[i] == uri) return static_cast<Extension>(i);
  }
  return Extension::None;
}

std::string_view uri_of(Extension extension) { return kUris[static_cast<std::size_t>(extension)]; }

void ExtensionIds::map(std::uint8_t id, Extension extension) {
  if (id == 0 || extension == Extension::None) return;
  const Extension before = at(id);
  if (before != Extension::None) ids_[static_cast<std::size_t>(before)] = 0;
  std::uint8_t& own = ids_[static_cast<std::size_t>(extension)];
  if (own < kOneByteIds) by_id_[own] = Extension::None;
  own = id;
  if (id < kOneByteIds) by_id_[id] = extension;
}

Extension ExtensionIds::search(std::uint8_t id) const {
  const auto found = std::find(ids_.begin(), ids_.end(), id);
  return found == ids_.end() ? Extension::None : static_cast<Extension>(found - ids_.begin());
}

ExtensionWalker::ExtensionWalker(const RtpView& packet) noexcept {
  const std::uint16_t profile = packet.extension_profile();
  if (profile == 0xBEDE || (profile & 0xFFF0) == 0x1000) rest_ = packet.extension_block();
  two_byte_ = profile != 0xBEDE;
}

std::optional<ExtensionElement> ExtensionWalker::next() noexcept {
  while (!rest_.empty()) {
    const std::uint8_t first = rest_[0];
    if (first == 0) {  // one byte of padding, in either form
      rest_ = rest_.subspan(1);
      continue;
    }
    ExtensionElement element;
    std::size_t head = 1;
    std::size_t size = 0;
    if (two_byte_) {
      if (rest_.size() < 2) break;
      element.id = first;
      head = 2;
      size = rest_[1];
    } else {
      element.id = first >> 4;
      size = std::size_t{1} + (first & 0x0F);
      if (element.id == 0 || element.id == 15) break;  // RFC 8285 §4.2
    }
    if (rest_.size() - head < size) break;
    element.value = rest_.subspan(head, size);
    rest_ = rest_.subspan(head + size);
    if (element.id == 0) break;
    return element;
  }
  rest_ = {};
  return std::nullopt;
}

ExtensionValues read_extensions(const RtpView& packet, const ExtensionIds& ids) noexcept {
  ExtensionValues values;
  ExtensionWalker walker{packet};
  while (const auto element = walker.next()) read_one(values, ids.at(element->id), element->value);
  return values;
}

}  // namespace vv::rtc::rtp
