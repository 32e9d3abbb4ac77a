#include <cstring>

#include "base/check.hpp"
#include "rtc/rtp/nack_tracker.hpp"
#include "rtc/rtp/packet_history.hpp"
#include "rtc/rtp/receive_stats.hpp"
#include "rtc/rtp/sequence_map.hpp"

using namespace vv;
using namespace vv::rtc::rtp;

/// A stream as the input scripts it: three bytes a step (what, sequence number).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader script{{data, size}};
  Instant now = Instant::from_nanos(1);
  SeqUnwrapper unwrapper;
  NackTracker tracker;
  ReceiveStats stats{1, 90'000};
  PacketHistory history{{.packets = 32, .bytes = 8'192}};
  SequenceMap map;
  ByteVector packet(1'600);
  while (script.remaining() >= 3) {
    const std::uint8_t what = script.u8();
    const std::uint16_t sequence = script.u16();
    now += milliseconds(what & 0x0F);
    const SeqNo seq = (what & 0x80) != 0 ? unwrapper.peek(sequence) : unwrapper.extend(sequence);
    tracker.set_rtt(milliseconds(what));
    tracker.on_packet(now, seq);
    stats.on_packet(now, seq, std::uint32_t{sequence} * 3'000);
    const std::size_t length = 1 + sequence % packet.size();
    std::memset(packet.data(), seq.low16() & 0xFF, length);
    history.insert(now, seq, Bytes{packet}.first(length));
    map.note(seq + (what & 3U), seq, {.timestamp_offset = what & 1U});

    SeqNo last{};
    for (const SeqNo missing : tracker.due(now)) {
      VV_CHECK(missing > last, "asked for in order, each once");
      last = missing;
    }
    VV_CHECK(tracker.missing() <= NackTracker::kMaxMissing, "bounded");
    for (std::uint64_t back = 0; back < 40 && back < seq.raw(); ++back) {
      const Bytes kept = history.find(now, seq - back);
      if (!kept.empty()) VV_CHECK(kept[0] == ((seq - back).low16() & 0xFF), "the packet asked for");
    }
    const auto source = map.find(seq + (what & 3U));
    VV_CHECK(source && source->seq == seq, "the newest is found");
    if ((what & 0x70) == 0x70) static_cast<void>(stats.report(now));
  }
  return 0;
}
