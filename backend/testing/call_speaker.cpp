#include "testing/call_speaker.hpp"

#include <algorithm>
#include <utility>

#include "rtc/rtcp/writer.hpp"
#include "rtc/rtp/rtp_view.hpp"

namespace vv::testing {
namespace {

using rtc::rtp::Extension;
constexpr std::array<std::string_view, 3> kRids{"q", "h", "f"};
constexpr std::size_t kPacketBytes = 1'100;
constexpr std::size_t kKeyframeFactor = 4;
constexpr Duration kReportInterval = seconds(1);

rtc::rtp::ExtensionIds extension_ids() {
  rtc::rtp::ExtensionIds ids;
  ids.map(1, Extension::AudioLevel);
  ids.map(4, Extension::Mid);
  ids.map(10, Extension::Rid);
  ids.map(11, Extension::RepairedRid);
  return ids;
}

}  // namespace

CallSpeaker::CallSpeaker(SfuWorld& world, SfuWorld::Client& client, Options options)
    : world_(&world),
      client_(&client),
      options_(std::move(options)),
      picture_id_(options_.first_picture_id) {
  next_speech_ = next_frame_ = next_report_ = world.now();
  voice_.ssrc = 500;
  voice_.sequence = options_.first_sequence;
  const auto n = options_.frame_bytes.size();
  for (std::size_t i = 0; i < n; ++i) {
    Stream& layer = layers_.emplace_back();
    layer.ssrc = static_cast<std::uint32_t>(600 + i);
    layer.rtx_ssrc = static_cast<std::uint32_t>(700 + i);
    layer.sequence = options_.first_sequence;
    layer.rtx_sequence = options_.first_resend;
    layer.packets = layer.octets = options_.first_count;
  }
  sfu::ReceiverConfig voice{.track = options_.voice,
                            .mid = "0",
                            .kind = sfu::MediaKind::Audio,
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
                            .rids = {},
                            .ssrcs = {},
                            .extensions = extension_ids()};
  sfu::ReceiverConfig picture{.track = options_.picture,
                              .mid = "1",
                              .kind = sfu::MediaKind::Video,
                              .codecs = {{.payload_type = kVp8,
                                          .name = "vp8",
                                          .clock_rate = 90'000,
                                          .rtx_payload_type = kVp8Rtx,
                                          .feedback = {.nack = true, .pli = true},
                                          .format = ""}},
                              .rids = {},
                              .ssrcs = {},
                              .extensions = extension_ids()};
  if (n > 1) {
    picture.rids.assign(kRids.begin(), kRids.begin() + static_cast<std::ptrdiff_t>(n));
  } else {
    picture.ssrcs = {{layers_[0].ssrc, layers_[0].rtx_ssrc}};
  }
  world.apply(sfu::SetReceivers{SfuWorld::kRoom, client.transport, {voice, picture}});
}

void CallSpeaker::step() {
  for (; next_speech_ <= world_->now(); next_speech_ += kSpeech) speak();
  for (; next_frame_ <= world_->now(); next_frame_ += kFrame) show();
  if (next_report_ <= world_->now()) report();
}

void CallSpeaker::speak() {
  // RFC 2198 §3: the block before this one, 960 ticks earlier, its length; then this one's type.
  ByteVector payload(5 + 2 * kSpeechBytes, 0x11);
  payload[0] = 0x80 | kOpus;
  payload[1] = 960 >> 6;
  payload[2] = static_cast<std::uint8_t>((960 & 0x3F) << 2 | kSpeechBytes >> 8);
  payload[3] = static_cast<std::uint8_t>(kSpeechBytes & 0xFF);
  payload[4] = kOpus;
  voice_.timestamp = options_.first_timestamp + spoken_++ * 960U;
  send(voice_, {.timestamp = voice_.timestamp, .payload_type = kRed}, "0", {}, payload);
}

void CallSpeaker::show() {
  picture_id_ = static_cast<std::uint16_t>((picture_id_ + 1) & 0x7FFF);
  wraps_.note(Counter::PictureId, picture_id_);
  wraps_.note(Counter::Tl0, picture_id_ & 0xFFU);
  ++shown_;
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) show_layer(layer);
}

void CallSpeaker::show_layer(std::size_t layer) {
  Stream& stream = layers_[layer];
  const bool keyframe = std::exchange(stream.wants_keyframe, false);
  const std::size_t bytes = options_.frame_bytes[layer] * (keyframe ? kKeyframeFactor : 1);
  stream.timestamp = options_.first_timestamp + shown_ * 3'600U;
  const std::string_view rid = layers_.size() > 1 ? kRids[layer] : std::string_view{};
  for (std::size_t sent = 0; sent < bytes; sent += kPacketBytes) {
    const std::size_t size = std::max<std::size_t>(std::min(kPacketBytes, bytes - sent), 20);
    const ByteVector payload = vp8_payload(keyframe, sent == 0, picture_id_,
                                           static_cast<std::uint8_t>(picture_id_), 0, size);
    send(stream,
         {.timestamp = stream.timestamp,
          .payload_type = kVp8,
          .marker = sent + kPacketBytes >= bytes},
         "1", rid, payload);
  }
}

void CallSpeaker::send(Stream& stream, rtc::rtp::RtpHeader header, std::string_view mid,
                       std::string_view rid, Bytes payload) {
  header.ssrc = stream.ssrc;
  header.sequence = stream.sequence;
  const bool is_voice = &stream == &voice_;
  if (is_voice || &stream == layers_.data()) {
    wraps_.note(is_voice ? Counter::VoiceSequence : Counter::PictureSequence, header.sequence);
    wraps_.note(is_voice ? Counter::VoiceTimestamp : Counter::PictureTimestamp, header.timestamp);
  }
  const std::array<std::uint8_t, 1> level{0x94};
  const std::array<rtc::rtp::ExtensionElement, 3> extensions{
      {{4, as_bytes(mid)},
       {mid == "0" ? std::uint8_t{1} : std::uint8_t{0}, level},
       {rid.empty() ? std::uint8_t{0} : std::uint8_t{10}, as_bytes(rid)}}};
  world_->send_rtp(*client_, header, extensions, payload, stream.rollovers);

  ByteVector copy(payload.size() + 12);
  const std::size_t size = rtc::rtp::write_rtp_header(copy, header, {});
  std::copy(payload.begin(), payload.end(), copy.begin() + static_cast<std::ptrdiff_t>(size));
  stream.history.insert(
      world_->now(),
      rtc::rtp::SeqNo{(std::uint64_t{stream.rollovers} << 16U) + stream.sequence + 0x1'0000U},
      copy);
  ++stream.packets;
  stream.octets += static_cast<std::uint32_t>(payload.size());
  sent_bytes_ += payload.size();
  if (++stream.sequence == 0) ++stream.rollovers;
}

void CallSpeaker::resend(Stream& stream, std::uint16_t sequence) {
  const std::uint32_t rollovers =
      sequence < stream.sequence ? stream.rollovers : stream.rollovers - 1;  // before the wrap
  const Bytes packet = stream.history.find(
      world_->now(), rtc::rtp::SeqNo{(std::uint64_t{rollovers} << 16U) + sequence + 0x1'0000U});
  if (packet.empty()) return;
  const auto view = rtc::rtp::parse_rtp(packet);
  rtc::rtp::RtpHeader header{.ssrc = stream.ssrc,
                             .timestamp = view->timestamp(),
                             .sequence = sequence,
                             .payload_type = view->payload_type(),
                             .marker = view->marker()};
  resent_bytes_ += packet.size();
  const auto layer = static_cast<std::size_t>(stream.ssrc - 600);
  if (stream.rtx_ssrc == 0) {
    const std::array<std::uint8_t, 1> level{0x94};
    const std::array<rtc::rtp::ExtensionElement, 2> extensions{
        {{4, as_bytes(std::string_view{"0"})}, {1, level}}};
    return world_->send_rtp(*client_, header, extensions, view->payload(), rollovers);
  }
  header.ssrc = stream.rtx_ssrc;
  header.payload_type = kVp8Rtx;
  header.sequence = stream.rtx_sequence;
  if (layer == 0) wraps_.note(Counter::ResendSequence, header.sequence);
  const std::uint32_t rtx_rollovers = stream.rtx_rollovers;
  if (++stream.rtx_sequence == 0) ++stream.rtx_rollovers;
  ByteVector payload(2 + view->payload().size());
  store_be16(payload.data(), sequence);
  std::copy(view->payload().begin(), view->payload().end(), payload.begin() + 2);
  const std::string_view rid = layers_.size() > 1 ? kRids[layer] : std::string_view{};
  const std::array<rtc::rtp::ExtensionElement, 2> extensions{
      {{4, as_bytes(std::string_view{"1"})},
       {rid.empty() ? std::uint8_t{0} : std::uint8_t{11}, as_bytes(rid)}}};
  world_->send_rtp(*client_, header, extensions, payload, rtx_rollovers);
}

void CallSpeaker::on_block(const rtc::rtcp::Block& block) {
  const auto stream_of = [this](std::uint32_t ssrc) -> Stream* {
    if (ssrc == voice_.ssrc) return &voice_;
    for (Stream& layer : layers_) {
      if (layer.ssrc == ssrc) return &layer;
    }
    return nullptr;
  };
  if (const auto* pli = std::get_if<rtc::rtcp::Pli>(&block)) {
    ++keyframe_requests_;
    if (Stream* stream = stream_of(pli->media_ssrc)) stream->wants_keyframe = true;
  }
  if (const auto* nack = std::get_if<rtc::rtcp::Nack>(&block)) {
    Stream* stream = stream_of(nack->media_ssrc);
    if (stream == nullptr) return;
    for (const rtc::rtcp::NackItem item : nack->items) {
      for (unsigned bit = 0; bit <= 16; ++bit) {
        if (bit > 0 && ((item.mask >> (bit - 1)) & 1U) == 0) continue;
        resend(*stream, static_cast<std::uint16_t>(item.packet_id + bit));
      }
    }
  }
}

void CallSpeaker::report() {
  next_report_ = world_->now() + kReportInterval;
  const auto send_report = [this](const Stream& stream) {
    std::array<std::uint8_t, 64> bytes{};
    ByteWriter out{bytes};
    static_cast<void>(rtc::rtcp::write_sender_report(
        out,
        {.ssrc = stream.ssrc,
         .ntp = rtc::rtcp::ntp_of((world_->now() - Instant{}).as_nanos()),
         .rtp_timestamp = stream.timestamp,
         .packets = stream.packets,
         .octets = stream.octets},
        {}));
    world_->send_rtcp(*client_, out.written());
  };
  const std::uint64_t ntp = rtc::rtcp::ntp_of((world_->now() - Instant{}).as_nanos());
  wraps_.note(Counter::CompactNtp, (ntp >> 16) & 0xFFFF'FFFF);
  wraps_.note(Counter::NtpSeconds, ntp >> 32);
  wraps_.note(Counter::SentPackets, layers_[0].packets);
  wraps_.note(Counter::SentOctets, layers_[0].octets);
  send_report(voice_);
  for (const Stream& layer : layers_) send_report(layer);
}

}  // namespace vv::testing
