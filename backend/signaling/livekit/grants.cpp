#include "signaling/livekit/grants.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace vv::signaling {
namespace {

constexpr std::array<std::pair<std::string_view, pb::TrackSource>, 4> kSources{{
    {"camera", pb::CAMERA},
    {"microphone", pb::MICROPHONE},
    {"screen_share", pb::SCREEN_SHARE},
    {"screen_share_audio", pb::SCREEN_SHARE_AUDIO},
}};

constexpr std::array<std::pair<std::string_view, pb::ParticipantInfo::Kind>, 7> kKinds{{
    {"standard", pb::ParticipantInfo::STANDARD},
    {"ingress", pb::ParticipantInfo::INGRESS},
    {"egress", pb::ParticipantInfo::EGRESS},
    {"sip", pb::ParticipantInfo::SIP},
    {"agent", pb::ParticipantInfo::AGENT},
    {"connector", pb::ParticipantInfo::CONNECTOR},
    {"bridge", pb::ParticipantInfo::BRIDGE},
}};

}  // namespace

pb::ParticipantPermission permission_of(const identity::VideoGrant& grant) {
  pb::ParticipantPermission permission;
  permission.set_can_subscribe(grant.may_subscribe());
  permission.set_can_publish(grant.may_publish());
  permission.set_can_publish_data(grant.may_publish_data());
  permission.set_hidden(grant.hidden);
  permission.set_recorder(grant.recorder);
  permission.set_can_update_metadata(grant.can_update_own_metadata);
  permission.set_agent(grant.agent);
  permission.set_can_subscribe_metrics(grant.can_subscribe_metrics);
  permission.set_can_manage_agent_session(grant.can_manage_agent_session);
  for (const std::string& name : grant.can_publish_sources) {
    for (const auto& [text, source] : kSources) {
      if (text == name) permission.add_can_publish_sources(source);
    }
  }
  return permission;
}

void apply_permission(const pb::ParticipantPermission& permission, identity::VideoGrant& grant) {
  grant.can_subscribe = permission.can_subscribe();
  grant.can_publish = permission.can_publish();
  grant.can_publish_data = permission.can_publish_data();
  grant.hidden = permission.hidden();
  grant.recorder = permission.recorder();
  grant.can_update_own_metadata = permission.can_update_metadata();
  grant.agent = permission.agent();
  grant.can_subscribe_metrics = permission.can_subscribe_metrics();
  grant.can_publish_sources.clear();
  for (const int source : permission.can_publish_sources()) {
    for (const auto& [text, known] : kSources) {
      if (known == source) grant.can_publish_sources.emplace_back(text);
    }
  }
}

pb::ParticipantInfo::Kind kind_of(const identity::RoomClaims& claims) {
  for (const auto& [text, kind] : kKinds) {
    if (text == claims.kind) return kind;
  }
  return claims.video.agent ? pb::ParticipantInfo::AGENT : pb::ParticipantInfo::STANDARD;
}

bool may_publish(const pb::ParticipantPermission& permission, pb::TrackSource source) {
  if (!permission.can_publish()) return false;
  const auto& allowed = permission.can_publish_sources();
  return allowed.empty() || std::find(allowed.begin(), allowed.end(), source) != allowed.end();
}

}  // namespace vv::signaling
