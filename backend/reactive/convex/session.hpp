#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reactive/convex/frames.hpp"
#include "reactive/convex/outbound_check.hpp"
#include "reactive/convex/sync_server.hpp"
#include "reactive/engine.hpp"

namespace vv::reactive::convex {

class Session;

/// What the sessions of one server share.
struct SessionHost {
  Engine& engine;
  TokenVerifier verify;
  SyncOptions options;
  std::vector<Session*> sessions;  // in the order they opened
  std::map<std::string, std::size_t, std::less<>> sockets_per_user;
  std::map<std::string, std::size_t, std::less<>> sockets_per_block;
  bool draining = false;
};

/// One sync socket: what the client has asked for, what it was sent, what it is owed.
///
/// The promise: after every Transition each result the client holds equals its query at the
/// Transition's timestamp, under the identity it names. So a Transition leaves only when every live
/// query has a result that holds at one common timestamp, and when no mutation of this socket can
/// be part of that snapshot without its response having left before.
///
/// Bounds: SyncOptions; kMaxArgsBytes of arguments; kMaxHeldBytes while a token is awaited.
class Session final : public SyncSession, private Subscriber {
 public:
  Session(SessionHost& host, Output& output, ConnectionInfo info);
  ~Session() override;

  void on_text(std::string_view frame) override;
  void on_oversize(std::string_view head) override;
  void on_drained() override;
  void on_closed() override;

  void on_tick(Instant now);
  /// The identity's rights have ended: the client must bring another token.
  void revoke(std::string_view why);
  /// Takes no more requests and closes once those it has are answered.
  void drain();
  [[nodiscard]] bool owes_answers() const { return !closed_ && draining_; }
  [[nodiscard]] std::string_view subject() const;
  [[nodiscard]] std::string_view login() const;

 private:
  struct LiveQuery {
    Subscription subscription;
    std::shared_ptr<const QueryResult> refused;  // instead of a subscription
    std::string path;
    Value args;
    std::size_t args_bytes = 0;
    std::optional<std::string> journal;       // the client's latest
    std::shared_ptr<const QueryResult> sent;  // what the client holds
  };

  // In: session.cpp
  void handle(Value message, std::size_t bytes);
  void handle_connect(const Value& message);
  void handle_authenticate(const Value& message);
  void handle_modify(Value message);
  bool handle_add(Value add);
  void handle_call(Value message, bool mutation);
  void answer_unreadable(std::string_view head, std::string_view why);
  static void leave(std::map<std::string, std::size_t, std::less<>>& counts, std::string_view who);
  void take_identity(std::shared_ptr<const Identity> identity, std::optional<UnixMillis> expires);
  void subscribe(LiveQuery& query);
  void hold_for_token(Duration wait);
  void release_held();

  // Out: session_output.cpp
  void on_results() override;
  void emit_if_due();
  [[nodiscard]] bool is_due() const;
  [[nodiscard]] bool may_emit() const;
  [[nodiscard]] std::optional<store::Timestamp> common_timestamp();
  void emit(store::Timestamp ts);
  void finish_mutation(std::uint64_t request_id, const CallOutcome& outcome);
  void send_failure(std::string frame);
  void send(std::string frame);
  void close(std::uint16_t code, std::string reason);
  void update_reading();
  void close_if_drained();
  void check_timers(Instant now);
  [[nodiscard]] UnixMillis wall() const;

  SessionHost& host_;
  Output& output_;
  ConnectionInfo info_;
  std::shared_ptr<Session*> alive_;  // callbacks of calls hold it weakly

  // What the client said.
  std::string session_id_;  // empty before Connect
  std::optional<double> skew_ms_;
  std::uint64_t query_set_ = 0;
  std::uint64_t identity_version_ = 0;
  std::shared_ptr<const Identity> identity_;  // also held by its queries and calls
  std::string fingerprint_;
  std::optional<UnixMillis> token_expires_;
  std::map<std::uint64_t, LiveQuery> queries_;
  std::size_t args_bytes_ = 0;

  // What it was sent and is owed.
  StateVersion sent_;
  bool first_transition_sent_ = false;
  bool query_set_seen_ = false;
  bool owes_transition_ = false;
  store::Timestamp must_cover_;
  std::optional<Instant> cover_deadline_;
  std::vector<std::uint64_t> removed_;
  std::vector<std::pair<std::uint64_t, QueryResult>> refused_once_;  // past the cap: not kept
  std::vector<std::string> failures_;  // wait for the first Transition
  std::map<std::uint64_t, std::shared_ptr<PendingMutation>> mutations_;
  std::size_t actions_ = 0;
  std::uint64_t next_call_ = 0;
  std::uint64_t next_transition_ = 0;
  int misses_ = 0;  // results came and there was no common timestamp

  // Waiting for another token.
  bool holding_ = false;
  std::vector<std::pair<Value, std::size_t>> held_;
  std::size_t held_bytes_ = 0;
  std::optional<Instant> hold_deadline_;
  std::optional<Instant> connect_deadline_;  // sockets that never said Connect

  bool closed_ = false;
  bool draining_ = false;
  bool reading_paused_ = false;
  Instant opened_;
  Instant last_sent_;
  std::optional<Instant> over_limit_since_;
  OutboundCheck outbound_;
};

}  // namespace vv::reactive::convex
