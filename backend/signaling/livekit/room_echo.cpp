// A room of one: what its person publishes comes back to them as another participant's tracks, late
// by the delay that the media plane was told when the room was opened.
#include <algorithm>

#include "signaling/livekit/room.hpp"
#include "signaling/livekit/sids.hpp"

namespace vv::signaling {
namespace {

constexpr const char* kEchoIdentity = "echo";

}  // namespace

Participant* Room::echo() const {
  const auto found = std::find_if(participants_.begin(), participants_.end(),
                                  [](const auto& participant) { return participant->is_echo; });
  return found == participants_.end() ? nullptr : found->get();
}

void Room::add_echo(Moment at) {
  auto owned = std::make_unique<Participant>();
  owned->id = sfu::ParticipantId{context_.next_number()};
  owned->is_echo = true;
  owned->auto_subscribe = false;
  owned->joined_at = at.now;
  // Without a transport it negotiates with nobody, but is asked like everybody.
  owned->answerer = std::make_unique<sfu::negotiation::Answerer>(
      sfu::negotiation::LocalTransport{
          .ice = rtc::IceCredentials::create(context_.random),
          .fingerprint = context_.media.identity(at.now)->fingerprint(),
          .candidates = {}},
      context_.random);
  pb::ParticipantInfo& info = owned->info;
  info.set_sid(make_sid("PA_", context_.random));
  info.set_identity(kEchoIdentity);
  info.set_state(pb::ParticipantInfo::ACTIVE);
  info.set_joined_at(at.wall.value / 1000);
  info.set_joined_at_ms(at.wall.value);
  info.set_version(1);
  info.mutable_permission()->set_can_publish(true);
  add(std::move(owned));
}

void Room::echo_track(const Participant& participant, const Track& track) {
  Participant* const echo_of = echo();
  if (echo_of == nullptr || echo_of == &participant) return;
  auto copy = std::make_unique<Track>();
  copy->id = track.id;  // the same media
  copy->publisher = echo_of->id;
  copy->info = track.info;
  copy->info.set_sid(make_track_sid(track.info.type(), track.info.source(), context_.random));
  // Never muted: what was said before is still played while its publisher is silent already.
  copy->info.set_muted(false);
  copy->published = true;
  *echo_of->info.add_tracks() = copy->info;
  echo_of->info.set_is_publisher(true);
  publishers_[copy->info.sid()] = echo_of;
  echo_of->tracks.push_back(std::move(copy));
  broadcast(*echo_of);
  reconcile_all(*echo_of);
}

void Room::forget_echoes(sfu::TrackId id) {
  Participant* const echo_of = echo();
  Track* const copy = echo_of == nullptr ? nullptr : echo_of->find_track(id);
  if (copy == nullptr) return;
  publishers_.erase(copy->info.sid());
  auto& tracks = *echo_of->info.mutable_tracks();
  tracks.erase(
      std::remove_if(tracks.begin(), tracks.end(),
                     [copy](const pb::TrackInfo& t) { return t.sid() == copy->info.sid(); }),
      tracks.end());
  echo_of->info.set_is_publisher(!tracks.empty());
  std::erase_if(echo_of->tracks, [id](const auto& track) { return track->id == id; });
  broadcast(*echo_of);
}

}  // namespace vv::signaling
