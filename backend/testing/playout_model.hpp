#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>

#include "base/time.hpp"
#include "rtc/rtp/seq_no.hpp"

namespace vv::testing {

/// How much of a voice a person hears: a jitter buffer that weighs a longer wait against what would
/// come too late, as NetEq does, and counts the 20 ms that were not there when their turn came.
class VoicePlayout {
 public:
  static constexpr Duration kLeastDelay = milliseconds(60);
  /// Past this a conversation is none; later packets are lost (ITU-T G.114 allows 400 ms in all).
  static constexpr Duration kMostDelay = milliseconds(500);

  /// @param seq  unwrapped; again and late is no harm
  void on_packet(Instant now, rtc::rtp::SeqNo seq);
  /// Plays what is due by now.
  void play(Instant now);
  /// The least it waits, as an application may ask for (jitterBufferTarget).
  void set_target(Duration least) { least_ = least; }
  /// Forgets the counts, not the buffer.
  void start_counting() { due_ = heard_ = gap_ = longest_gap_ = 0; }

  [[nodiscard]] double heard() const {
    return due_ == 0 ? 0 : static_cast<double>(heard_) / static_cast<double>(due_);
  }
  [[nodiscard]] Duration longest_silence() const;
  [[nodiscard]] Duration delay() const { return waits_; }

 private:
  [[nodiscard]] Duration lateness(Instant now, rtc::rtp::SeqNo seq) const;
  void adapt();

  bool started_ = false;
  Instant base_;  ///< when packet `first_` would have come without any queue
  rtc::rtp::SeqNo first_;
  rtc::rtp::SeqNo next_;
  Duration least_ = kLeastDelay;
  Duration delay_ = kLeastDelay;  ///< aimed at
  Duration waits_ = kLeastDelay;  ///< what it is
  std::deque<Duration> recent_;
  Instant next_adaption_;
  std::set<rtc::rtp::SeqNo> arrived_;
  std::uint64_t due_ = 0;
  std::uint64_t heard_ = 0;
  std::uint64_t gap_ = 0;
  std::uint64_t longest_gap_ = 0;
};

/// Which frames of a picture can be decoded, and when: complete ones, in order, each after the one
/// before it or from a key frame on.
class PicturePlayout {
 public:
  struct Packet {
    std::uint32_t timestamp = 0;
    bool keyframe_start = false;
    bool marker = false;
    std::size_t bytes = 0;
  };
  void on_packet(Instant now, rtc::rtp::SeqNo seq, const Packet& packet);
  void start_counting(Instant now);

  [[nodiscard]] std::uint64_t frames() const { return frames_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] Instant last_frame() const { return last_frame_; }
  [[nodiscard]] Duration longest_freeze(Instant now) const;

 private:
  bool skip_to_keyframe();

  std::map<rtc::rtp::SeqNo, Packet> waiting_;
  rtc::rtp::SeqNo next_;
  bool started_ = false;
  std::uint64_t frames_ = 0;
  std::uint64_t bytes_ = 0;  ///< of decoded frames
  Instant last_frame_;
  Duration longest_{};
};

}  // namespace vv::testing
