#include "reactive/convex/sync_server.hpp"

#include <algorithm>
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
  shared_ = std::make_unique<Shared>(
      Shared{{engine, std::move(verify), std::move(options), {}, {}, {}, false}});
}

SyncServer::~SyncServer() {
  VV_CHECK(shared_->host.sessions.empty(), "the server outlives its sessions");
}

std::unique_ptr<SyncSession> SyncServer::open(Output& output, ConnectionInfo info) {
  auto session = std::make_unique<Session>(shared_->host, output, std::move(info));
  if (shared_->host.draining) session->drain();
  return session;
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

void SyncServer::close_login(std::string_view login) {
  for (Session* session : std::vector(shared_->host.sessions)) {
    if (session->login() == login) session->revoke("signed out");
  }
}

void SyncServer::restart_sockets() {
  for (Session* session : std::vector(shared_->host.sessions)) session->drain();
}

void SyncServer::drain() {
  shared_->host.draining = true;
  for (Session* session : std::vector(shared_->host.sessions)) session->drain();
}

std::size_t SyncServer::unanswered() const {
  const auto& sessions = shared_->host.sessions;
  return static_cast<std::size_t>(
      std::count_if(sessions.begin(), sessions.end(),
                    [](const Session* session) { return session->owes_answers(); }));
}

std::size_t SyncServer::sessions() const { return shared_->host.sessions.size(); }

}  // namespace vv::reactive::convex
