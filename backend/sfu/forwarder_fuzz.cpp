#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/check.hpp"
#include "sfu/forwarder.hpp"

namespace {

using namespace vv;
using namespace vv::sfu;
using rtc::rtp::SeqNo;

constexpr std::size_t kStep = 8;  // bytes

/// What a dependency descriptor may have said, as its reader bounds it.
rtc::codec::FrameDependencies dependencies_of(const std::uint8_t* step) {
  rtc::codec::FrameDependencies frame;
  frame.start_of_frame = (step[1] & 0x20) != 0;
  frame.end_of_frame = (step[1] & 0x40) != 0;
  frame.has_structure = (step[5] & 0x80) != 0;
  frame.frame_number = static_cast<std::uint16_t>(step[4] | step[3] << 8);
  frame.spatial = step[5] & 3U;
  frame.temporal = (step[5] >> 2) & 3U;
  frame.target_count = static_cast<std::uint8_t>(1 + step[6] % rtc::codec::kMaxDecodeTargets);
  frame.reference_count = step[5] >> 4 & 7U;
  for (std::size_t i = 0; i < frame.reference_count; ++i) {
    frame.references[i] = static_cast<std::uint16_t>(1 + step[7] * (i + 1));
  }
  frame.indications = std::uint64_t{step[7]} * 0x0101'0101'0101'0101U;
  frame.active_targets = std::uint32_t{step[4]} * 0x0101'0101U | 1U;
  for (std::size_t n = 0; n < frame.target_count; ++n) {
    frame.targets[n] = static_cast<std::uint8_t>((n / 3 % 3) << 4 | n % 3);
  }
  return frame;
}

/// Numbers that were given away, and what to.
class Given {
 public:
  void note(SeqNo out, std::uint8_t layer, std::uint64_t generation, SeqNo in) {
    const auto [at, is_new] = given_.try_emplace(out.raw(), Source{layer, generation, in.raw()});
    const Source source{layer, generation, in.raw()};
    VV_CHECK(is_new || at->second == source, "a number stands for one packet: it is a nonce");
  }

 private:
  struct Source {
    std::uint8_t layer;
    std::uint64_t generation;
    std::uint64_t in;
    bool operator==(const Source&) const = default;
  };
  std::map<std::uint64_t, Source> given_;
};

}  // namespace

/// A track of up to three streams or three layers in one, as the input scripts it: eight bytes a
/// step. What leaves is one stream: each number for one packet, found again for resending.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < kStep) return 0;
  const bool is_video = (data[0] & 1U) != 0;
  const bool is_svc = (data[0] & 2U) != 0;
  Forwarder forwarder{{.kind = is_video ? MediaKind::Video : MediaKind::Audio,
                       .clock_rate = is_video ? 90'000U : 48'000U,
                       .start = static_cast<std::uint16_t>(load_be16(data + 1) & 0x7FFFU),
                       .limit = {}}};
  forwarder.set_svc(is_svc);
  Instant now = Instant::from_nanos(1'000'000'000);
  std::array<ClockReference, 3> clocks{};
  std::array<rtc::rtp::SeqUnwrapper, 3> unwrappers;
  std::array<std::uint8_t, 20> payload{};
  Given given;
  // A stream that begins again counts anew: what it numbers then is another packet.
  std::uint64_t generation = 0;
  for (std::size_t at = kStep; at + kStep <= size; at += kStep) {
    const std::uint8_t* step = data + at;
    now += milliseconds(step[0] >> 4);
    const std::size_t layer = is_svc ? 0 : step[1] % 3U;
    switch (step[0] % 16) {
      case 0:
        forwarder.set_target(step[2] % 3U, step[3] % 5U == 4 ? kAllFrames : step[3] % 5U);
        continue;
      case 1:
        forwarder.set_paused((step[2] & 1U) != 0);
        continue;
      case 2:
        forwarder.set_starved((step[2] & 1U) != 0);
        continue;
      case 3:
        forwarder.set_limit({.spatial = static_cast<std::uint8_t>(step[2] % 3U),
                             .temporal = static_cast<std::uint8_t>(step[3] % 4U)});
        continue;
      case 4:
        forwarder.restart();
        ++generation;
        unwrappers.fill({});
        continue;
      case 5:
        clocks[layer] = {.ntp = load_be64(step) | 1U, .rtp = load_be32(step + 4), .arrival = now};
        continue;
      default:
        break;
    }
    IncomingPacket packet;
    packet.layer = static_cast<std::uint8_t>(layer);
    packet.seq = unwrappers[layer].extend(load_be16(step + 2));
    packet.arrival = now;
    packet.timestamp = load_be16(step + 3) * 300U;
    packet.marker = (step[1] & 0x08) != 0;
    if ((step[1] & 0x10) == 0) packet.payload = payload;  // else padding
    packet.frame.start_of_frame = (step[1] & 0x20) != 0;
    packet.frame.end_of_frame = (step[1] & 0x40) != 0;
    packet.frame.keyframe = (step[1] & 0x80) != 0;
    packet.frame.spatial = is_svc ? step[5] & 3U : 0;
    packet.frame.temporal = (step[5] >> 2) & 3U;
    packet.frame.switching_point = (step[5] & 0x10) != 0;
    packet.frame.layer_sync = (step[5] & 0x20) != 0;
    if (step[0] % 16 < 9) {
      packet.dependencies = dependencies_of(step);
    } else if (is_video && !is_svc) {
      rtc::codec::Vp8Descriptor vp8;
      vp8.size = 6;
      vp8.long_picture_id = (step[6] & 0x80) != 0;
      const unsigned picture =
          vp8.long_picture_id ? load_be16(step + 6) & 0x7FFFU : step[7] & 0x7FU;
      if ((step[6] & 1U) != 0) vp8.picture_id = static_cast<std::uint16_t>(picture);
      if ((step[6] & 2U) != 0) vp8.tl0_picture_index = step[7];
      packet.vp8 = vp8;
    }
    const SeqNo before = forwarder.last_seq();
    const auto verdict = forwarder.accept(packet, clocks);
    if (!verdict.departure) {
      VV_CHECK(verdict.reason != DropReason::Count, "what stays says why");
      VV_CHECK(forwarder.last_seq() == before, "and takes no number");
      continue;
    }
    const SeqNo out = verdict.departure->seq;
    given.note(out, packet.layer, generation, packet.seq);
    VV_CHECK(out <= forwarder.last_seq(), "the newest is the highest");
    VV_CHECK(out.raw() < std::uint64_t{1} << 48, "far from where SRTP's numbers end");
    VV_CHECK(!forwarder.paused() && !forwarder.is_starved(), "nothing leaves in a pause");
    VV_CHECK(!is_video || is_svc || forwarder.source() == packet.layer,
             "of the layer that is sent");
    const auto source = forwarder.source_of(out);
    VV_CHECK(!source || source->seq == packet.seq, "what is sent again is what was sent");
    VV_CHECK(out != forwarder.last_seq() || source.has_value(), "the newest can be sent again");
  }
  return 0;
}
