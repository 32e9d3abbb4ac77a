#include "testing/call_listener.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "rtc/codec/vp8.hpp"
#include "rtc/rtcp/writer.hpp"
#include "rtc/rtp/rtx.hpp"

namespace vv::testing {
namespace {

using rtc::rtp::Extension;
constexpr std::uint8_t kOpus = 111;
constexpr std::uint8_t kRed = 62;
constexpr std::uint8_t kVp8 = 100;
constexpr std::uint8_t kVp8Rtx = 101;
constexpr Duration kReportInterval = seconds(1);
// A picture that stands still so long wants a key frame, and then again.
constexpr Duration kStill = seconds(1);
constexpr Duration kRoundTripGuess = milliseconds(100);

rtc::rtp::ExtensionIds extension_ids() {
  rtc::rtp::ExtensionIds ids;
  ids.map(3, Extension::Mid);
  ids.map(5, Extension::TransportSequence);
  ids.map(7, Extension::AudioLevel);
  return ids;
}

// A voice's packets come again as they were, for want of a resend stream: no time in them.
rtc::rtp::ExtensionIds picture_extension_ids() {
  rtc::rtp::ExtensionIds ids = extension_ids();
  ids.map(2, Extension::AbsSendTime);
  return ids;
}

}  // namespace

CallListener::CallListener(SfuWorld& world, SfuWorld::Client& client, const CallSpeaker& of,
                           std::uint32_t n, bool takes_red)
    : world_(&world),
      client_(&client),
      voice_{.ssrc = 0x1000 + n,
             .unwrapper = {},
             .nacks = {},
             .stats = {0x1000 + n, 48'000},
             .playout = {}},
      picture_{.ssrc = 0x2000 + n,
               .unwrapper = {},
               .nacks = {},
               .stats = {0x2000 + n, 90'000},
               .playout = {}},
      rtx_ssrc_(0x3000 + n),
      picture_subscription_(n * 2 + 1),
      ids_(picture_extension_ids()),
      next_report_(world.now()),
      next_keyframe_request_(world.now() + kStill) {
  voice_.nacks.set_rtt(kRoundTripGuess);
  picture_.nacks.set_rtt(kRoundTripGuess);
  sfu::SenderConfig sound{.mid = std::to_string(n * 2),
                          .kind = sfu::MediaKind::Audio,
                          .ssrc = voice_.ssrc,
                          .codecs = {{.payload_type = kRed,
                                      .name = "red",
                                      .clock_rate = 48'000,
                                      .feedback = {},
                                      .format = ""},
                                     {.payload_type = kOpus,
                                      .name = "opus",
                                      .clock_rate = 48'000,
                                      .feedback = {.nack = true},
                                      .format = ""}},
                          .extensions = extension_ids(),
                          .cname = "PA|TR_A",
                          .limit = {}};
  if (!takes_red) sound.codecs.erase(sound.codecs.begin());
  sfu::SenderConfig sight{.mid = std::to_string(n * 2 + 1),
                          .kind = sfu::MediaKind::Video,
                          .ssrc = picture_.ssrc,
                          .rtx_ssrc = rtx_ssrc_,
                          .codecs = {{.payload_type = kVp8,
                                      .name = "vp8",
                                      .clock_rate = 90'000,
                                      .rtx_payload_type = kVp8Rtx,
                                      .feedback = {.nack = true, .pli = true, .transport_cc = true},
                                      .format = ""}},
                          .extensions = ids_,
                          .cname = "PA|TR_V",
                          .limit = {}};
  world.apply(sfu::Subscribe{.room = SfuWorld::kRoom,
                             .subscription = sfu::SubscriptionId{n * 2},
                             .transport = client.transport,
                             .track = of.voice(),
                             .sender = sound});
  world.apply(sfu::Subscribe{.room = SfuWorld::kRoom,
                             .subscription = picture_subscription_,
                             .transport = client.transport,
                             .track = of.picture(),
                             .sender = sight});
  start_counting();
}

bool CallListener::on_rtp(MutableBytes packet) {
  const auto view = rtc::rtp::parse_rtp(packet);
  if (!view) return false;
  const std::uint32_t ssrc = view->ssrc();
  if (ssrc != voice_.ssrc && ssrc != picture_.ssrc && ssrc != rtx_ssrc_) return false;
  const auto values = rtc::rtp::read_extensions(*view, ids_);
  if (values.transport_sequence) {
    wraps_.note(Counter::TransportSequence, *values.transport_sequence);
    arrivals_.on_packet(world_->now(), *values.transport_sequence);
  }
  if (values.abs_send_time) wraps_.note(Counter::SendTime, *values.abs_send_time);
  if (ssrc != rtx_ssrc_) {
    take(ssrc == voice_.ssrc ? voice_ : picture_, *view, false);
    return true;
  }
  wraps_.note(Counter::ResendSequence, view->sequence());
  const auto original = rtc::rtp::decapsulate_rtx(packet, *view, kVp8, picture_.ssrc);
  if (!original) return true;  // padding: a probe
  if (const auto inner = rtc::rtp::parse_rtp(*original)) take(picture_, *inner, true);
  return true;
}

void CallListener::take(Received& stream, const rtc::rtp::RtpView& view, bool resent) {
  const bool started = stream.unwrapper.started();
  const rtc::rtp::SeqNo before = stream.unwrapper.newest();
  const rtc::rtp::SeqNo seq = stream.unwrapper.extend(view.sequence());
  // Sound comes again in its own stream: what is older than the newest by more than jitter is it.
  const bool again = resent || (stream.ssrc == voice_.ssrc && started && before - seq > 3);
  (again ? resent_bytes_ : first_bytes_) += view.packet().size();
  const bool is_voice = stream.ssrc == voice_.ssrc;
  wraps_.note(is_voice ? Counter::VoiceSequence : Counter::PictureSequence, view.sequence());
  wraps_.note(is_voice ? Counter::VoiceTimestamp : Counter::PictureTimestamp, view.timestamp());
  stream.nacks.on_packet(world_->now(), seq);
  if (!again) stream.stats.on_packet(world_->now(), seq, view.timestamp());
  if (stream.ssrc == voice_.ssrc) {
    voice_payload_ = view.payload().size();
    if (view.payload_type() == kRed) stream.playout.on_packet(world_->now(), seq - 1);
    return stream.playout.on_packet(world_->now(), seq);
  }
  const auto vp8 = rtc::codec::parse_vp8(view.payload());
  if (vp8 && vp8->picture_id) wraps_.note(Counter::PictureId, *vp8->picture_id);
  if (vp8 && vp8->tl0_picture_index) wraps_.note(Counter::Tl0, *vp8->tl0_picture_index);
  picture_playout_.on_packet(world_->now(), seq,
                             {.timestamp = view.timestamp(),
                              .keyframe_start = vp8 && vp8->keyframe,
                              .marker = view.marker(),
                              .bytes = view.payload().size()});
}

void CallListener::on_block(const rtc::rtcp::Block& block) {
  const auto* report = std::get_if<rtc::rtcp::SenderReport>(&block);
  if (report == nullptr) return;
  for (Received* stream : {&voice_, &picture_}) {
    if (stream->ssrc == report->ssrc) stream->stats.on_sender_report(world_->now(), report->ntp);
  }
  if (report->ssrc != picture_.ssrc) return;
  wraps_.note(Counter::CompactNtp, (report->ntp >> 16) & 0xFFFF'FFFF);
  wraps_.note(Counter::NtpSeconds, report->ntp >> 32);
  wraps_.note(Counter::SentPackets, report->packets);
  wraps_.note(Counter::SentOctets, report->octets);
}

void CallListener::step() {
  voice_.playout.play(world_->now());
  send_feedback();
}

void CallListener::send_feedback() {
  const Instant now = world_->now();
  std::array<std::uint8_t, 1'000> bytes{};
  ByteWriter out{bytes};
  if (now >= next_report_) {
    next_report_ = now + kReportInterval;
    const std::array<rtc::rtcp::ReportBlock, 2> blocks{voice_.stats.report(now),
                                                       picture_.stats.report(now)};
    static_cast<void>(rtc::rtcp::write_receiver_report(out, 9, blocks));
  }
  for (Received* stream : {&voice_, &picture_}) {
    const auto missing = stream->nacks.due(now);
    if (!missing.empty()) {
      static_cast<void>(rtc::rtcp::write_nack(out, 9, stream->ssrc, missing));
    }
  }
  const bool gave_up = picture_.nacks.take_gave_up();
  const bool still = now - picture_playout_.last_frame() > kStill && now >= next_keyframe_request_;
  if (gave_up || still) {
    ++keyframe_requests_;
    next_keyframe_request_ = now + kStill;
    static_cast<void>(rtc::rtcp::write_pli(out, 9, picture_.ssrc));
  }
  if (out.size() > 0) world_->send_rtcp(*client_, out.written());
  std::array<std::uint8_t, 1'200> feedback{};
  while (const auto size = arrivals_.poll(now, 9, picture_.ssrc, feedback)) {
    world_->send_rtcp(*client_, Bytes{feedback}.first(*size));
  }
}

void CallListener::start_counting() {
  counting_since_ = world_->now();
  voice_.playout.start_counting();
  picture_playout_.start_counting(world_->now());
  first_bytes_ = resent_bytes_ = keyframe_requests_ = 0;
}

double CallListener::counted_seconds() const {
  return std::max((world_->now() - counting_since_).as_seconds(), 1e-9);
}
double CallListener::frames_per_second() const {
  return static_cast<double>(picture_playout_.frames()) / counted_seconds();
}
double CallListener::picture_rate() const {
  return static_cast<double>(picture_playout_.bytes()) * 8 / counted_seconds();
}
Duration CallListener::longest_freeze() const {
  return picture_playout_.longest_freeze(world_->now());
}
double CallListener::resend_overhead() const {
  return static_cast<double>(resent_bytes_) /
         static_cast<double>(std::max<std::uint64_t>(first_bytes_, 1));
}
double CallListener::keyframe_requests_per_second() const {
  return static_cast<double>(keyframe_requests_) / counted_seconds();
}

}  // namespace vv::testing
