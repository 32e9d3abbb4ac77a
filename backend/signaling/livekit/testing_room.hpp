#pragma once

// Rooms with clients and media of the tests' own; included by tests alone.
#include <gmock/gmock.h>

#include <map>

#include "rtc/dtls/renewed_identity.hpp"
#include "rtc/sdp/session_description.hpp"
#include "signaling/livekit/room.hpp"
#include "signaling/livekit/rooms.hpp"

namespace vv::signaling {

namespace sdp = rtc::sdp;

struct FakeMedia final : MediaPort {
  bool post(sfu::Command command) override {
    commands.push_back(std::move(command));
    return true;
  }
  std::vector<sdp::Candidate> candidates(sfu::RoomId) const override { return addresses; }
  void note_join() override { ++joins; }
  bool is_overloaded() const override { return overloaded; }
  std::shared_ptr<const rtc::DtlsIdentity> identity(Instant now) override {
    return identities->at(now);
  }
  template <class T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const sfu::Command& command : commands) {
      if (const T* match = std::get_if<T>(&command)) found.push_back(*match);
    }
    return found;
  }
  std::vector<sfu::Command> commands;
  std::vector<sdp::Candidate> addresses;
  int joins = 0;
  bool overloaded = false;
  std::unique_ptr<rtc::RenewedIdentity> identities =
      std::move(*rtc::RenewedIdentity::create(Instant{}));
};

struct FakeObserver final : RoomObserver {
  void participant_active(std::string_view, std::string_view identity) override {
    events.push_back("active " + std::string(identity));
  }
  void participant_left(std::string_view, std::string_view identity) override {
    events.push_back("left " + std::string(identity));
  }
  std::vector<std::string> events;
};

inline constexpr const char* kFingerprint =
    "CF:2F:49:28:71:F2:89:06:B5:0B:FB:19:45:13:16:63:E5:A0:16:10:DC:0F:95:7D:1C:06:04:BE:AB:69:53:"
    "9A";

/// One client: what it was sent, and its side of the negotiation.
struct FakeClient final : SignalSink {
  explicit FakeClient(std::string name) : identity(std::move(name)) {
    for (int i = 0; i < 2; ++i) add(sdp::MediaKind::Audio, sdp::Direction::RecvOnly);
    for (int i = 0; i < 2; ++i) add(sdp::MediaKind::Video, sdp::Direction::RecvOnly);
    add(sdp::MediaKind::Application, sdp::Direction::SendRecv);
  }
  void send(const pb::SignalResponse& message) override { messages.push_back(message); }
  void close() override { closed = true; }

  sdp::Section& add(sdp::MediaKind kind, sdp::Direction direction) {
    sdp::Section& section = description.sections.emplace_back();
    section.kind = kind;
    section.media = kind == sdp::MediaKind::Audio   ? "audio"
                    : kind == sdp::MediaKind::Video ? "video"
                                                    : "application";
    section.mid = std::to_string(description.sections.size() - 1);
    section.direction = direction;
    section.setup = sdp::Setup::ActPass;
    section.ice = sdp::IceParameters{.ufrag = "ufr" + identity.substr(0, 1),
                                     .pwd = "passwordof24charactersxx"};
    section.fingerprint = sdp::Fingerprint{.algorithm = "sha-256", .value = kFingerprint};
    if (kind == sdp::MediaKind::Application) {
      section.protocol = "UDP/DTLS/SCTP";
      section.formats = {"webrtc-datachannel"};
      section.sctp_port = 5000;
      return section;
    }
    sdp::Codec& codec = section.codecs.emplace_back();
    codec.payload_type = kind == sdp::MediaKind::Audio ? 111 : 96;
    codec.name = kind == sdp::MediaKind::Audio ? "opus" : "VP8";
    codec.clock_rate = kind == sdp::MediaKind::Audio ? 48'000 : 90'000;
    codec.channels = kind == sdp::MediaKind::Audio ? 2 : 1;
    return section;
  }
  pb::SessionDescription offer() {
    pb::SessionDescription offer;
    offer.set_type("offer");
    offer.set_id(++offer_id);
    description.bundle.clear();
    for (const sdp::Section& section : description.sections)
      description.bundle.push_back(section.mid);
    offer.set_sdp(sdp::serialise(description));
    return offer;
  }
  JoinOptions options(bool auto_subscribe = true) {
    JoinOptions options;
    options.single_transport = true;
    options.request.mutable_client_info()->set_protocol(17);
    options.request.mutable_connection_settings()->set_auto_subscribe(auto_subscribe);
    *options.request.mutable_publisher_offer() = offer();
    return options;
  }
  /// All messages of one kind, in order.
  std::vector<pb::SignalResponse> of(pb::SignalResponse::MessageCase which) const {
    std::vector<pb::SignalResponse> found;
    for (const auto& message : messages) {
      if (message.message_case() == which) found.push_back(message);
    }
    return found;
  }
  std::size_t index_of(pb::SignalResponse::MessageCase which) const {
    for (std::size_t i = 0; i < messages.size(); ++i) {
      if (messages[i].message_case() == which) return i;
    }
    return messages.size();
  }

  std::string identity;
  sdp::SessionDescription description;
  std::uint32_t offer_id = 0;
  std::vector<pb::SignalResponse> messages;
  bool closed = false;
  Rooms::Seat seat{};
};

class RoomTest : public testing::Test {
 protected:
  identity::RoomClaims claims(const FakeClient& client) {
    identity::RoomClaims claims;
    claims.key = "k";
    claims.identity = client.identity;
    claims.login = "login of " + client.identity;
    claims.has_video = true;
    claims.video.room_join = true;
    claims.video.room = "room";
    claims.expires_at = at.wall + minutes(10);
    return claims;
  }
  void join(FakeClient& client, bool auto_subscribe = true) {
    client.seat = *rooms.join(at, claims(client), client.options(auto_subscribe), client);
  }
  void connect(FakeClient& client) {
    const Participant& participant = person(client);
    rooms.on_event(at, sfu::TransportConnected{client.seat.room, participant.publisher});
    for (const char* label : {"_lossy", "_reliable", "_data_track"}) {
      rooms.on_event(at, sfu::ChannelOpened{client.seat.room, participant.publisher, label});
    }
  }
  void enter(FakeClient& client) {
    join(client);
    connect(client);
  }
  Participant& person(const FakeClient& client) {
    return *rooms.find("room")->find(client.identity);
  }
  void say(FakeClient& client, const pb::SignalRequest& request) {
    rooms.on_request(at, client.seat, request);
  }
  void offer(FakeClient& client) {
    pb::SignalRequest request;
    *request.mutable_offer() = client.offer();
    say(client, request);
  }
  std::string publish(FakeClient& client, pb::TrackType type, const std::string& cid) {
    pb::SignalRequest request;
    request.mutable_add_track()->set_cid(cid);
    request.mutable_add_track()->set_type(type);
    request.mutable_add_track()->set_source(type == pb::VIDEO ? pb::CAMERA : pb::MICROPHONE);
    say(client, request);
    const auto published = client.of(pb::SignalResponse::kTrackPublished);
    EXPECT_FALSE(published.empty());
    sdp::Section& section =
        client.add(type == pb::VIDEO ? sdp::MediaKind::Video : sdp::MediaKind::Audio,
                   sdp::Direction::SendOnly);
    section.msids = {{.stream = "s", .track = cid}};
    offer(client);
    return published.back().track_published().track().sid();
  }
  void advance(Duration by) {
    at.now += by;
    at.wall = at.wall + by;
    rooms.tick(at);
  }

  Moment at{.now = Instant::from_nanos(1'000'000'000'000), .wall = UnixMillis{1'800'000'000'000}};
  FakeMedia media;
  FakeObserver observer;
  identity::RoomTokens tokens{Secret{"own"},
                              {{.name = "k", .secret = Secret{"s"}, .app_rooms = false}}};
  SeededRandom random{7};
  Rooms rooms{media, observer, tokens, random};
  FakeClient amina{"amina"};
  FakeClient bruno{"bruno"};
};

}  // namespace vv::signaling
