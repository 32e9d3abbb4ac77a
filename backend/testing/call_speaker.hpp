#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "rtc/rtcp/packets.hpp"
#include "rtc/rtp/header_writer.hpp"
#include "rtc/rtp/packet_history.hpp"
#include "testing/sfu_world.hpp"
#include "testing/wrap_watch.hpp"

namespace vv::testing {

/// What one person of a simulated call says and shows, sent as livekit-client has a browser send
/// it: Opus in packets of 20 ms, each with the one before it (RED, RFC 2198), VP8 at 25 frames a
/// second in up to three layers, resends on request, a key frame when one is asked for.
///
/// Not its: choosing rates by the link; encoders' rates are fixed here.
class CallSpeaker {
 public:
  static constexpr Duration kSpeech = milliseconds(20);
  static constexpr Duration kFrame = milliseconds(40);
  static constexpr std::size_t kSpeechBytes = 80;
  static constexpr std::uint8_t kOpus = 111;
  static constexpr std::uint8_t kRed = 63;
  static constexpr std::uint8_t kVp8 = 96;
  static constexpr std::uint8_t kVp8Rtx = 97;

  struct Options {
    sfu::TrackId voice;
    sfu::TrackId picture;
    /// Bytes of a frame in each layer, lowest first; a key frame is four times as large.
    std::vector<std::size_t> frame_bytes{2'500};
    /// The first packet's number in each stream and its clock, so that a test can stand before
    /// where they wrap.
    std::uint16_t first_sequence = 1'000;
    std::uint32_t first_timestamp = 90'000;
    std::uint16_t first_resend = 0;
    std::uint16_t first_picture_id = 7;
    /// What its picture's first report counts from.
    std::uint32_t first_count = 0;
  };
  CallSpeaker(SfuWorld& world, SfuWorld::Client& client, Options options);

  /// Sends what is due by now.
  void step();
  void on_block(const rtc::rtcp::Block& block);

  [[nodiscard]] sfu::TrackId voice() const { return options_.voice; }
  [[nodiscard]] sfu::TrackId picture() const { return options_.picture; }
  /// Which numbers of those it sends began again.
  [[nodiscard]] const WrapWatch& wraps() const { return wraps_; }
  [[nodiscard]] std::uint64_t keyframe_requests() const { return keyframe_requests_; }
  [[nodiscard]] std::uint64_t sent_bytes() const { return sent_bytes_; }
  [[nodiscard]] std::uint64_t resent_bytes() const { return resent_bytes_; }

 private:
  struct Stream {
    std::uint32_t ssrc = 0;
    std::uint32_t rtx_ssrc = 0;
    std::uint16_t sequence = 0;
    std::uint32_t rollovers = 0;
    std::uint16_t rtx_sequence = 0;
    std::uint32_t rtx_rollovers = 0;
    bool wants_keyframe = true;
    std::uint32_t packets = 0;
    std::uint32_t octets = 0;
    std::uint32_t timestamp = 0;
    rtc::rtp::PacketHistory history{{}};
  };
  void speak();
  void show();
  void show_layer(std::size_t layer);
  void send(Stream& stream, rtc::rtp::RtpHeader header, std::string_view mid, std::string_view rid,
            Bytes payload);
  void resend(Stream& stream, std::uint16_t sequence);
  void report();

  SfuWorld* world_;
  SfuWorld::Client* client_;
  Options options_;
  Stream voice_;
  std::vector<Stream> layers_;
  std::uint16_t picture_id_;
  WrapWatch wraps_;
  std::uint32_t spoken_ = 0;
  std::uint32_t shown_ = 0;
  Instant next_speech_;
  Instant next_frame_;
  Instant next_report_;
  std::uint64_t keyframe_requests_ = 0;
  std::uint64_t sent_bytes_ = 0;
  std::uint64_t resent_bytes_ = 0;
};

}  // namespace vv::testing
