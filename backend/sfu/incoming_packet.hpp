#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "rtc/codec/codec.hpp"
#include "rtc/codec/dependency_descriptor.hpp"
#include "rtc/codec/vp8.hpp"
#include "rtc/rtp/header_extensions.hpp"
#include "rtc/rtp/seq_no.hpp"

namespace vv::sfu {

/// One media packet from a publisher, decrypted and understood once for all who take it. Borrows
/// the datagram it came in, which stays until the fan-out is flushed.
struct IncomingPacket {
  MutableBytes
      payload;  ///< without padding; mutable so that a descriptor can be swapped for a moment
  rtc::rtp::SeqNo seq;
  Instant arrival;
  std::uint32_t timestamp = 0;
  std::uint8_t layer = 0;  ///< which of the track's streams, 0 lowest
  std::uint8_t codec = 0;  ///< index into the track's codecs
  bool marker = false;
  rtc::codec::FrameInfo frame;
  std::optional<rtc::codec::Vp8Descriptor> vp8;
  std::optional<rtc::codec::FrameDependencies> dependencies;
  rtc::rtp::ExtensionValues extensions;
  bool is_plain = false;  ///< as `passes_nothing_on` says of `extensions`
};

/// Whether nothing of these goes on to subscribers, as in nearly all pictures' packets.
[[nodiscard]] inline bool passes_nothing_on(const rtc::rtp::ExtensionValues& values) {
  return !values.audio_level && values.abs_capture_time.empty() &&
         values.dependency_descriptor.empty() && values.video_orientation.empty() &&
         values.color_space.empty();
}

}  // namespace vv::sfu
