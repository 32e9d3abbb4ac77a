// Who hears of whom, and when (livekit-wire.md S-17): everybody of every change in a small room, in
// a large one everybody once in Rooms::kBatch of all that changed meanwhile.
#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

#include "signaling/livekit/room.hpp"

namespace vv::signaling {
namespace {

/// More wait for nobody's batch.
constexpr std::size_t kMaxChanges = 4'096;

}  // namespace

void Room::add(std::unique_ptr<Participant> participant) {
  by_id_[participant->id] = participant.get();
  for (const sfu::TransportId transport : {participant->publisher, participant->subscriber}) {
    if (transport != sfu::TransportId{}) by_transport_[transport] = participant.get();
  }
  by_identity_.try_emplace(participant->info.identity(), participant.get());
  participant->changes_told = changes_.size();  // what it is told first is how things are now
  participants_.push_back(std::move(participant));
}

std::unique_ptr<Participant> Room::take(sfu::ParticipantId id) {
  const auto known = by_id_.find(id);
  if (known == by_id_.end()) return nullptr;
  const auto place =
      std::find_if(participants_.begin(), participants_.end(),
                   [&known](const auto& other) { return other.get() == known->second; });
  std::unique_ptr<Participant> participant = std::move(*place);
  participants_.erase(place);
  by_id_.erase(known);
  by_transport_.erase(participant->publisher);
  by_transport_.erase(participant->subscriber);
  for (const auto& track : participant->tracks) publishers_.erase(track->info.sid());
  const auto name = by_identity_.find(participant->info.identity());
  if (name != by_identity_.end() && name->second == participant.get()) by_identity_.erase(name);
  return participant;
}

void Room::touch(Participant& participant) {
  participant.info.set_version(participant.info.version() + 1);
  changes_.push_back({participant.id, nullptr});
  context_.updates_wait = true;
  if (changes_.size() >= kMaxChanges) tell_everybody();
}

void Room::broadcast(Participant& participant) {
  touch(participant);
  if (!is_large()) tell_everybody();
}

void Room::note_departure(sfu::ParticipantId id, const pb::ParticipantInfo& info) {
  changes_.push_back({id, std::make_unique<pb::ParticipantInfo>(info)});
  context_.updates_wait = true;
  if (!is_large() || changes_.size() >= kMaxChanges) tell_everybody();
}

std::vector<SharedMessage> Room::updates_since(std::size_t told, const Participant* self) const {
  std::vector<SharedMessage> messages;
  std::unordered_set<sfu::ParticipantId> seen;
  pb::SignalResponse message;
  std::size_t bytes = 0;
  for (std::size_t i = told; i < changes_.size(); ++i) {
    const pb::ParticipantInfo* info = changes_[i].departed.get();
    if (info == nullptr) {
      const Participant* participant = find(changes_[i].id);
      if (participant == nullptr || !seen.insert(changes_[i].id).second) continue;
      if (participant->is_hidden() && participant != self) continue;
      info = &participant->info;
    }
    *message.mutable_update()->add_participants() = *info;
    bytes += info->ByteSizeLong();
    if (bytes < kMaxUpdate) continue;
    messages.emplace_back(std::exchange(message, {}));
    bytes = 0;
  }
  if (message.has_update()) messages.emplace_back(std::move(message));
  return messages;
}

void Room::tell_changes(Participant& receiver) {
  if (receiver.changes_told == changes_.size()) return;
  for (const SharedMessage& message : updates_since(receiver.changes_told, &receiver))
    send(receiver, message.message());
  receiver.changes_told = changes_.size();
}

void Room::tell_everybody() {
  if (changes_.empty()) return;
  std::map<std::size_t, std::vector<SharedMessage>> updates;  // by how much was told before
  for (const auto& receiver : participants_) {
    if (receiver->is_hidden()) {
      tell_changes(*receiver);
    } else if (receiver->sink != nullptr && receiver->changes_told < changes_.size()) {
      const auto [same, is_new] = updates.try_emplace(receiver->changes_told);
      if (is_new) same->second = updates_since(receiver->changes_told, nullptr);
      for (const SharedMessage& message : same->second) receiver->sink->send_shared(message);
    }
    receiver->changes_told = 0;
  }
  changes_.clear();
}

void Room::send_to_all(pb::SignalResponse message) {
  const SharedMessage shared(std::move(message));
  for (const auto& receiver : participants_) {
    if (receiver->sink != nullptr) receiver->sink->send_shared(shared);
  }
}

void Room::negotiate_soon(Participant& participant) {
  if (!is_large()) return negotiate(participant);
  participant.negotiation_waits = true;
  context_.updates_wait = true;
}

void Room::flush() {
  tell_everybody();
  for (const auto& participant : participants_) {
    if (!std::exchange(participant->negotiation_waits, false)) continue;
    if (std::exchange(participant->wants_more, false)) reconcile(*participant);
    negotiate(*participant);
  }
}

}  // namespace vv::signaling
