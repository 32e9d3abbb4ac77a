#include "market/doorkeeper.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "market/presence.hpp"
#include "reactive/context.hpp"
#include "store/store.hpp"
#include "video/engine.hpp"

namespace vv::market {
namespace {

/// The market said no, as opposed to: the database could not.
bool is_refused(const Result<store::Commit>& done) {
  return !done &&
         (done.error().code == ErrorCode::Conflict || done.error().code == ErrorCode::NotFound);
}

void warn_if_lost(const Result<store::Commit>& done) {
  if (!done && !is_refused(done)) {
    log::warn("presence was not recorded", {{"reason", done.error().message}});
  }
}

}  // namespace

Doorkeeper::Doorkeeper(Ports ports) : ports_(std::move(ports)) {}

Status Doorkeeper::may_join(const std::string& room, const std::string& person) {
  return ports_.store.read(
      [&](store::Reader& db) { return market::may_join(db, CallId(room), UserId(person)); });
}

void Doorkeeper::joined(std::string room, std::string person) {
  const auto body = [ports = ports_, room, person](store::Writer& db) {
    MutationContext ctx(db, {.identity = nullptr, .now = ports.now(), .random = &ports.random});
    return participant_joined(ctx, CallId(room), UserId(person));
  };
  ports_.store.write(body, [video = &ports_.video, room, person](Result<store::Commit> done) {
    // Only on the market's word: our own trouble with the database puts nobody out of a call.
    if (is_refused(done)) video->remove(room, person);
    warn_if_lost(done);
  });
}

void Doorkeeper::left(std::string room, std::string person) {
  const auto body = [ports = ports_, room, person](store::Writer& db) {
    MutationContext ctx(db, {.identity = nullptr, .now = ports.now(), .random = &ports.random});
    return participant_left(ctx, CallId(room), UserId(person));
  };
  ports_.store.write(body, warn_if_lost);
}

Status Doorkeeper::reset() {
  const Result<store::Commit> done = ports_.store.write_and_wait([this](store::Writer& db) {
    MutationContext ctx(db, {.identity = nullptr, .now = ports_.now(), .random = &ports_.random});
    return reset_presence(ctx);
  });
  if (!done) return done.error();
  return {};
}

void Doorkeeper::reap() {
  // Shared by the body, which fills it anew each time it runs, and the answer.
  const auto rooms = std::make_shared<std::vector<CallId>>();
  const auto body = [ports = ports_, rooms](store::Writer& db) -> Status {
    MutationContext ctx(db, {.identity = nullptr, .now = ports.now(), .random = &ports.random});
    VV_ASSIGN_OR_RETURN(*rooms, market::reap(ctx));
    return {};
  };
  ports_.store.write(body, [video = &ports_.video, rooms](Result<store::Commit> done) {
    if (!done) return log::warn("the reaper was refused", {{"reason", done.error().message}});
    for (const CallId& room : *rooms) video->close(room.str());
  });
}

}  // namespace vv::market
