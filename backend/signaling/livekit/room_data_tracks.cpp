// Data tracks: frames on the channel `_data_track`, whose handles alone we rewrite
// (livekit-wire.md 3.19).
#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "signaling/livekit/data_track_frame.hpp"
#include "signaling/livekit/room.hpp"
#include "signaling/livekit/sids.hpp"

namespace vv::signaling {
namespace {

constexpr const char* kChannel = "_data_track";
constexpr std::size_t kMaxNameBytes = 256;          // S-87
constexpr int kMaxDataTracks = 32;                  // a participant
constexpr std::size_t kMaxDataSubscriptions = 512;  // likewise
constexpr std::uint32_t kMaxHandle = 0xFFFF;

using Reason = pb::RequestResponse::Reason;

/// Why it is refused; nothing when it is not.
std::optional<std::pair<Reason, const char*>> refusal(const Participant& participant,
                                                      const pb::PublishDataTrackRequest& request) {
  if (!participant.info.permission().can_publish_data())
    return {{pb::RequestResponse::NOT_ALLOWED, "does not have permission to publish data"}};
  if (request.pub_handle() == 0 || request.pub_handle() > kMaxHandle)
    return {{pb::RequestResponse::INVALID_HANDLE, "handles are 1 to 65535"}};
  if (request.name().empty() || request.name().size() > kMaxNameBytes)
    return {{pb::RequestResponse::INVALID_NAME, "names are 1 to 256 bytes"}};
  const auto& tracks = participant.info.data_tracks();
  for (const pb::DataTrackInfo& track : tracks) {
    if (track.pub_handle() == request.pub_handle())
      return {{pb::RequestResponse::DUPLICATE_HANDLE, "the handle is taken"}};
    if (track.name() == request.name())
      return {{pb::RequestResponse::DUPLICATE_NAME, "the name is taken"}};
  }
  if (tracks.size() >= kMaxDataTracks)
    return {{pb::RequestResponse::LIMIT_EXCEEDED, "too many data tracks"}};
  return std::nullopt;
}

/// Whether this packet's frame goes to a subscriber that wants only so many a second: a frame goes
/// whole or not at all.
bool lets_through(Instant now, DataSubscription& subscription, const DataTrackHeader& header) {
  if (subscription.target_fps == 0) return true;
  if (subscription.any_frame && header.frame == subscription.frame) return true;
  if (!header.start || now < subscription.next_frame) return false;
  subscription.any_frame = true;
  subscription.frame = header.frame;
  subscription.next_frame = now + seconds(1) / subscription.target_fps;
  return true;
}

}  // namespace

void Room::on_publish_data_track(Participant& participant,
                                 const pb::PublishDataTrackRequest& request) {
  if (const auto refused = refusal(participant, request)) {
    pb::RequestResponse response;
    response.set_reason(refused->first);
    response.set_message(refused->second);
    *response.mutable_publish_data_track() = request;
    return respond(participant, std::move(response));
  }
  pb::DataTrackInfo info;
  info.set_pub_handle(request.pub_handle());
  info.set_sid(make_sid("DTR_", context_.random));
  info.set_name(request.name());
  info.set_encryption(request.encryption());
  if (request.has_frame_encoding()) *info.mutable_frame_encoding() = request.frame_encoding();
  if (request.has_schema()) *info.mutable_schema() = request.schema();
  *participant.info.add_data_tracks() = info;
  pb::SignalResponse message;
  *message.mutable_publish_data_track_response()->mutable_info() = std::move(info);
  send(participant, message);
  broadcast(participant);
  reconcile_data_tracks();
}

void Room::on_unpublish_data_track(Participant& participant,
                                   const pb::UnpublishDataTrackRequest& request) {
  for (const pb::DataTrackInfo& info : participant.info.data_tracks()) {
    if (info.pub_handle() != request.pub_handle()) continue;
    pb::SignalResponse message;
    *message.mutable_unpublish_data_track_response()->mutable_info() = info;
    send(participant, message);
    return unpublish_data_track(participant, std::string(info.sid()));
  }
  pb::RequestResponse response;
  response.set_reason(pb::RequestResponse::NOT_FOUND);
  response.set_message("no such data track");
  *response.mutable_unpublish_data_track() = request;
  respond(participant, std::move(response));
}

void Room::unpublish_data_track(Participant& participant, const std::string& sid) {
  auto& tracks = *participant.info.mutable_data_tracks();
  tracks.erase(std::remove_if(tracks.begin(), tracks.end(),
                              [&sid](const pb::DataTrackInfo& info) { return info.sid() == sid; }),
               tracks.end());
  broadcast(participant);
  reconcile_data_tracks();
}

void Room::on_data_subscription(Participant& subscriber, const pb::UpdateDataSubscription& update) {
  for (const auto& change : update.updates()) {
    const std::string& sid = change.track_sid();
    if (subscriber.data_intents.size() >= kMaxDataSubscriptions &&
        !subscriber.data_intents.contains(sid))
      continue;
    subscriber.data_intents[sid] = change.subscribe();
  }
  reconcile_data_tracks(subscriber, data_publishers());
  for (const auto& change : update.updates()) {
    for (auto& [handle, subscription] : subscriber.data_subscriptions) {
      if (subscription.track_sid == change.track_sid())
        subscription.target_fps = change.options().target_fps();
    }
  }
}

std::vector<const Participant*> Room::data_publishers() const {
  std::vector<const Participant*> publishers;
  for (const auto& participant : participants_) {
    if (!participant->info.data_tracks().empty()) publishers.push_back(participant.get());
  }
  return publishers;
}

void Room::reconcile_data_tracks() {
  const std::vector<const Participant*> publishers = data_publishers();
  for (const auto& participant : participants_) reconcile_data_tracks(*participant, publishers);
}

void Room::reconcile_data_tracks(Participant& subscriber,
                                 const std::vector<const Participant*>& publishers) {
  std::map<std::string, std::pair<const Participant*, std::uint16_t>> wanted;
  for (const Participant* publisher : publishers) {
    if (publisher == &subscriber || publisher->is_hidden() ||
        !subscriber.info.permission().can_subscribe())
      continue;
    for (const pb::DataTrackInfo& info : publisher->info.data_tracks()) {
      const auto intent = subscriber.data_intents.find(info.sid());
      const bool wants =
          intent != subscriber.data_intents.end() ? intent->second : subscriber.auto_subscribe_data;
      if (wants) {
        wanted[info.sid()] = {publisher, static_cast<std::uint16_t>(info.pub_handle())};
      }
    }
  }
  std::erase_if(subscriber.data_subscriptions,
                [&wanted](const auto& entry) { return !wanted.contains(entry.second.track_sid); });
  for (const auto& [handle, subscription] : subscriber.data_subscriptions)
    wanted.erase(subscription.track_sid);
  for (const auto& [sid, source] : wanted) {
    if (subscriber.data_subscriptions.size() >= kMaxDataSubscriptions) break;
    // S-89: they begin anywhere below 256 and 0 is none.
    std::uint16_t& handle = subscriber.last_data_handle;
    if (handle == 0) handle = static_cast<std::uint16_t>(context_.random.below(255));
    do {
      ++handle;
    } while (handle == 0 || subscriber.data_subscriptions.contains(handle));
    DataSubscription& subscription = subscriber.data_subscriptions[handle];
    subscription.track_sid = sid;
    subscription.publisher = source.first->id;
    subscription.publisher_handle = source.second;
  }
  std::map<std::uint16_t, std::string> handles;
  for (const auto& [handle, subscription] : subscriber.data_subscriptions)
    handles[handle] = subscription.track_sid;
  if (handles == subscriber.told_handles) return;
  tell_changes(subscriber);  // whose tracks they are is known before
  pb::SignalResponse message;
  auto& told = *message.mutable_data_track_subscriber_handles()->mutable_sub_handles();
  for (const auto& [handle, subscription] : subscriber.data_subscriptions) {
    const Participant* publisher = find(subscription.publisher);
    auto& entry = told[handle];
    entry.set_publisher_identity(publisher->info.identity());
    entry.set_publisher_sid(publisher->info.sid());
    entry.set_track_sid(subscription.track_sid);
  }
  subscriber.told_handles = std::move(handles);
  send(subscriber, message);
}

void Room::on_data_track_frame(Instant now, Participant& sender, ByteVector frame) {
  if (!sender.info.permission().can_publish_data()) return;
  const auto header = read_data_track_header(frame);
  if (!header) return;
  for (const auto& receiver : participants_) {
    if (!receiver->channels.contains(kChannel)) continue;
    for (auto& [handle, subscription] : receiver->data_subscriptions) {
      if (subscription.publisher != sender.id || subscription.publisher_handle != header->handle ||
          !lets_through(now, subscription, *header))
        continue;
      ByteVector copy = frame;
      write_data_track_handle(copy, handle);
      send(*receiver, kChannel, std::move(copy));
    }
  }
}

}  // namespace vv::signaling
