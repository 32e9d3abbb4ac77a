#include "market/doorkeeper.hpp"

#include <optional>
#include <utility>

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

/// A mutation of the process's own.
std::function<Status(store::Writer&)> Doorkeeper::as_mutation(Body body) const {
  return [ports = ports_, body = std::move(body)](store::Writer& db) -> Status {
    db.use_reserve();  // calls go on when the disk is full
    MutationContext ctx(db, {.identity = nullptr,
                             .now = ports.now(),
                             .random = &ports.random,
                             .base_url = {},
                             .scheduler = &ports.scheduler});
    return body(ctx);
  };
}

void Doorkeeper::joined(std::string room, std::string person) {
  ports_.store.write(as_mutation([room, person](MutationContext& ctx) {
                       return participant_joined(ctx, CallId(room), UserId(person));
                     }),
                     [video = &ports_.video, room, person](Result<store::Commit> done) {
                       // Only on the market's word: our own trouble with the database puts nobody
                       // out of a call.
                       if (is_refused(done)) video->remove(room, person);
                       warn_if_lost(done);
                     });
}

void Doorkeeper::left(std::string room, std::string person) {
  ports_.store.write(as_mutation([room, person](MutationContext& ctx) {
                       return participant_left(ctx, CallId(room), UserId(person));
                     }),
                     warn_if_lost);
}

Status Doorkeeper::reset() {
  std::optional<double> reached = 0;
  while (reached) {
    const double after = *reached;
    const auto done = ports_.store.write_and_wait(as_mutation([&](MutationContext& ctx) -> Status {
      VV_ASSIGN_OR_RETURN(reached, reset_presence(ctx, after));
      return {};
    }));
    if (!done) return done.error();
  }
  return {};
}

}  // namespace vv::market
