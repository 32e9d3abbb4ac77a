#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "reactive/convex/connection.hpp"

namespace vv::reactive {
class Engine;
}

namespace vv::reactive::convex {

struct SyncOptions {
  std::function<Instant()> now;  ///< the system's clocks when empty
  std::function<std::int64_t()> wall_nanos;
  std::size_t max_live_queries = 256;  ///< a socket; more are answered `QueryFailed`
  std::size_t max_mutations = 32;      ///< in flight a socket; reading pauses beyond
  std::size_t max_sockets_per_user = 20;
  std::size_t max_sockets_per_block = 1'000;       ///< an address block (IPv4 address, IPv6 /64)
  std::size_t max_unsent_bytes = 8 * 1024 * 1024;  ///< longer than 10 s: closed `SlowConsumer`
  /// Times that results come and hold at no common moment, before all of a session's run on one.
  int misses_before_refresh = 3;
};

/// One WebSocket of the Convex sync protocol. The owner calls `on_closed` (or destroys it) when the
/// socket is gone; mutations it started run on.
class SyncSession {
 public:
  virtual ~SyncSession() = default;
  virtual void on_text(std::string_view frame) = 0;
  /// A message over the limit: its first 4 KiB. The request in it is answered, not punished.
  virtual void on_oversize(std::string_view head) = 0;
  /// Output fell under its low-water mark.
  virtual void on_drained() = 0;
  virtual void on_closed() = 0;
};

/// All sync sockets of the process. Front loop only; outlives its sessions.
class SyncServer {
 public:
  SyncServer(Engine& engine, TokenVerifier verify, SyncOptions options);
  ~SyncServer();
  SyncServer(const SyncServer&) = delete;
  SyncServer& operator=(const SyncServer&) = delete;

  /// For a socket just accepted on `/api/{version}/sync`. `output` outlives the session.
  [[nodiscard]] std::unique_ptr<SyncSession> open(Output& output, ConnectionInfo info);
  /// Every 100 ms or so: pings, token expiry, deadlines.
  void tick();
  /// Closes the sockets of a user whose rights have ended (logout everywhere, erasure).
  void close_user(std::string_view subject);
  /// The same for one sign-in (`Identity::login`): the user's other devices stay.
  void close_login(std::string_view login);
  /// Closes the sockets that are open with 1012, those that owe answers once these are given: what
  /// they hold is of a database that is no more. They come back at once and begin anew.
  void restart_sockets();
  /// Closes everything with 1012, on which clients come back elsewhere or later; sockets that owe
  /// answers once these are given. What is asked from here on is for the next process.
  void drain();
  /// Sockets that still owe answers after `drain`.
  [[nodiscard]] std::size_t unanswered() const;
  [[nodiscard]] std::size_t sessions() const;

 private:
  struct Shared;
  std::unique_ptr<Shared> shared_;
};

}  // namespace vv::reactive::convex
