#include "signaling/livekit/routes.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "identity/room_tokens.hpp"
#include "net/http/router.hpp"
#include "signaling/livekit/join_options.hpp"
#include "signaling/livekit/rooms.hpp"
#include "signaling/livekit/signal_session.hpp"

namespace vv::signaling {
namespace {

constexpr std::size_t kMaxNameBytes = 256;                  // threat-model section 4
constexpr std::size_t kMaxSignalMessage = 2 * 1024 * 1024;  // likewise
constexpr std::size_t kMaxUnsent = 8 * 1024 * 1024;         // half of what a participant may take
constexpr std::size_t kMaxAttributesBytes = 64 * 1024;      // likewise
constexpr std::size_t kMaxMetadataBytes = 512 * 1024;       // likewise

struct Entry {
  identity::RoomClaims claims;
  JoinOptions options;
};

net::HttpResponse refusal(int status, std::string_view text) {
  net::HttpResponse response = net::HttpResponse::text(status, std::string(text));
  if (status == 503) response.headers.set("Retry-After", "2");  // threat-model H5
  return response;
}

/// H-13 to H-15: the header counts before the query.
std::variant<net::HttpResponse, identity::RoomClaims> authenticate(const SignalRoutes& ports,
                                                                   const net::HttpRequest& request,
                                                                   const QueryView& query) {
  std::string token;
  if (const auto header = request.headers.get("Authorization")) {
    constexpr std::string_view kBearer = "Bearer ";
    if (!header->starts_with(kBearer)) return refusal(401, "invalid authorization token");
    token = std::string(header->substr(kBearer.size()));
  } else {
    token = std::string(query.get("access_token").value_or(""));
  }
  if (token.empty()) return refusal(401, "permissions denied");
  Result<identity::RoomClaims> claims = ports.tokens.verify(token, wall_now());
  if (!claims) return refusal(401, claims.error().message);
  return std::move(*claims);
}

std::optional<net::HttpResponse> check_names(const identity::RoomClaims& claims) {
  if (claims.identity.empty()) return refusal(400, "identity cannot be empty");
  if (claims.identity.size() > kMaxNameBytes) return refusal(400, "identity exceeds limits");
  if (claims.video.room.empty()) return refusal(400, "no room name");
  if (claims.video.room.size() > kMaxNameBytes) return refusal(400, "room name exceeds limits");
  if (claims.name.size() > kMaxNameBytes) return refusal(400, "name exceeds limits");
  return std::nullopt;
}

/// H-19: what a client says about itself at the door is its own metadata.
std::optional<net::HttpResponse> check_metadata(const identity::RoomClaims& claims,
                                                const pb::JoinRequest& request) {
  std::size_t attributes = 0;
  for (const auto& [name, value] : request.participant_attributes())
    attributes += name.size() + value.size();
  if (attributes == 0 && request.metadata().empty()) return std::nullopt;
  if (!claims.video.can_update_own_metadata) return refusal(401, "permissions denied");
  if (attributes > kMaxAttributesBytes) return refusal(400, "attributes exceed limits");
  if (request.metadata().size() > kMaxMetadataBytes) return refusal(400, "metadata exceeds limits");
  return std::nullopt;
}

std::optional<net::HttpResponse> check_admission(const SignalRoutes& ports,
                                                 const identity::RoomClaims& claims, bool resumes) {
  constexpr std::string_view kNoRoom =
      "requested room does not exist";  // clients look for these words
  if (const Status admitted = ports.admission.admit(claims); !admitted) {
    switch (admitted.error().code) {
      case ErrorCode::NotFound:
        return refusal(404, kNoRoom);
      case ErrorCode::Unavailable:
        return refusal(503, admitted.error().message);
      default:
        return refusal(401, "permissions denied");
    }
  }
  if (!ports.rooms.may_enter(claims.video.room, claims.identity, resumes))
    return refusal(503, "the server is overloaded");
  const bool exists = ports.rooms.find(claims.video.room) != nullptr;
  if (!exists && !claims.video.room_create && !ports.admission.may_create(claims))
    return refusal(404, kNoRoom);
  if (!ports.rooms.has_place(claims.video.room, claims.identity)) {
    return refusal(500, "room exceeds max participants");  // F-32
  }
  return std::nullopt;
}

/// Everything that can be wrong with a join, in the order of livekit-wire.md 1.4.
std::variant<net::HttpResponse, Entry> check_join(const SignalRoutes& ports,
                                                  const net::HttpRequest& request, bool is_v1) {
  const QueryView query = QueryView::parse(request.query);
  auto claims = authenticate(ports, request, query);
  if (auto* refused = std::get_if<net::HttpResponse>(&claims)) return std::move(*refused);
  Entry entry;
  entry.claims = std::move(std::get<identity::RoomClaims>(claims));
  if (!entry.claims.has_video || !entry.claims.video.room_join)
    return refusal(401, "permissions denied");

  const auto encoded = query.get("join_request");
  if (is_v1 && (!encoded || encoded->empty())) return refusal(400, "join_request is required");
  const bool wrapped = encoded && !encoded->empty();
  Result<pb::JoinRequest> join =
      wrapped ? decode_join_request(*encoded) : join_request_of_query(query);
  if (!join) return refusal(400, join.error().message);
  entry.options.request = std::move(*join);
  entry.options.single_transport = wrapped;
  pb::ClientInfo& client = *entry.options.request.mutable_client_info();
  complete_client_info(client, request.headers.get("User-Agent").value_or(""));
  client.set_address(request.remote.address_text());

  if (auto refused = check_names(entry.claims)) return std::move(*refused);
  if (auto refused = check_metadata(entry.claims, entry.options.request))
    return std::move(*refused);
  if (auto refused = check_admission(ports, entry.claims, entry.options.request.reconnect()))
    return std::move(*refused);
  entry.options.echo = ports.admission.is_echo(entry.claims.video.room);
  if (entry.options.echo && !ports.rooms.may_echo(monotonic_now(), entry.claims.identity))
    return refusal(429, "too many echo tests, try again later");
  return entry;
}

Counter& refused_joins(int status) {
  return metrics().counter("visavis_signaling_joins_refused_total", "Joins refused at the door",
                           {{"status", std::to_string(status)}});
}

net::UpgradeHandler connect(const SignalRoutes& ports, bool is_v1) {
  return [ports, is_v1](net::HttpRequest request) -> Task<net::Upgrade> {
    auto entry = check_join(ports, request, is_v1);
    if (auto* refused = std::get_if<net::HttpResponse>(&entry)) {
      refused_joins(refused->status).add();
      log::info("join refused", {{"status", refused->status}, {"why", refused->body}});
      co_return std::move(*refused);
    }
    Entry& allowed = std::get<Entry>(entry);
    co_return std::make_unique<SignalSession>(ports.rooms, std::move(allowed.claims),
                                              std::move(allowed.options));
  };
}

net::Handler validate(const SignalRoutes& ports, bool is_v1) {
  return [ports, is_v1](net::HttpRequest request) -> Task<net::HttpResponse> {
    auto entry = check_join(ports, request, is_v1);
    if (auto* refused = std::get_if<net::HttpResponse>(&entry)) co_return std::move(*refused);
    co_return net::HttpResponse::text(200, "success");
  };
}

/// H-8, H-11: clients decide by a 404 with an empty body.
Task<net::HttpResponse> nothing_here(net::HttpRequest) {
  co_return net::HttpResponse::text(404, "");
}

}  // namespace

void mount_signal_routes(net::Router& router, SignalRoutes ports) {
  const net::SocketOptions socket{.max_message = kMaxSignalMessage,
                                  .oversize = net::SocketOptions::Oversize::Close,
                                  .max_buffered = kMaxUnsent / 2,
                                  .hard_limit = kMaxUnsent,
                                  .ping_interval = seconds(10),
                                  .pong_timeout = seconds(15)};
  net::RouteOptions options;
  options.cors = net::Cors::EchoAny;
  for (const bool is_v1 : {false, true}) {
    const std::string path = is_v1 ? "/rtc/v1" : "/rtc";
    router.upgrade(path, connect(ports, is_v1), socket, net::Cors::EchoAny);
    router.handle("GET", path + "/validate", validate(ports, is_v1), options);
  }
  router.handle("*", "/rtc/**", nothing_here, options);
  router.handle("*", "/settings/**", nothing_here, options);
}

}  // namespace vv::signaling
