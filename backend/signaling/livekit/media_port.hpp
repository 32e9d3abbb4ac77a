#pragma once

#include <memory>
#include <vector>

#include "base/time.hpp"
#include "rtc/dtls/dtls_identity.hpp"
#include "rtc/sdp/candidate.hpp"
#include "sfu/command.hpp"

namespace vv::signaling {

/// The media plane as the control plane uses it; the shards in the program, a list in tests.
class MediaPort {
 public:
  virtual ~MediaPort() = default;
  /// False when the room's shard is overloaded; the command was not taken.
  virtual bool post(sfu::Command command) = 0;
  /// Our host candidates for transports of the room.
  [[nodiscard]] virtual std::vector<rtc::sdp::Candidate> candidates(sfu::RoomId room) const = 0;
  /// What a transport that begins now begins with.
  [[nodiscard]] virtual std::shared_ptr<const rtc::DtlsIdentity> identity(Instant now) = 0;
  /// Somebody was let in; what they need of the media plane follows, sooner or later.
  virtual void note_join() {}
  /// Commands were refused, or many let in, of late: no new joins.
  [[nodiscard]] virtual bool is_overloaded() const { return false; }
};

}  // namespace vv::signaling
