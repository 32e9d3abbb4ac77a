#include "room_load.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/format.hpp"
#include "media_limits.hpp"
#include "rtc/codec/vp8.hpp"
#include "rtc/rtp/rtp_view.hpp"
#include "rtc/sdp/session_description.hpp"
#include "signaling/livekit/messages.hpp"
#include "testing/sfu_world.hpp"

namespace vv::bench {
namespace {

namespace pb = ::livekit;
namespace sdp = rtc::sdp;

constexpr std::size_t kScratch = 256 * 1024;
constexpr Duration kPatience = seconds(60);
constexpr Duration kSweep = milliseconds(20);  // timers of a client are no finer here
constexpr std::uint8_t kBinary = 2;            // RFC 6455 §5.2
constexpr std::uint8_t kClose = 8;
constexpr std::uint8_t kPing = 9;
constexpr std::uint8_t kPong = 10;

constexpr std::uint32_t kVoiceSsrc = 500;
constexpr std::uint32_t kPictureSsrc = 600;
constexpr std::uint8_t kOpus = 111;
constexpr std::uint8_t kVp8 = 96;
constexpr Duration kVoiceEvery = milliseconds(20);
constexpr Duration kPictureEvery = milliseconds(40);
constexpr std::size_t kVoiceBytes = 120;
constexpr std::size_t kPictureBytes = 1'000;  // a packet
constexpr int kPackets = 2;                   // a frame: 400 kbit/s
constexpr int kKeyPackets = 10;

void write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::send(file, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    VV_CHECK(size > 0, "the server reads");
    bytes.remove_prefix(static_cast<std::size_t>(size));
  }
}

sdp::Section media(sdp::MediaKind kind, sdp::Direction direction) {
  sdp::Section section;
  section.kind = kind;
  section.media = kind == sdp::MediaKind::Audio ? "audio" : "video";
  section.direction = direction;
  section.rtcp_mux = true;
  sdp::Codec& codec = section.codecs.emplace_back();
  const bool audio = kind == sdp::MediaKind::Audio;
  codec.payload_type = audio ? kOpus : kVp8;
  codec.name = audio ? "opus" : "VP8";
  codec.clock_rate = audio ? 48'000 : 90'000;
  codec.channels = audio ? 2 : 1;
  if (!audio) codec.feedback = {"nack", "nack pli", "ccm fir"};
  return section;
}

void publish(sdp::Section& section, std::uint32_t ssrc, const std::string& cid) {
  section.msids = {{.stream = "s", .track = cid}};
  section.ssrcs = {{.ssrc = ssrc, .cname = "c", .msid = {}}};
}

/// Whether a compound asks for a key frame (RFC 4585 §6.3.1, RFC 5104 §4.3.1).
bool asks_for_key_frame(Bytes compound) {
  while (compound.size() >= 4) {
    const std::size_t size = (static_cast<std::size_t>(load_be16(&compound[2])) + 1) * 4;
    const int format = compound[0] & 0x1F;
    if (compound[1] == 206 && (format == 1 || format == 4)) return true;
    if (size > compound.size()) break;
    compound = compound.subspan(size);
  }
  return false;
}

}  // namespace

RoomClient::RoomClient(RoomLoad& load, Options options)
    : load_(load), options_(std::move(options)), ice_(rtc::IceCredentials::create(load.random_)) {
  times_.asked = monotonic_now();
  file_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  VV_CHECK(file_ >= 0, "there are descriptors: see `ulimit -n`");
  const int on = 1;
  ::setsockopt(file_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(load.port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  VV_CHECK(::connect(file_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
           "the server listens");
  identity::RoomClaims claims;
  claims.key = "devkey";
  claims.identity = options_.identity;
  claims.name = options_.identity;
  claims.has_video = true;
  claims.video.room_join = true;
  claims.video.room = options_.room;
  claims.video.room_create = true;
  const auto token = load.tokens_.sign(claims, wall_now(), minutes(10));
  VV_CHECK(token.has_value(), "the key is known");
  write_all(file_, format("GET /rtc/v1?access_token={}&join_request={} HTTP/1.1\r\n"
                          "Host: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
                          *token, join_request()));
}

RoomClient::~RoomClient() {
  if (file_ >= 0) ::close(file_);
}

std::string RoomClient::offer() const {
  sdp::SessionDescription description;
  if (options_.publishes) {
    publish(
        description.sections.emplace_back(media(sdp::MediaKind::Audio, sdp::Direction::SendOnly)),
        kVoiceSsrc, "voice");
    publish(
        description.sections.emplace_back(media(sdp::MediaKind::Video, sdp::Direction::SendOnly)),
        kPictureSsrc, "picture");
  }
  for (int i = 0; i < 3; ++i) {
    description.sections.push_back(media(sdp::MediaKind::Audio, sdp::Direction::RecvOnly));
    description.sections.push_back(media(sdp::MediaKind::Video, sdp::Direction::RecvOnly));
  }
  sdp::Section& data = description.sections.emplace_back();
  data.kind = sdp::MediaKind::Application;
  data.media = "application";
  data.protocol = "UDP/DTLS/SCTP";
  data.formats = {"webrtc-datachannel"};
  data.sctp_port = 5000;
  const std::string fingerprint = load_.identity_->fingerprint().to_string();
  for (std::size_t i = 0; i < description.sections.size(); ++i) {
    sdp::Section& section = description.sections[i];
    section.mid = std::to_string(i);
    section.setup = sdp::Setup::ActPass;
    section.ice = sdp::IceParameters{.ufrag = ice_.ufrag, .pwd = ice_.password};
    const auto space = fingerprint.find(' ');
    section.fingerprint = sdp::Fingerprint{.algorithm = fingerprint.substr(0, space),
                                           .value = fingerprint.substr(space + 1)};
    description.bundle.push_back(section.mid);
  }
  return sdp::serialise(description);
}

std::string RoomClient::join_request() const {
  pb::JoinRequest request;
  request.mutable_client_info()->set_protocol(17);
  request.mutable_client_info()->set_sdk(pb::ClientInfo::JS);
  request.mutable_client_info()->set_version("2.15.0");
  request.mutable_connection_settings()->set_auto_subscribe(true);
  if (options_.publishes) {
    pb::AddTrackRequest& voice = *request.add_add_track_requests();
    voice.set_cid("voice");
    voice.set_type(pb::AUDIO);
    voice.set_source(pb::MICROPHONE);
    pb::AddTrackRequest& picture = *request.add_add_track_requests();
    picture.set_cid("picture");
    picture.set_type(pb::VIDEO);
    picture.set_source(pb::CAMERA);
    picture.set_width(640);
    picture.set_height(360);
  }
  request.mutable_publisher_offer()->set_type("offer");
  request.mutable_publisher_offer()->set_id(1);
  request.mutable_publisher_offer()->set_sdp(offer());
  pb::WrappedJoinRequest wrapped;
  wrapped.set_join_request(request.SerializeAsString());
  return base64url_encode(as_bytes(wrapped.SerializeAsString()));
}

void RoomClient::send_frame(std::uint8_t opcode, std::string_view payload) {
  VV_CHECK(payload.size() < 126, "what a benchmark says is short");
  std::string frame{static_cast<char>(0x80 | opcode), static_cast<char>(0x80 | payload.size())};
  frame.append(4, '\0');  // the mask: this one costs nothing
  frame += payload;
  write_all(file_, frame);
}

void RoomClient::read() {
  if (file_ < 0) return;
  const ssize_t size = ::recv(file_, load_.scratch_.data(), load_.scratch_.size(), MSG_DONTWAIT);
  if (size < 0) return;
  VV_CHECK(size > 0 || left_, "the server does not close a benchmark's sockets");
  if (size == 0) {
    ::close(std::exchange(file_, -1));
    return;
  }
  in_.append(load_.scratch_.data(), static_cast<std::size_t>(size));
  std::string_view bytes = in_;
  if (!upgraded_) {
    const auto end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return;
    VV_CHECK(bytes.starts_with("HTTP/1.1 101"), "the server upgrades");
    upgraded_ = true;
    bytes.remove_prefix(end + 4);
  }
  while (bytes.size() >= 2) {
    std::size_t length = static_cast<std::uint8_t>(bytes[1]) & 0x7F;
    const std::size_t head = length < 126 ? 2 : length == 126 ? 4 : 10;
    if (bytes.size() < head) break;
    if (head > 2) {
      length = 0;
      for (const char byte : bytes.substr(2, head - 2))
        length = length << 8 | static_cast<std::uint8_t>(byte);
    }
    if (bytes.size() < head + length) break;
    const auto opcode = static_cast<std::uint8_t>(bytes[0] & 0x0F);
    on_frame(opcode, bytes.substr(head, length));
    bytes.remove_prefix(head + length);
  }
  in_ = std::string(bytes);
}

void RoomClient::on_frame(std::uint8_t opcode, std::string_view payload) {
  if (left_) return;
  if (opcode == kPing) return send_frame(kPong, payload);
  VV_CHECK(opcode != kClose, "the server does not close a benchmark's sockets");
  if (opcode != kBinary) return;
  ++messages_;
  bytes_ += payload.size();
  // Once it is there nothing of what is said is of use here, and reading all of it would be more
  // work than the server's own.
  if (times_.active.is_never()) on_message(payload);
}

void RoomClient::on_message(std::string_view payload) {
  pb::SignalResponse message;
  VV_CHECK(message.ParseFromArray(payload.data(), static_cast<int>(payload.size())),
           "the server speaks the protocol");
  VV_CHECK(!message.has_leave(), "nobody is sent away");
  if (message.has_join()) {
    times_.told = monotonic_now();
    sid_ = message.join().participant().sid();
  } else if (message.has_answer()) {
    on_answer(message.answer().sdp());
  } else if (message.has_update()) {
    for (const pb::ParticipantInfo& info : message.update().participants()) {
      if (info.sid() == sid_ && info.state() == pb::ParticipantInfo::ACTIVE)
        times_.active = monotonic_now();
    }
  }
}

void RoomClient::on_answer(const std::string& text) {
  answer_bytes_ = text.size();
  const auto answer = sdp::parse(text);
  VV_CHECK(answer.has_value() && !answer->sections.empty(), "the answer can be read");
  if (browser_) return;
  const sdp::Section& section = answer->sections.front();
  const auto udp = std::find_if(
      section.candidates.begin(), section.candidates.end(),
      [](const sdp::Candidate& c) { return c.protocol == sdp::CandidateProtocol::Udp; });
  VV_CHECK(udp != section.candidates.end() && section.ice && section.fingerprint,
           "the answer says where to");
  const auto fingerprint =
      rtc::Fingerprint::parse(section.fingerprint->algorithm + " " + section.fingerprint->value);
  const auto address = rtc::TransportAddress::parse(udp->address, udp->port);
  VV_CHECK(fingerprint && address, "and who");
  browser_ = std::make_unique<testing::SocketBrowser>(testing::SocketBrowser::Options{
      .mine = ice_,
      .theirs = {section.ice->ufrag, section.ice->pwd},
      .server = *address,
      .fingerprint = *fingerprint,
      .identity = load_.identity_.get(),
      .keep_rtp = false,
      .on_rtp = [this](Bytes packet) { on_rtp(packet); },
      .on_rtcp =
          [this](Bytes compound) { key_wanted_ = key_wanted_ || asks_for_key_frame(compound); }});
  load_.watch(browser_->fd(), this);
  step();
}

void RoomClient::on_rtp(Bytes packet) {
  ++packets_;
  if (times_.first_packet.is_never()) times_.first_packet = monotonic_now();
  if (!times_.first_frame.is_never()) return;
  const auto view = rtc::rtp::parse_rtp(packet);
  if (!view || view->payload_type() != kVp8) return;
  const auto frame = rtc::codec::parse_vp8(view->payload());
  if (frame && frame->keyframe) key_frame_ = view->timestamp();
  if (view->marker() && key_frame_ == view->timestamp()) times_.first_frame = monotonic_now();
}

void RoomClient::step() {
  if (!browser_) return;
  browser_->step();
  if (!browser_->connected() || channels_asked_) return;
  times_.connected = monotonic_now();
  channels_asked_ = true;
  for (const char* label : {"_lossy", "_reliable"})
    VV_CHECK(browser_->open_channel(label), "a transport takes channels");
  next_voice_ = next_picture_ = monotonic_now();
}

void RoomClient::send_media(Instant now) {
  if (!options_.publishes || !channels_asked_) return;
  static const ByteVector voice(kVoiceBytes, 0x55);
  while (next_voice_ <= now) {
    next_voice_ += kVoiceEvery;
    ++voice_seq_;
    static_cast<void>(browser_->send_rtp({.ssrc = kVoiceSsrc,
                                          .timestamp = voice_seq_ * 960U,
                                          .sequence = voice_seq_,
                                          .payload_type = kOpus},
                                         voice));
  }
  while (next_picture_ <= now) {
    next_picture_ += kPictureEvery;
    ++picture_;
    const bool key = std::exchange(key_wanted_, false);
    const int count = key ? kKeyPackets : kPackets;
    std::vector<ByteVector> payloads;
    std::vector<testing::SocketBrowser::Outgoing> packets;
    for (int i = 0; i < count; ++i) {
      payloads.push_back(testing::vp8_payload(
          key, i == 0, picture_, static_cast<std::uint8_t>(picture_), 0, kPictureBytes));
      ++picture_seq_;
      packets.push_back({{.ssrc = kPictureSsrc,
                          .timestamp = picture_ * 3'600U,
                          .sequence = picture_seq_,
                          .payload_type = kVp8,
                          .marker = i == count - 1},
                         payloads.back()});
    }
    static_cast<void>(browser_->send_burst(packets));
  }
}

void RoomClient::stop_listening() {
  if (std::exchange(listening_, false)) drop_everything(browser_->fd());
}

void RoomClient::leave() {
  pb::SignalRequest request;
  request.mutable_leave()->set_reason(pb::CLIENT_INITIATED);
  request.mutable_leave()->set_action(pb::LeaveRequest::DISCONNECT);
  send_frame(kBinary, request.SerializeAsString());
  left_ = true;
}

RoomLoad::RoomLoad(std::uint16_t port)
    : port_(port),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      tokens_(Secret(), {{.name = "devkey", .secret = Secret("secret"), .app_rooms = true}}),
      identity_(std::move(*rtc::DtlsIdentity::create())),
      scratch_(kScratch, '\0') {
  VV_CHECK(epoll_ >= 0, "there are descriptors");
}

RoomLoad::~RoomLoad() { ::close(epoll_); }

void RoomLoad::watch(int file, void* tagged) const {
  epoll_event wanted{};
  wanted.events = EPOLLIN;
  wanted.data.ptr = tagged;
  VV_CHECK(::epoll_ctl(epoll_, EPOLL_CTL_ADD, file, &wanted) == 0, "it can be waited for");
}

RoomClient& RoomLoad::open(RoomClient::Options options) {
  clients_.emplace_back(new RoomClient(*this, std::move(options)));
  watch(clients_.back()->file_, clients_.back().get());
  return *clients_.back();
}

void RoomLoad::close(RoomClient& client) {
  std::erase_if(clients_, [&client](const auto& other) { return other.get() == &client; });
}

void RoomLoad::turn() {
  std::array<epoll_event, 256> ready{};
  const int count = ::epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 2);
  for (int i = 0; i < count; ++i) {
    auto& client = *static_cast<RoomClient*>(ready[static_cast<std::size_t>(i)].data.ptr);
    client.read();  // either socket may be the one: the other has nothing
    if (client.listening_) client.step();
  }
  const Instant now = monotonic_now();
  for (const auto& client : clients_) {
    if (!client->left_) client->send_media(now);
  }
  if (now < next_sweep_) return;
  next_sweep_ = now + kSweep;
  for (const auto& client : clients_) {
    if (client->browser_ && client->browser_->next_timeout() <= now) client->step();
  }
}

void RoomLoad::run_until(const std::function<bool()>& done) {
  const Instant limit = monotonic_now() + kPatience;
  while (!done()) {
    VV_CHECK(monotonic_now() < limit, "the server answers within a minute");
    turn();
  }
}

void RoomLoad::run_for(Duration length) {
  for (const Instant end = monotonic_now() + length; monotonic_now() < end;) turn();
}

}  // namespace vv::bench
