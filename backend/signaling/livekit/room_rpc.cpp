// An admin's calls of participants' methods (RoomService PerformRpc; livekit-wire.md C-14).
#include "base/encoding.hpp"
#include "signaling/livekit/room.hpp"
#include "signaling/livekit/sids.hpp"

namespace vv::signaling {
namespace {

constexpr const char* kReliable = "_reliable";
constexpr std::size_t kMaxRpcPayload = 15'360;
constexpr std::size_t kMaxPendingRpcs = 64;  // of one room
/// A live client says at once that it has the request, however long the method takes.
constexpr Duration kAckWithin = seconds(7);
constexpr std::uint32_t kRpcVersion = 1;

std::string_view words_of(RpcCode code) {
  switch (code) {
    case RpcCode::UnsupportedMethod:
      return "Method not supported at destination";
    case RpcCode::RecipientNotFound:
      return "Recipient not found";
    case RpcCode::RequestPayloadTooLarge:
      return "Request payload too large";
    case RpcCode::UnsupportedServer:
      return "RPC not supported by server";
    case RpcCode::UnsupportedVersion:
      return "Unsupported RPC version";
    case RpcCode::ApplicationError:
      return "Application error in method handler";
    case RpcCode::ConnectionTimeout:
      return "Connection timeout";
    case RpcCode::ResponseTimeout:
      return "Response timeout";
    case RpcCode::RecipientDisconnected:
      return "Recipient disconnected";
    case RpcCode::ResponsePayloadTooLarge:
      return "Response payload too large";
    case RpcCode::SendFailed:
      return "Failed to send";
  }
  return "";
}

Result<std::string, RpcFailure> outcome_of(const pb::RpcResponse& response) {
  switch (response.value_case()) {
    case pb::RpcResponse::kPayload:
      if (response.payload().size() > kMaxRpcPayload)
        return rpc_failure(RpcCode::ResponsePayloadTooLarge);
      return response.payload();
    case pb::RpcResponse::kError:
      return RpcFailure{.code = static_cast<RpcCode>(response.error().code()),
                        .message = response.error().message(),
                        .data = response.error().data()};
    // Only callers that say they understand it are answered so, and this one never did.
    case pb::RpcResponse::kCompressedPayload:
      return rpc_failure(RpcCode::UnsupportedVersion);
    case pb::RpcResponse::VALUE_NOT_SET:
      return std::string();
  }
  return rpc_failure(RpcCode::ApplicationError);
}

}  // namespace

RpcFailure rpc_failure(RpcCode code) {
  return {.code = code, .message = std::string(words_of(code)), .data = {}};
}

void Room::call(Moment at, Participant& callee, RpcCall call, RpcDone done) {
  if (call.payload.size() > kMaxRpcPayload)
    return done(rpc_failure(RpcCode::RequestPayloadTooLarge));
  const bool reachable = callee.channels.contains(kReliable) || !callee.is_active();
  if (!reachable || rpcs_.size() >= kMaxPendingRpcs) return done(rpc_failure(RpcCode::SendFailed));
  // The caller has no place in the room. Its number stands for it, and cannot be guessed.
  const std::string id = make_sid("RPC_", context_.random) + make_sid("", context_.random);
  pb::DataPacket packet;
  packet.set_kind(pb::DataPacket::RELIABLE);
  packet.set_participant_identity(id);
  packet.add_destination_identities(callee.info.identity());
  pb::RpcRequest& request = *packet.mutable_rpc_request();
  request.set_id(id);
  request.set_method(std::move(call.method));
  request.set_payload(std::move(call.payload));
  request.set_response_timeout_ms(static_cast<std::uint32_t>(call.timeout.as_millis()));
  request.set_version(kRpcVersion);
  rpcs_.emplace(id, PendingRpc{.callee = callee.id,
                               .ack_by = at.now + kAckWithin,
                               .answer_by = at.now + call.timeout,
                               .done = std::move(done)});
  ++context_.rpcs_wait;
  send_data(std::move(packet), {});
}

bool Room::take_rpc_answer(const Participant& sender, const pb::DataPacket& packet) {
  const bool is_ack = packet.has_rpc_ack();
  if (!is_ack && !packet.has_rpc_response()) return false;
  const auto pending =
      rpcs_.find(is_ack ? packet.rpc_ack().request_id() : packet.rpc_response().request_id());
  if (pending == rpcs_.end() || pending->second.callee != sender.id) return false;
  if (is_ack) {
    pending->second.ack_by = Instant::never();
  } else {
    finish_rpc(pending, outcome_of(packet.rpc_response()));
  }
  return true;
}

void Room::finish_rpc(std::map<std::string, PendingRpc>::iterator pending,
                      Result<std::string, RpcFailure> outcome) {
  const RpcDone done = std::move(pending->second.done);
  rpcs_.erase(pending);
  --context_.rpcs_wait;
  done(std::move(outcome));
}

void Room::end_rpcs(sfu::ParticipantId callee) {
  for (auto next = rpcs_.begin(); next != rpcs_.end();) {
    const auto pending = next++;
    if (pending->second.callee == callee)
      finish_rpc(pending, rpc_failure(RpcCode::RecipientDisconnected));
  }
}

void Room::expire_rpcs(Instant now) {
  for (auto next = rpcs_.begin(); next != rpcs_.end();) {
    const auto pending = next++;
    if (now >= pending->second.answer_by) {
      finish_rpc(pending, rpc_failure(RpcCode::ResponseTimeout));
    } else if (now >= pending->second.ack_by) {
      finish_rpc(pending, rpc_failure(RpcCode::ConnectionTimeout));
    }
  }
}

}  // namespace vv::signaling
