#pragma once

#include "identity/room_tokens.hpp"
#include "signaling/livekit/messages.hpp"

namespace vv::signaling {

/// What a grant allows, as clients see it (livekit-wire.md T-5).
[[nodiscard]] pb::ParticipantPermission permission_of(const identity::VideoGrant& grant);
/// The other way: a permission set by the admin API replaces the grant's whole set.
void apply_permission(const pb::ParticipantPermission& permission, identity::VideoGrant& grant);
[[nodiscard]] pb::ParticipantInfo::Kind kind_of(const identity::RoomClaims& claims);
/// Whether a track of that source may be published (S-39).
[[nodiscard]] bool may_publish(const pb::ParticipantPermission& permission, pb::TrackSource source);

}  // namespace vv::signaling
