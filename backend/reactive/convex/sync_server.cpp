#include "reactive/convex/sync_server.hpp"

#include <utility>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "reactive/convex/session.hpp"

namespace vv::reactive::convex {

struct SyncServer::Shared {
  SessionHost host;
};

SyncServer::SyncServer(Engine& engine, TokenVerifier verify, SyncOptions options) {
  if (!options.now) options.now = monotonic_now;
  if (!options.wall_nanos) options.wall_nanos = wall_now_nanos;
  shared_ =
      std::make_unique<Shared>(Shared{{engine, std::move(verify), std::move(options), {}, {}}});
}

SyncServer::~SyncServer() {
  VV_CHECK(shared_->host.sessions.empty(), "the server outlives its sessions");
}

std::unique_ptr<SyncSession> SyncServer::open(Output& output, ConnectionInfo info) {
  return std::make_unique<Session>(shared_->host, output, std::move(info));
}

void SyncServer::tick() {
  const Instant now = shared_->host.options.now();
  // By a copy: closing a socket may end its session.
  for (Session* session : std::vector(shared_->host.sessions)) session->on_tick(now);
}

void SyncServer::close_user(std::string_view subject) {
  for (Session* session : std::vector(shared_->host.sessions)) {
    if (session->subject() == subject) session->revoke("signed out");
  }
}

void SyncServer::drain() {
  for (Session* session : std::vector(shared_->host.sessions)) session->drain();
}

std::size_t SyncServer::sessions() const { return shared_->host.sessions.size(); }

}  // namespace vv::reactive::convex
