// Data packets from one participant to others (livekit-wire.md 5.2).
#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "signaling/livekit/room.hpp"

namespace vv::signaling {
namespace {

constexpr const char* kReliable = "_reliable";
constexpr const char* kLossy = "_lossy";
constexpr std::size_t kMaxDataBytes = 65'535;  // C-4
// What waits for one client that is still connecting; more is lost to it, as all was before it
// came.
constexpr std::size_t kMaxEarlyPackets = 64;
constexpr std::size_t kMaxEarlyBytes = 256 * 1024;

/// C-5, C-6: the server says who sent it; clients' own words about that do not count.
void stamp_sender(pb::DataPacket& packet, const Participant& sender) {
  const std::string identity = sender.is_hidden() ? std::string() : sender.info.identity();
  const std::string sid = sender.is_hidden() ? std::string() : sender.info.sid();
  packet.set_participant_sid(sid);
  if (!(sender.is_dependent() && !packet.participant_identity().empty()))
    packet.set_participant_identity(identity);
  if (!packet.has_user()) return;
  packet.mutable_user()->set_participant_sid(sid);
  packet.mutable_user()->set_participant_identity(identity);
}

}  // namespace

void Room::on_data(Participant& sender, const sfu::DataReceived& data) {
  if (data.label != kReliable && data.label != kLossy) return;
  if (!sender.info.permission().can_publish_data() || data.bytes.size() > kMaxDataBytes) return;
  pb::DataPacket packet;
  if (!packet.ParseFromArray(data.bytes.data(), static_cast<int>(data.bytes.size()))) {
    log::debug("data packet refused", {{"sid", sender.info.sid()}});
    return;
  }
  if (packet.has_speaker()) return;
  if (packet.has_transcription() && sender.info.kind() != pb::ParticipantInfo::AGENT)
    return;  // C-10
  const bool reliable = data.label == kReliable;
  if (reliable && packet.sequence() != 0) {
    if (packet.sequence() <= sender.last_reliable_sequence) return;  // resent after a resume
    sender.last_reliable_sequence = packet.sequence();
  }
  packet.set_kind(reliable ? pb::DataPacket::RELIABLE : pb::DataPacket::LOSSY);
  std::vector<std::string> sids;
  if (packet.has_user()) {
    sids.assign(packet.user().destination_sids().begin(), packet.user().destination_sids().end());
    if (packet.destination_identities().empty()) {
      *packet.mutable_destination_identities() = packet.user().destination_identities();
    }
  }
  stamp_sender(packet, sender);
  deliver(packet, data.label, &sender, sids);
}

void Room::send_data(pb::DataPacket packet, const std::vector<std::string>& sids) {
  deliver(packet, packet.kind() == pb::DataPacket::LOSSY ? kLossy : kReliable, nullptr, sids);
}

void Room::deliver(const pb::DataPacket& packet, const std::string& label,
                   const Participant* sender, const std::vector<std::string>& sids) {
  std::string bytes;
  if (!packet.SerializeToString(&bytes)) return;
  const Bytes view = as_bytes(bytes);
  const auto& identities = packet.destination_identities();
  const bool everybody = identities.empty() && sids.empty();
  for (const auto& receiver : participants_) {
    if (receiver.get() == sender) continue;
    const bool named = std::find(identities.begin(), identities.end(), receiver->info.identity()) !=
                           identities.end() ||
                       std::find(sids.begin(), sids.end(), receiver->info.sid()) != sids.end();
    if (!everybody && !named) continue;
    if (packet.has_metrics() && !receiver->info.permission().can_subscribe_metrics()) continue;
    ByteVector copy(view.begin(), view.end());
    if (receiver->channels.contains(label)) {
      send(*receiver, label, std::move(copy));
    } else if (!receiver->is_active()) {
      keep_early(*receiver, {label, std::move(copy)});
    }
  }
}

void Room::send(const Participant& receiver, const std::string& label, ByteVector bytes) {
  context_.media.post(sfu::SendData{.room = id_,
                                    .transport = receiver.downlink(),
                                    .label = label,
                                    .bytes = std::move(bytes),
                                    .binary = true});
}

void Room::keep_early(Participant& receiver, EarlyData data) {
  std::size_t waiting = data.bytes.size();
  for (const EarlyData& other : receiver.early) waiting += other.bytes.size();
  if (receiver.early.size() >= kMaxEarlyPackets || waiting > kMaxEarlyBytes) return;
  receiver.early.push_back(std::move(data));
}

void Room::deliver_early(Participant& receiver, const std::string& label) {
  for (EarlyData& data : receiver.early) {
    if (data.label == label) send(receiver, label, std::move(data.bytes));
  }
  std::erase_if(receiver.early, [&](const EarlyData& data) { return data.label == label; });
}

}  // namespace vv::signaling
