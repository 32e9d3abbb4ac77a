#include "signaling/livekit.hpp"

#include <optional>
#include <variant>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/memory_budget.hpp"
#include "base/random.hpp"
#include "identity/room_tokens.hpp"
#include "net/event_loop.hpp"
#include "net/http/router.hpp"
#include "rtc/dtls/dtls_identity.hpp"
#include "shard/shards.hpp"
#include "signaling/join_budget.hpp"
#include "signaling/livekit/rooms.hpp"
#include "signaling/livekit/routes.hpp"
#include "signaling/twirp/room_service.hpp"
#include "signaling/webhook/webhooks.hpp"

namespace vv::signaling {
namespace {

Moment moment() { return {.now = monotonic_now(), .wall = wall_now()}; }

rtc::sdp::Candidate candidate_of(const shard::Candidate& source) {
  rtc::sdp::Candidate candidate;
  candidate.foundation = std::to_string(source.foundation);
  const bool tcp = source.address.protocol() == rtc::Protocol::Tcp;
  candidate.protocol = tcp ? rtc::sdp::CandidateProtocol::Tcp : rtc::sdp::CandidateProtocol::Udp;
  if (tcp) candidate.tcp_type = rtc::sdp::TcpType::Passive;
  candidate.priority = source.priority;
  candidate.address = source.address.ip_text();
  candidate.port = source.address.port();
  return candidate;
}

/// The shards as rooms see them.
class ShardMedia final : public MediaPort {
 public:
  explicit ShardMedia(shard::Shards& shards) : shards_(shards) {}

  bool post(sfu::Command command) override {
    const bool taken = shards_.post(std::move(command));
    if (!taken) overloaded_until_ = monotonic_now() + kOverloadPause;
    return taken;
  }
  void note_join() override { joins_.take(monotonic_now()); }
  [[nodiscard]] bool is_overloaded() const override {
    const Instant now = monotonic_now();
    return now < overloaded_until_ || joins_.is_spent(now) || memory_.is_spent(now);
  }
  [[nodiscard]] std::vector<rtc::sdp::Candidate> candidates(sfu::RoomId room) const override {
    std::vector<rtc::sdp::Candidate> candidates;
    for (const shard::Candidate& candidate : shards_.candidates(room))
      candidates.push_back(candidate_of(candidate));
    return candidates;
  }
  [[nodiscard]] std::shared_ptr<const rtc::DtlsIdentity> identity(Instant now) override {
    return shards_.identity(now);
  }

 private:
  /// After a command was not taken, nobody else comes in for a while (threat-model F14).
  static constexpr Duration kOverloadPause = seconds(5);

  shard::Shards& shards_;
  Instant overloaded_until_;
  JoinBudget joins_;
  mutable MemoryBudget memory_;  // looks at what there is
};

pb::LeaveRequest leave_for(RoomEnd end) {
  switch (end) {
    case RoomEnd::Deleted:
      return leave_of(pb::LeaveRequest::DISCONNECT, pb::ROOM_DELETED);
    case RoomEnd::Closed:
      return leave_of(pb::LeaveRequest::DISCONNECT, pb::ROOM_CLOSED);
    // F7: clients come back by themselves, to this process's successor.
    case RoomEnd::Shutdown:
      return leave_of(pb::LeaveRequest::RECONNECT, pb::SERVER_SHUTDOWN);
  }
  return leave_of(pb::LeaveRequest::DISCONNECT, pb::ROOM_CLOSED);
}

}  // namespace

struct LiveKit::State {
  State(net::EventLoop& front, shard::Shards& shards, const identity::RoomTokens& room_tokens,
        Admission& gate, RoomObserver& observer, Options opts)
      : loop(front),
        media(shards),
        tokens(room_tokens),
        admission(gate),
        options(opts),
        rooms(media, observer, tokens, random),
        timer(front) {
    rooms.set_ice_servers({.urls = options.ice_urls, .turn_secret = options.turn_secret});
    if (options.webhook_urls.empty()) return;
    webhooks.emplace(loop, tokens,
                     Webhooks::Options{.urls = options.webhook_urls,
                                       .api_key = options.webhook_key,
                                       .app_rooms = options.webhook_app_rooms,
                                       .include = options.webhook_include,
                                       .exclude = options.webhook_exclude,
                                       .outbox = options.webhook_outbox});
    rooms.set_events(&*webhooks);
  }

  void tick() {
    rooms.tick(moment());
    timer.start(rooms.is_empty() ? Rooms::kSweep : Rooms::kBatch, [this] { tick(); });
  }

  net::EventLoop& loop;
  SystemRandom random;
  ShardMedia media;
  const identity::RoomTokens& tokens;
  Admission& admission;
  Options options;
  std::optional<Webhooks> webhooks;
  Rooms rooms;
  net::Timer timer;
};

LiveKit::LiveKit(net::EventLoop& loop, shard::Shards& shards, const identity::RoomTokens& tokens,
                 Admission& admission, RoomObserver& observer, Options options)
    : state_(std::make_unique<State>(loop, shards, tokens, admission, observer, options)) {
  silence_protobuf_log();
  state_->tick();
}

LiveKit::~LiveKit() = default;

void LiveKit::mount(net::Router& router) {
  mount_signal_routes(
      router, {.rooms = state_->rooms, .tokens = state_->tokens, .admission = state_->admission});
  mount_room_service(router,
                     {.rooms = state_->rooms, .tokens = state_->tokens, .loop = state_->loop});
}

void LiveKit::handle(const sfu::Event& event) { state_->rooms.on_event(moment(), event); }

void LiveKit::close_room(std::string_view name, RoomEnd end) {
  state_->rooms.close(moment(), name, leave_for(end));
}

void LiveKit::close_all(RoomEnd end) { state_->rooms.close_all(moment(), leave_for(end)); }

void LiveKit::remove_participant(std::string_view room_name, std::string_view identity) {
  Room* room = state_->rooms.find(room_name);
  Participant* participant = room == nullptr ? nullptr : room->find(identity);
  if (participant == nullptr) return;
  const pb::LeaveRequest leave = leave_of(pb::LeaveRequest::DISCONNECT, pb::PARTICIPANT_REMOVED);
  room->remove(moment(), participant->id, pb::PARTICIPANT_REMOVED, &leave);
}

void LiveKit::remove_login(std::string_view login) { state_->rooms.remove_login(moment(), login); }

LiveKit::Totals LiveKit::totals() const {
  Totals totals;
  for (const Room* room : state_->rooms.all()) {
    ++totals.rooms;
    for (const auto& participant : room->participants()) {
      ++totals.participants;
      for (const auto& track : participant->tracks) totals.tracks += track->published ? 1U : 0U;
      for (const auto& [track, subscription] : participant->subscriptions) {
        totals.subscriptions += subscription.sending ? 1U : 0U;
        totals.starved += subscription.starved ? 1U : 0U;
      }
    }
  }
  return totals;
}

std::size_t LiveKit::participants() const { return state_->rooms.participants(); }

}  // namespace vv::signaling
