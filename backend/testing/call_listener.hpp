#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "rtc/bwe/twcc_recorder.hpp"
#include "rtc/rtcp/packets.hpp"
#include "rtc/rtp/nack_tracker.hpp"
#include "rtc/rtp/receive_stats.hpp"
#include "rtc/rtp/rtp_view.hpp"
#include "testing/call_speaker.hpp"
#include "testing/playout_model.hpp"
#include "testing/sfu_world.hpp"
#include "testing/wrap_watch.hpp"

namespace vv::testing {

/// What one person of a simulated call hears and sees of another: subscribed, reported, asked for
/// again and played as a browser does.
class CallListener {
 public:
  /// @param n  of this subscription, unique in the room
  /// @param takes_red  as Chromium does and Firefox does not
  CallListener(SfuWorld& world, SfuWorld::Client& client, const CallSpeaker& of, std::uint32_t n,
               bool takes_red = true);

  /// Takes a decrypted RTP packet. @return whether it was one of ours
  bool on_rtp(MutableBytes packet);
  void on_block(const rtc::rtcp::Block& block);
  /// Plays, and sends the feedback that is due.
  void step();

  /// The voice's jitter buffer waits at least so long.
  void set_voice_target(Duration least) { voice_.playout.set_target(least); }

  /// From here on.
  void start_counting();
  /// Which numbers of those it is sent began again, since it was made.
  [[nodiscard]] const WrapWatch& wraps() const { return wraps_; }
  /// Bytes of the last voice packet's payload.
  [[nodiscard]] std::size_t voice_payload() const { return voice_payload_; }
  [[nodiscard]] double heard() const { return voice_.playout.heard(); }
  [[nodiscard]] Duration longest_silence() const { return voice_.playout.longest_silence(); }
  [[nodiscard]] Duration voice_delay() const { return voice_.playout.delay(); }
  [[nodiscard]] double frames_per_second() const;
  [[nodiscard]] Duration longest_freeze() const;
  /// Bits of decoded pictures a second.
  [[nodiscard]] double picture_rate() const;
  /// Bytes of packets sent again, in what came, by those sent first.
  [[nodiscard]] double resend_overhead() const;
  [[nodiscard]] double keyframe_requests_per_second() const;
  [[nodiscard]] Instant last_frame() const { return picture_playout_.last_frame(); }
  [[nodiscard]] sfu::SubscriptionId picture_subscription() const { return picture_subscription_; }

 private:
  struct Received {
    std::uint32_t ssrc = 0;
    rtc::rtp::SeqUnwrapper unwrapper;
    rtc::rtp::NackTracker nacks;
    rtc::rtp::ReceiveStats stats;
    VoicePlayout playout;
  };
  void take(Received& stream, const rtc::rtp::RtpView& view, bool resent);
  void send_feedback();
  [[nodiscard]] double counted_seconds() const;

  SfuWorld* world_;
  SfuWorld::Client* client_;
  Received voice_;
  Received picture_;
  std::uint32_t rtx_ssrc_;
  sfu::SubscriptionId picture_subscription_;
  PicturePlayout picture_playout_;
  rtc::bwe::TwccRecorder arrivals_;
  rtc::rtp::ExtensionIds ids_;
  Instant next_report_;
  Instant next_keyframe_request_;
  Instant counting_since_;
  WrapWatch wraps_;
  std::size_t voice_payload_ = 0;
  std::uint64_t first_bytes_ = 0;
  std::uint64_t resent_bytes_ = 0;
  std::uint64_t keyframe_requests_ = 0;
};

}  // namespace vv::testing
