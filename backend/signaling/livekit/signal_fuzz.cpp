#include <cstddef>
#include <cstdint>
#include <string_view>

#include "signaling/livekit/rooms.hpp"

// Two people in a room; the bytes are signal requests of the one, cut by a length byte pair.
// Nothing that a client says may break the room's rules or end the process.
namespace {

using namespace vv;
using namespace vv::signaling;

struct NoMedia final : MediaPort {
  bool post(sfu::Command) override { return true; }
  std::vector<rtc::sdp::Candidate> candidates(sfu::RoomId) const override { return {}; }
  std::shared_ptr<const rtc::DtlsIdentity> identity(Instant) override {
    static const std::shared_ptr<const rtc::DtlsIdentity> one =
        std::move(*rtc::DtlsIdentity::create());
    return one;
  }
};
struct NoObserver final : RoomObserver {
  void participant_active(std::string_view, std::string_view) override {}
  void participant_left(std::string_view, std::string_view) override {}
};
struct NoSink final : SignalSink {
  void send(const pb::SignalResponse& message) override { (void)message.ByteSizeLong(); }
  void close() override {}
};

identity::RoomClaims claims(std::string identity) {
  identity::RoomClaims claims;
  claims.key = "k";
  claims.identity = std::move(identity);
  claims.has_video = true;
  claims.video.room_join = true;
  claims.video.room = "room";
  claims.video.can_update_own_metadata = true;
  claims.expires_at = {1'900'000'000'000};
  return claims;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const identity::RoomTokens tokens{
      Secret{"own"}, {{.name = "k", .secret = Secret{"s"}, .app_rooms = false}}};
  silence_protobuf_log();
  NoMedia media;
  NoObserver observer;
  SeededRandom random(7);
  Rooms rooms(media, observer, tokens, random);
  Moment at{.now = Instant::from_nanos(1'000'000'000'000), .wall = {1'800'000'000'000}};
  NoSink first;
  NoSink second;
  JoinOptions options;
  options.request.mutable_connection_settings()->set_auto_subscribe(true);
  options.single_transport = size % 2 == 0;
  const auto seat = rooms.join(at, claims("amina"), options, first);
  options.single_transport = true;
  rooms.join(at, claims("bruno"), options, second);
  std::size_t position = 0;
  while (seat && position + 2 <= size) {
    const std::size_t length = (std::size_t{data[position]} << 8U) | data[position + 1];
    position += 2;
    const std::size_t taken = std::min(length, size - position);
    pb::SignalRequest request;
    if (request.ParseFromArray(data + position, static_cast<int>(taken))) {
      rooms.on_request(at, *seat, request);
    } else {
      rooms.on_event(at,
                     sfu::DataReceived{seat->room, sfu::TransportId{2}, "_reliable",
                                       ByteVector(data + position, data + position + taken), true});
    }
    position += taken;
    at.now += milliseconds(50);
    at.wall = at.wall + milliseconds(50);
    rooms.tick(at);
  }
  return 0;
}
