#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "rtc/rtp/seq_no.hpp"
#include "sfu/ids.hpp"

namespace vv::sfu {

/// One media packet as it came, decrypted, on its way through a delay line.
struct HeldPacket {
  Instant due;
  TrackId track;
  rtc::rtp::SeqNo seq;
  std::uint8_t layer = 0;
  std::uint8_t codec = 0;  ///< index into the track's codecs
  bool keyframe = false;
  ByteVector bytes;  ///< the whole RTP packet
};

/// Media that comes out of a room some seconds after it went in: who is alone in an echo room talks
/// first and hears it then, which a loudspeaker beside a microphone survives and an instant echo
/// does not.
///
/// Owns:    copies of the packets that wait. It allocates, one copy a packet: only echo rooms have
///          one, each with one person in it.
/// Bounds:  kMaxBytes and kMaxPackets; what does not fit is lost.
class DelayLine {
 public:
  /// Five seconds of what one publisher may send (threat-model section 4: 8 Mbit/s, 3,000 a
  /// second).
  static constexpr std::size_t kMaxBytes = 5'000'000;
  static constexpr std::size_t kMaxPackets = 15'000;

  explicit DelayLine(Duration delay) : delay_(delay) {}

  /// False: it is full, and the packet was not taken. `packet.due` is set here.
  [[nodiscard]] bool push(Instant now, HeldPacket packet);
  /// The next packet that is due, nullptr when there is none; it stays until `forget_played`.
  [[nodiscard]] HeldPacket* play(Instant now);
  /// Drops what was played.
  void forget_played();
  /// When the next packet is due.
  [[nodiscard]] Instant next_due() const;
  /// Whether a key frame of that track is on its way: asking for another would bring it no sooner.
  [[nodiscard]] bool holds_keyframe(TrackId track) const;

 private:
  Duration delay_;
  std::deque<HeldPacket> packets_;  // in order of `due`, the played ones first
  std::deque<TrackId> keyframes_;   // of those not yet played
  std::size_t played_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace vv::sfu
