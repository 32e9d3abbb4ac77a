#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "signaling/livekit/messages.hpp"

namespace vv::signaling {

/// How a client wants to join, whichever way it said so.
struct JoinOptions {
  pb::JoinRequest request;
  bool single_transport = false;
  bool echo = false;  ///< the room plays one's own sound and picture back (Admission::is_echo)
};

/// A query's parameters, percent-decoded, in order.
struct QueryView {
  std::vector<std::pair<std::string, std::string>> parameters;
  [[nodiscard]] static QueryView parse(std::string_view query);
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  /// H-25: `1` and `true` are true, everything else is false.
  [[nodiscard]] bool flag(std::string_view name, bool when_absent) const;
};

/// Reads `join_request` (livekit-wire.md 1.6): base64url of a wrapper, gzip or plain, of a
/// JoinRequest of at most kMaxJoinRequestBytes inflated.
constexpr std::size_t kMaxJoinRequestBytes = 1024 * 1024;
[[nodiscard]] Result<pb::JoinRequest> decode_join_request(std::string_view text);

/// The v0 query (1.5) as the same message. Attributes must be base64url of a JSON object.
[[nodiscard]] Result<pb::JoinRequest> join_request_of_query(const QueryView& query);

/// H-27: browser and system from the User-Agent where the client did not say them.
void complete_client_info(pb::ClientInfo& info, std::string_view user_agent);

/// What that browser is known to do badly, for it to leave alone (livekit-wire.md S-8). Nothing
/// when there is nothing to say.
[[nodiscard]] std::optional<pb::ClientConfiguration> configuration_for(const pb::ClientInfo& info);

}  // namespace vv::signaling
