// What the listeners of a muted voice get (livekit-wire.md S-68): a second of silence. A decoder
// that suddenly gets nothing goes on with comfort noise made of whatever it heard last.
#include <algorithm>

#include "sfu/room.hpp"

namespace vv::sfu {
namespace {

constexpr Duration kFrame = milliseconds(20);
constexpr std::uint32_t kFrameTicks = 960;  // at 48 kHz
constexpr std::uint32_t kFrames = 50;
// Frames of ours have numbers of their own, which no publisher's packet ever has: what was lost of
// them is found in no history, and never mistaken for a packet of the same number.
constexpr rtc::rtp::SeqNo kFirstNumber{std::uint64_t{1} << 48};

}  // namespace

void Room::begin_silence(Instant now, PublishedTrack& track, const ByteVector& frame) {
  // In a room with a delay the voice goes on for a while.
  if (held_ != nullptr || track.config.kind != MediaKind::Audio) return;
  const auto& codecs = track.config.codecs;
  const auto opus = std::find_if(codecs.begin(), codecs.end(),
                                 [](const CodecConfig& codec) { return codec.name == "opus"; });
  const auto heard = std::find_if(track.takers.begin(), track.takers.end(),
                                  [](Subscription* taker) { return taker->forwarder().started(); });
  if (opus == codecs.end() || heard == track.takers.end()) return;
  const Forwarder& voice = (*heard)->forwarder();
  Silence& silence = silences_.emplace_back();
  silence.track = track.id();
  silence.frame = frame;
  silence.codec = static_cast<std::uint8_t>(opus - codecs.begin());
  // Reports say what time a timestamp means, so ours follow the publisher's clock.
  silence.timestamp =
      voice.last_timestamp() - voice.timestamp_offset() +
      static_cast<std::uint32_t>(to_rtp(now - voice.last_arrival(), opus->clock_rate));
  silence.next = now + kFrame;
  for (Subscription* taker : track.takers) taker->forwarder().restart();
  wake_by(silence.next);
}

void Room::end_silence(PublishedTrack& track) {
  std::erase_if(silences_, [&](const Silence& silence) { return silence.track == track.id(); });
  if (track.config.kind != MediaKind::Audio) return;
  for (Subscription* taker : track.takers) taker->forwarder().restart();
}

void Room::play_silences(Instant now) noexcept {
  std::erase_if(silences_, [&](const Silence& silence) {
    return silence.played == kFrames || find(silence.track) == nullptr;
  });
  for (Silence& silence : silences_) {
    if (now >= silence.next && !context_.fanout.full()) {
      const PublishedTrack& track = *find(silence.track);
      IncomingPacket& packet = context_.fanout.add_packet_of({});  // of no other source
      packet.payload = silence.frame;
      packet.seq = kFirstNumber + silence.played;
      packet.arrival = now;
      packet.timestamp = silence.timestamp;
      packet.codec = silence.codec;
      packet.frame.keyframe = packet.frame.start_of_frame = true;
      for (Subscription* taker : track.takers) {
        if (taker->forwarder().started()) context_.fanout.add_taker(*taker);
      }
      ++silence.played;
      silence.timestamp += kFrameTicks;
      silence.next += kFrame;
      last_media_ = now;  // the takers' reports go on
      if (next_tick_.is_never()) next_tick_ = now;
    }
    wake_by(std::min(silence.next, next_tick_));
  }
}

}  // namespace vv::sfu
