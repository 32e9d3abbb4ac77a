// Which of our addresses a client is told of (livekit-wire.md D-11, 3.21).
#include <algorithm>

#include "signaling/livekit/join_options.hpp"
#include "signaling/livekit/room.hpp"

namespace vv::signaling {
namespace {

using rtc::sdp::Candidate;
using rtc::sdp::CandidateProtocol;

bool is_udp(const Candidate& candidate) { return candidate.protocol == CandidateProtocol::Udp; }

}  // namespace

std::vector<Candidate> Room::candidates_for(Reach reach) const {
  std::vector<Candidate> candidates = context_.media.candidates(id_);
  if (reach == Reach::TcpOnly && !std::all_of(candidates.begin(), candidates.end(), is_udp))
    std::erase_if(candidates, is_udp);
  if (reach == Reach::TcpFirst) {
    // A pair counts as much as the lesser of its ends (RFC 8445 §6.1.2.3), so below any of the
    // client's own this puts UDP last. It stays: where TCP does not work it is all there is.
    std::uint32_t least = 0;
    for (Candidate& candidate : candidates) {
      if (is_udp(candidate)) candidate.priority = ++least;
    }
  }
  return candidates;
}

Reach Room::reach_of(Instant now, const std::string& identity) const {
  const auto found = reaches_.find(identity);
  return found == reaches_.end() || now >= found->second.until ? Reach::Any : found->second.reach;
}

void Room::remember_reach(Instant now, const std::string& identity, Reach reach) {
  std::erase_if(reaches_, [now](const auto& entry) { return now >= entry.second.until; });
  if (reach == Reach::Any) {
    reaches_.erase(identity);
  } else {
    reaches_[identity] = {reach, now + kReachKept};
  }
}

void Room::set_reach(Instant now, Participant& participant, Reach reach) {
  remember_reach(now, participant.info.identity(), reach);
  participant.reach = reach;
  participant.answerer->set_candidates(candidates_for(reach));
  if (participant.offerer != nullptr) participant.offerer->set_candidates(candidates_for(reach));
}

void Room::on_connection_lost(Instant now, Participant& participant) {
  const Instant since = std::exchange(participant.connected_at, now);
  const bool was_short = !since.is_never() && now - since < kShortLife;
  if (was_short && participant.reach == Reach::Any) set_reach(now, participant, Reach::TcpFirst);
}

std::optional<pb::ClientConfiguration> Room::configuration_of(
    const Participant& participant) const {
  std::optional<pb::ClientConfiguration> configuration = configuration_for(participant.client);
  if (participant.reach == Reach::RelayOnly) {
    if (!configuration) configuration.emplace();
    configuration->set_force_relay(pb::ENABLED);
  }
  return configuration;
}

void Room::switch_protocol(Instant now, Participant& participant, pb::CandidateProtocol protocol) {
  Reach reach = Reach::Any;
  if (protocol == pb::TCP) reach = Reach::TcpOnly;
  // TLS is spoken by a TURN server only, and there may be none.
  if (protocol == pb::TLS)
    reach = context_.ice_servers.urls.empty() ? Reach::TcpOnly : Reach::RelayOnly;
  set_reach(now, participant, reach);
  if (!participant.single_transport) restart_subscriber_ice(participant);
  send_leave(participant, leave_of(pb::LeaveRequest::RESUME, pb::UNKNOWN_REASON));
}

}  // namespace vv::signaling
