#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "sfu/command.hpp"

namespace vv::signaling {

/// LiveKit's numbers for a call of a participant's method that failed (livekit-wire.md C-14);
/// methods add their own.
enum class RpcCode : std::uint32_t {
  UnsupportedMethod = 1400,
  RecipientNotFound = 1401,
  RequestPayloadTooLarge = 1402,
  UnsupportedServer = 1403,
  UnsupportedVersion = 1404,
  ApplicationError = 1500,
  ConnectionTimeout = 1501,
  ResponseTimeout = 1502,
  RecipientDisconnected = 1503,
  ResponsePayloadTooLarge = 1504,
  SendFailed = 1505,
};

struct RpcFailure {
  RpcCode code = RpcCode::ApplicationError;
  std::string message;
  std::string data;
};
/// A failure of our own making, in the words that clients use.
[[nodiscard]] RpcFailure rpc_failure(RpcCode code);

/// What an admin asks a participant to do.
struct RpcCall {
  std::string method;
  std::string payload;
  Duration timeout;  ///< for the answer, the way there and back included
};
/// Called once, and must not call back into the room.
using RpcDone = std::function<void(Result<std::string, RpcFailure>)>;

/// A call that waits for its answer.
struct PendingRpc {
  sfu::ParticipantId callee;
  Instant ack_by;  ///< never, once the client said that it has the request
  Instant answer_by;
  RpcDone done;
};

}  // namespace vv::signaling
