#include "signaling/twirp/room_service.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/clock.hpp"
#include "base/format.hpp"
#include "identity/room_tokens.hpp"
#include "livekit_room.pb.h"
#include "net/event_loop.hpp"
#include "net/gate.hpp"
#include "net/http/router.hpp"
#include "shard/capture.hpp"
#include "signaling/livekit/rooms.hpp"
#include "signaling/twirp/room_statistics.hpp"
#include "signaling/twirp/twirp.hpp"
#include "visavis_statistics.pb.h"

namespace vv::signaling {
namespace {

using google::protobuf::Message;
using twirp::Code;
using twirp::Failure;
using Answer = Result<std::unique_ptr<Message>, Failure>;

constexpr std::string_view kPrefix = "/twirp/livekit.RoomService/";
constexpr std::string_view kMarketplace = "meet_";     // contract section 1
constexpr std::size_t kMaxBody = 10 * 1024 * 1024;     // threat-model section 4
constexpr std::size_t kMaxNameBytes = 256;             // likewise
constexpr std::size_t kMaxMetadataBytes = 512 * 1024;  // likewise

enum class Grant : std::uint8_t { RoomCreate, RoomList, RoomAdmin, RoomRecord, Any };

struct Call {
  const RoomServicePorts& ports;
  const identity::RoomClaims& claims;
  Moment at;
};

Failure no_room() { return {Code::NotFound, "requested room does not exist"}; }
Failure no_participant() { return {Code::NotFound, "participant does not exist"}; }
Failure denied() { return {Code::Unauthenticated, "permissions denied"}; }  // H-43

bool reaches(const identity::RoomClaims& claims, std::string_view room) {
  return !room.starts_with(kMarketplace) || claims.scope == identity::KeyScope::ApiAndAppRooms;
}

bool holds(const identity::RoomClaims& claims, Grant grant) {
  // H9, H11: the marketplace's own tokens open nothing here, whatever they say.
  if (claims.scope == identity::KeyScope::Marketplace || !claims.has_video) return false;
  switch (grant) {
    case Grant::RoomCreate:
      return claims.video.room_create;
    case Grant::RoomList:
      return claims.video.room_list;
    case Grant::RoomAdmin:
      return claims.video.room_admin;
    case Grant::RoomRecord:
      return claims.video.room_record;
    case Grant::Any:
      return true;
  }
  return false;
}

/// The room that an admin call names, if this token is for it.
Result<Room*, Failure> room_of(const Call& call, const std::string& name) {
  if (call.claims.video.room != name) return denied();
  if (name.empty()) return Failure{Code::InvalidArgument, "no room name"};
  Room* room = reaches(call.claims, name) ? call.ports.rooms.find(name) : nullptr;
  if (room == nullptr) return no_room();
  return room;
}

struct Place {
  Room* room;
  Participant* participant;
};
Result<Place, Failure> place_of(const Call& call, const std::string& room_name,
                                const std::string& identity) {
  VV_ASSIGN_OR_RETURN(Room * room, room_of(call, room_name));
  if (identity.empty()) return Failure{Code::InvalidArgument, "identity cannot be empty"};
  Participant* participant = room->find(identity);
  if (participant == nullptr) return no_participant();
  return Place{room, participant};
}

template <class T>
Answer answer(T message) {
  return std::unique_ptr<Message>(std::make_unique<T>(std::move(message)));
}

Answer create_room(const Call& call, const pb::CreateRoomRequest& request) {
  if (request.name().empty()) return Failure{Code::InvalidArgument, "no room name"};
  if (request.name().size() > kMaxNameBytes)
    return Failure{Code::InvalidArgument, "room name exceeds limits"};
  if (request.metadata().size() > kMaxMetadataBytes)
    return Failure{Code::InvalidArgument, "metadata exceeds limits"};
  // A room of the marketplace is made by its people alone (threat-model H10).
  const bool exists =
      reaches(call.claims, request.name()) && call.ports.rooms.find(request.name()) != nullptr;
  if (request.name().starts_with(kMarketplace) && !exists) return no_room();
  const Room& room = call.ports.rooms.create(
      call.at, request.name(),
      {.empty_timeout_s = request.empty_timeout(),
       .departure_timeout_s = request.departure_timeout(),
       .max_participants = request.max_participants(),
       .metadata = request.metadata(),
       .playout = playout_of(request.min_playout_delay(), request.max_playout_delay()),
       .sync_streams = request.sync_streams()});
  return answer(room.info());
}

Answer list_rooms(const Call& call, const pb::ListRoomsRequest& request) {
  pb::ListRoomsResponse response;
  for (const Room* room : call.ports.rooms.all()) {
    const auto& names = request.names();
    const bool named =
        names.empty() || std::find(names.begin(), names.end(), room->name()) != names.end();
    if (named && reaches(call.claims, room->name())) *response.add_rooms() = room->info();
  }
  return answer(std::move(response));
}

Answer delete_room(const Call& call, const pb::DeleteRoomRequest& request) {
  if (!reaches(call.claims, request.room()) || call.ports.rooms.find(request.room()) == nullptr)
    return no_room();
  call.ports.rooms.close(call.at, request.room(),
                         leave_of(pb::LeaveRequest::DISCONNECT, pb::ROOM_DELETED));
  return answer(pb::DeleteRoomResponse{});
}

Answer list_participants(const Call& call, const pb::ListParticipantsRequest& request) {
  if (call.claims.video.room != request.room()) return denied();
  pb::ListParticipantsResponse response;
  const Room* room =
      reaches(call.claims, request.room()) ? call.ports.rooms.find(request.room()) : nullptr;
  if (room != nullptr) {
    for (const auto& participant : room->participants())
      *response.add_participants() = participant->info;
  }
  return answer(std::move(response));
}

Answer get_participant(const Call& call, const pb::RoomParticipantIdentity& request) {
  VV_ASSIGN_OR_RETURN(const Place place, place_of(call, request.room(), request.identity()));
  return answer(place.participant->info);
}

Answer remove_participant(const Call& call, const pb::RoomParticipantIdentity& request) {
  VV_ASSIGN_OR_RETURN(const Place place, place_of(call, request.room(), request.identity()));
  const pb::LeaveRequest leave = leave_of(pb::LeaveRequest::DISCONNECT, pb::PARTICIPANT_REMOVED);
  place.room->remove(call.at, place.participant->id, pb::PARTICIPANT_REMOVED, &leave);
  return answer(pb::RemoveParticipantResponse{});
}

Answer mute_published_track(const Call& call, const pb::MuteRoomTrackRequest& request) {
  VV_ASSIGN_OR_RETURN(const Place place, place_of(call, request.room(), request.identity()));
  Track* track = place.participant->find_track(request.track_sid());
  if (track == nullptr) return Failure{Code::NotFound, "track is not found"};
  // Nobody's microphone is opened from afar.
  if (!request.muted() && track->info.muted())
    return Failure{Code::FailedPrecondition, "remote unmute not enabled"};
  place.room->mute_by_admin(*place.participant, *track, request.muted());
  pb::MuteRoomTrackResponse response;
  *response.mutable_track() = track->info;
  return answer(std::move(response));
}

Answer update_participant(const Call& call, const pb::UpdateParticipantRequest& request) {
  VV_ASSIGN_OR_RETURN(const Place place, place_of(call, request.room(), request.identity()));
  if (request.metadata().size() > kMaxMetadataBytes || request.name().size() > kMaxNameBytes) {
    return Failure{Code::InvalidArgument, "exceeds limits"};
  }
  pb::UpdateParticipantMetadata update;
  update.set_metadata(request.metadata());
  update.set_name(request.name());
  *update.mutable_attributes() = request.attributes();
  const sfu::ParticipantId id = place.participant->id;
  place.room->update_participant(call.at, *place.participant, update,
                                 request.has_permission() ? &request.permission() : nullptr);
  const Participant* participant = place.room->find(id);
  if (participant == nullptr) return no_participant();
  return answer(participant->info);
}

Answer update_subscriptions(const Call& call, const pb::UpdateSubscriptionsRequest& request) {
  VV_ASSIGN_OR_RETURN(const Place place, place_of(call, request.room(), request.identity()));
  pb::UpdateSubscription update;
  *update.mutable_track_sids() = request.track_sids();
  update.set_subscribe(request.subscribe());
  *update.mutable_participant_tracks() = request.participant_tracks();
  place.room->update_subscription(*place.participant, update);
  return answer(pb::UpdateSubscriptionsResponse{});
}

Answer send_data(const Call& call, const pb::SendDataRequest& request) {
  VV_ASSIGN_OR_RETURN(Room * room, room_of(call, request.room()));
  if (!request.nonce().empty() && request.nonce().size() != 16)
    return Failure{Code::InvalidArgument, "nonce should be 16-bytes or not present"};
  if (!room->is_new_nonce(request.nonce())) return answer(pb::SendDataResponse{});
  pb::DataPacket packet;
  packet.set_kind(request.kind());
  pb::UserPacket& user = *packet.mutable_user();
  user.set_payload(request.data());
  if (request.has_topic()) user.set_topic(request.topic());
  user.set_nonce(request.nonce());
  *user.mutable_destination_identities() = request.destination_identities();
  *packet.mutable_destination_identities() = request.destination_identities();
  room->send_data(std::move(packet),
                  {request.destination_sids().begin(), request.destination_sids().end()});
  return answer(pb::SendDataResponse{});
}

Answer update_room_metadata(const Call& call, const pb::UpdateRoomMetadataRequest& request) {
  VV_ASSIGN_OR_RETURN(Room * room, room_of(call, request.room()));
  if (request.metadata().size() > kMaxMetadataBytes)
    return Failure{Code::InvalidArgument, "metadata exceeds limits"};
  room->set_metadata(request.metadata());
  return answer(room->info());
}

Answer get_statistics(const Call& call, const visavis::GetRoomRequest& request) {
  VV_ASSIGN_OR_RETURN(Room * room, room_of(call, request.room()));
  return answer(statistics_of(*room));
}

/// somebody would be in two rooms of one process, or change rooms under one token.
template <class Request>
Answer go_elsewhere(const Call& call, const Request& request) {
  if (request.room() == request.destination_room())
    return Failure{Code::InvalidArgument, "the destination is the room itself"};
  if (call.claims.video.destination_room != request.destination_room()) return denied();
  VV_TRY(place_of(call, request.room(), request.identity()));
  return Failure{Code::Unimplemented,
                 "participants cannot be forwarded or moved between rooms by this server"};
}

/// Reads the body as `Request` and calls `function`.
template <class Request, Answer (*function)(const Call&, const Request&)>
Answer run(const Call& call, twirp::Encoding encoding, std::string_view body) {
  Request request;
  if (!twirp::decode(encoding, body, request))
    return Failure{Code::Malformed, "the request could not be decoded"};
  return function(call, request);
}

struct Method {
  std::string_view name;
  Grant grant;
  Answer (*run)(const Call&, twirp::Encoding, std::string_view);
};
/// H11: each method with its grant, in one table.
constexpr std::array<Method, 13> kMethods{{
    {"CreateRoom", Grant::RoomCreate, run<pb::CreateRoomRequest, create_room>},
    {"ListRooms", Grant::RoomList, run<pb::ListRoomsRequest, list_rooms>},
    {"DeleteRoom", Grant::RoomCreate, run<pb::DeleteRoomRequest, delete_room>},
    {"ListParticipants", Grant::RoomAdmin, run<pb::ListParticipantsRequest, list_participants>},
    {"GetParticipant", Grant::RoomAdmin, run<pb::RoomParticipantIdentity, get_participant>},
    {"RemoveParticipant", Grant::RoomAdmin, run<pb::RoomParticipantIdentity, remove_participant>},
    {"MutePublishedTrack", Grant::RoomAdmin, run<pb::MuteRoomTrackRequest, mute_published_track>},
    {"UpdateParticipant", Grant::RoomAdmin, run<pb::UpdateParticipantRequest, update_participant>},
    {"UpdateSubscriptions", Grant::RoomAdmin,
     run<pb::UpdateSubscriptionsRequest, update_subscriptions>},
    {"SendData", Grant::RoomAdmin, run<pb::SendDataRequest, send_data>},
    {"UpdateRoomMetadata", Grant::RoomAdmin,
     run<pb::UpdateRoomMetadataRequest, update_room_metadata>},
    {"ForwardParticipant", Grant::RoomAdmin,
     run<pb::ForwardParticipantRequest, go_elsewhere<pb::ForwardParticipantRequest>>},
    {"MoveParticipant", Grant::RoomAdmin,
     run<pb::MoveParticipantRequest, go_elsewhere<pb::MoveParticipantRequest>>},
}};

Answer no_recorder(const Call&, twirp::Encoding, std::string_view) {
  return Failure{Code::Unimplemented, "this server does not record: there is no egress here"};
}
Answer no_service(const Call&, twirp::Encoding, std::string_view) {
  return Failure{Code::Unimplemented, "this server does not have that service"};
}
/// Services that the SDKs know and this server has not: said in words, rather than as a wrong path
/// (livekit-wire.md A-11).
struct MissingService {
  std::string_view prefix;
  Method method;
};
constexpr std::array<MissingService, 4> kMissing{{
    {"/twirp/livekit.Egress/", {"", Grant::RoomRecord, no_recorder}},
    {"/twirp/livekit.Ingress/", {"", Grant::Any, no_service}},
    {"/twirp/livekit.SIP/", {"", Grant::Any, no_service}},
    {"/twirp/livekit.AgentDispatchService/", {"", Grant::Any, no_service}},
}};

constexpr std::string_view kStatistics = "/twirp/visavis.Statistics/GetRoom";
constexpr Method kGetStatistics{"GetRoom", Grant::RoomAdmin,
                                run<visavis::GetRoomRequest, get_statistics>};

/// Seconds of somebody's headers; answered when they are over.
Answer no_direct_run(const Call&, twirp::Encoding, std::string_view) {
  return Failure{Code::Internal, "this method waits"};
}
constexpr std::string_view kCapturePath = "/twirp/visavis.Statistics/Capture";
constexpr Method kCapture{"Capture", Grant::RoomAdmin, no_direct_run};
constexpr std::uint32_t kMaxCaptureSeconds = 30;
constexpr int kCapturePolls = 250;  // of 20 ms, for the last records

Task<Answer> capture(RoomServicePorts ports, identity::RoomClaims claims, twirp::Encoding encoding,
                     std::string body) {
  visavis::CaptureRequest request;
  if (!twirp::decode(encoding, body, request))
    co_return Failure{Code::Malformed, "the request could not be decoded"};
  if (request.seconds() == 0 || request.seconds() > kMaxCaptureSeconds)
    co_return Failure{Code::InvalidArgument, "seconds are 1 to 30"};
  const Call call{
      .ports = ports, .claims = claims, .at = {.now = monotonic_now(), .wall = wall_now()}};
  const auto place = place_of(call, request.room(), request.identity());
  if (!place) co_return place.error();
  if (place->participant->capture)
    co_return Failure{Code::FailedPrecondition, "somebody is capturing them already"};
  const std::string sid = place->participant->info.sid();
  place->participant->capture = std::string(as_text(shard::Capture::file_header()));
  place->room->capture(*place->participant, true);
  // Whoever left meanwhile has taken their capture along.
  const auto find = [&]() -> Result<Place, Failure> {
    auto found = place_of(call, request.room(), request.identity());
    if (found && found->participant->info.sid() != sid) return no_participant();
    return found;
  };
  co_await net::sleep_for(ports.loop, seconds(request.seconds()));
  auto now = find();
  if (!now) co_return now.error();
  now->room->capture(*now->participant, false);
  for (int i = 0; i < kCapturePolls && now && now->participant->captures_open > 0; ++i) {
    co_await net::sleep_for(ports.loop, milliseconds(20));
    now = find();
  }
  if (!now) co_return now.error();
  visavis::CaptureResponse response;
  response.set_pcap(*std::exchange(now->participant->capture, std::nullopt));
  co_return answer(std::move(response));
}

/// H-42, as the reference maps them.
Code code_of(RpcCode code) {
  switch (code) {
    case RpcCode::ConnectionTimeout:
    case RpcCode::ResponseTimeout:
      return Code::Canceled;
    case RpcCode::RecipientDisconnected:
      return Code::Unavailable;
    case RpcCode::RequestPayloadTooLarge:
    case RpcCode::ResponsePayloadTooLarge:
      return Code::Malformed;
    case RpcCode::UnsupportedMethod:
      return Code::InvalidArgument;
    case RpcCode::RecipientNotFound:
      return Code::NotFound;
    case RpcCode::UnsupportedServer:
    case RpcCode::UnsupportedVersion:
      return Code::Unimplemented;
    case RpcCode::ApplicationError:
    case RpcCode::SendFailed:
      return Code::Internal;
  }
  return Code::Internal;  // the method's own
}

Failure failure_of(const RpcFailure& failure) {
  std::string message =
      vv::format("RpcError {}: {}", static_cast<std::uint32_t>(failure.code), failure.message);
  if (!failure.data.empty()) message += ": " + failure.data;
  return {code_of(failure.code), std::move(message)};
}

constexpr std::string_view kRpcPath = "/twirp/livekit.RoomService/PerformRpc";
constexpr Method kPerformRpc{"PerformRpc", Grant::RoomAdmin, no_direct_run};
constexpr Duration kRpcTimeout = seconds(10);  // unless the caller says
constexpr Duration kMaxRpcTimeout = minutes(10);

Task<Answer> perform_rpc(RoomServicePorts ports, identity::RoomClaims claims,
                         twirp::Encoding encoding, std::string body) {
  pb::PerformRpcRequest request;
  if (!twirp::decode(encoding, body, request))
    co_return Failure{Code::Malformed, "the request could not be decoded"};
  const Call call{
      .ports = ports, .claims = claims, .at = {.now = monotonic_now(), .wall = wall_now()}};
  const auto room = room_of(call, request.room());
  if (!room) co_return room.error();
  if (request.destination_identity().empty())
    co_return Failure{Code::InvalidArgument, "destination identity is required"};
  Participant* callee = (*room)->find(request.destination_identity());
  if (callee == nullptr) co_return no_participant();
  const Duration timeout =
      request.response_timeout_ms() == 0
          ? kRpcTimeout
          : std::min(milliseconds(request.response_timeout_ms()), kMaxRpcTimeout);
  using Outcome = Result<std::string, RpcFailure>;
  // The room's own clock ends the call; this limit only guards against one that was forgotten.
  const std::optional<Outcome> outcome = co_await net::await_callback<Outcome>(
      ports.loop, timeout + seconds(10), [&](std::function<void(Outcome)> done) {
        (*room)->call(call.at, *callee,
                      {.method = std::move(*request.mutable_method()),
                       .payload = std::move(*request.mutable_payload()),
                       .timeout = timeout},
                      std::move(done));
      });
  if (!outcome) co_return failure_of(rpc_failure(RpcCode::ResponseTimeout));
  if (!*outcome) co_return failure_of(outcome->error());
  pb::PerformRpcResponse response;
  response.set_payload(**outcome);
  co_return answer(std::move(response));
}

/// Methods that wait for something, by their path.
struct WaitingMethod {
  std::string_view path;
  const Method* method;
  Task<Answer> (*run)(RoomServicePorts, identity::RoomClaims, twirp::Encoding, std::string);
};
constexpr std::array<WaitingMethod, 2> kWaiting{{
    {kCapturePath, &kCapture, capture},
    {kRpcPath, &kPerformRpc, perform_rpc},
}};

const Method* method_of(std::string_view path) {
  for (const WaitingMethod& waiting : kWaiting) {
    if (path == waiting.path) return waiting.method;
  }
  if (path == kStatistics) return &kGetStatistics;
  for (const MissingService& missing : kMissing) {
    if (path.starts_with(missing.prefix)) return &missing.method;
  }
  if (!path.starts_with(kPrefix)) return nullptr;
  for (const Method& method : kMethods) {
    if (path.substr(kPrefix.size()) == method.name) return &method;
  }
  return nullptr;
}

net::HttpResponse failure_response(const Failure& failure) {
  net::HttpResponse response;
  response.status = twirp::http_status(failure.code);
  response.headers.set("Content-Type", std::string(twirp::content_type(twirp::Encoding::Json)));
  response.body = twirp::to_json(failure);
  return response;
}

Result<identity::RoomClaims, Failure> authorise(const RoomServicePorts& ports,
                                                const net::HttpRequest& request,
                                                const Method& method) {
  const std::optional<std::string> token = request.bearer();
  if (!token) return denied();
  const Result<identity::RoomClaims> claims = ports.tokens.verify(*token, wall_now());
  if (!claims) return Failure{Code::Unauthenticated, claims.error().message};
  if (!holds(*claims, method.grant)) return denied();
  return *claims;
}

Failure bad_route(const net::HttpRequest& request) {
  return {Code::BadRoute, "no handler for path \"" + request.path + "\""};
}

}  // namespace

void mount_room_service(net::Router& router, RoomServicePorts ports) {
  net::RouteOptions options;
  options.max_body = kMaxBody;
  options.cors = net::Cors::EchoAny;
  options.guard = [ports](const net::HttpRequest& request) -> std::optional<net::HttpResponse> {
    const Method* method = request.method == "POST" ? method_of(request.path) : nullptr;
    if (method == nullptr) return failure_response(bad_route(request));
    const auto claims = authorise(ports, request, *method);
    if (!claims) return failure_response(claims.error());
    return std::nullopt;
  };
  router.handle(
      "*", "/twirp/**",
      [ports](net::HttpRequest request) -> Task<net::HttpResponse> {
        const Method* method = method_of(request.path);
        if (method == nullptr) co_return failure_response(bad_route(request));
        const auto encoding = twirp::encoding_of(request.headers.get("Content-Type").value_or(""));
        if (!encoding) co_return failure_response({Code::BadRoute, "unexpected Content-Type"});
        const auto claims = authorise(ports, request, *method);
        if (!claims) co_return failure_response(claims.error());
        const Call call{
            .ports = ports, .claims = *claims, .at = {.now = monotonic_now(), .wall = wall_now()}};
        Answer result = Failure{Code::Internal, ""};
        const auto waiting =
            std::find_if(kWaiting.begin(), kWaiting.end(),
                         [&](const WaitingMethod& each) { return each.method == method; });
        if (waiting != kWaiting.end()) {
          result = co_await waiting->run(ports, *claims, *encoding, std::move(request.body));
        } else {
          result = method->run(call, *encoding, request.body);
        }
        if (!result) co_return failure_response(result.error());
        net::HttpResponse response;
        response.headers.set("Content-Type", std::string(twirp::content_type(*encoding)));
        response.body = twirp::encode(*encoding, **result);
        co_return response;
      },
      options);
}

}  // namespace vv::signaling
