// Data packets from one participant to others (livekit-wire.md 5.2).
#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "signaling/livekit/room.hpp"

namespace vv::signaling {
namespace {

constexpr const char* kReliable = "_reliable";
constexpr const char* kLossy = "_lossy";
constexpr const char* kDataTrack = "_data_track";
constexpr std::size_t kMaxDataBytes = 65'535;  // C-4
// What waits for one client that is still connecting; more is lost to it, as all was before it
// came.
constexpr std::size_t kMaxEarlyPackets = 64;
constexpr std::size_t kMaxEarlyBytes = 256 * 1024;
// C-8. Associations survive a resume and SCTP sends again by itself; this is for what was dropped
// because a channel was full or not yet open.
constexpr std::size_t kReplayBytes = 100 * 1024;
constexpr Duration kReplayFor = seconds(10);
constexpr std::size_t kMaxNonces = 256;

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

void Room::on_data(Instant now, Participant& sender, const sfu::DataReceived& data) {
  if (data.label == kDataTrack) return on_data_track_frame(now, sender, data.bytes);
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
  if (take_rpc_answer(sender, packet)) return;
  packet.set_kind(reliable ? pb::DataPacket::RELIABLE : pb::DataPacket::LOSSY);
  std::vector<std::string> sids;
  if (packet.has_user()) {
    sids.assign(packet.user().destination_sids().begin(), packet.user().destination_sids().end());
    if (packet.destination_identities().empty()) {
      *packet.mutable_destination_identities() = packet.user().destination_identities();
    }
  }
  stamp_sender(packet, sender);
  if (reliable && packet.sequence() != 0) keep_for_replay(now, packet, sids);
  deliver(packet, data.label, &sender, sids);
}

void Room::keep_for_replay(Instant now, const pb::DataPacket& packet,
                           const std::vector<std::string>& sids) {
  const std::size_t bytes = packet.ByteSizeLong();
  replay_.push_back({now, bytes, sids, packet});
  replay_bytes_ += bytes;
  while (!replay_.empty() &&
         (replay_bytes_ > kReplayBytes || now - replay_.front().at > kReplayFor)) {
    replay_bytes_ -= replay_.front().bytes;
    replay_.pop_front();
  }
}

void Room::replay(Instant now, Participant& receiver, const pb::SyncState& state) {
  std::map<std::string, std::uint32_t> heard;  // by publisher
  for (const pb::DataChannelReceiveState& entry : state.datachannel_receive_states())
    heard[entry.publisher_sid()] = entry.last_seq();
  for (const SentPacket& sent : replay_) {
    const pb::DataPacket& packet = sent.packet;
    if (now - sent.at > kReplayFor || packet.participant_sid() == receiver.info.sid()) continue;
    const auto last = heard.find(packet.participant_sid());
    // Of whom it never heard it may have missed all; what it did get it knows by its number.
    if (last != heard.end() && packet.sequence() <= last->second) continue;
    if (!is_addressed(packet, sent.sids, receiver)) continue;
    std::string bytes;
    if (!packet.SerializeToString(&bytes)) continue;
    const Bytes view = as_bytes(bytes);
    send(receiver, kReliable, ByteVector(view.begin(), view.end()));
  }
}

bool Room::is_new_nonce(const std::string& nonce) {
  if (nonce.empty()) return true;
  if (std::find(nonces_.begin(), nonces_.end(), nonce) != nonces_.end()) return false;
  nonces_.push_back(nonce);
  if (nonces_.size() > kMaxNonces) nonces_.pop_front();
  return true;
}

bool Room::is_addressed(const pb::DataPacket& packet, const std::vector<std::string>& sids,
                        const Participant& receiver) {
  const auto& identities = packet.destination_identities();
  if (identities.empty() && sids.empty()) return true;
  return std::find(identities.begin(), identities.end(), receiver.info.identity()) !=
             identities.end() ||
         std::find(sids.begin(), sids.end(), receiver.info.sid()) != sids.end();
}

void Room::send_data(pb::DataPacket packet, const std::vector<std::string>& sids) {
  deliver(packet, packet.kind() == pb::DataPacket::LOSSY ? kLossy : kReliable, nullptr, sids);
}

void Room::deliver(const pb::DataPacket& packet, const std::string& label,
                   const Participant* sender, const std::vector<std::string>& sids) {
  std::string bytes;
  if (!packet.SerializeToString(&bytes)) return;
  const Bytes view = as_bytes(bytes);
  for (const auto& receiver : participants_) {
    if (receiver.get() == sender || !is_addressed(packet, sids, *receiver)) continue;
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
