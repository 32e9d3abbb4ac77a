#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "base/log.hpp"
#include "reactive/convex/session.hpp"

namespace vv::reactive::convex {
namespace {

constexpr std::size_t kLowWater = 64 * 1024;       // bytes unsent above which no Transition is made
constexpr Duration kPingAfter = seconds(15);       // the client gives up after 60 s of silence
constexpr Duration kHandshakeWait = seconds(120);  // clients may wait for a token before Connect
constexpr Duration kSlowFor = seconds(10);
constexpr Duration kActionGrace = seconds(30);  // an AuthError would lose actions in flight
constexpr Duration kRevokedWait = seconds(1);   // a client closes at once; R14 gives it 2 s

constexpr std::uint16_t kPolicyViolation = 1008;
constexpr std::uint16_t kServiceRestart = 1012;
constexpr std::uint16_t kTryAgainLater = 1013;

}  // namespace

void Session::on_results() { emit_if_due(); }

void Session::on_drained() { emit_if_due(); }

void Session::on_closed() {
  if (alive_ == nullptr) return;
  closed_ = true;
  alive_.reset();
  queries_.clear();
  leave(host_.sockets_per_user, subject());
  leave(host_.sockets_per_block, info_.address_block);
  identity_.reset();
}

void Session::leave(std::map<std::string, std::size_t, std::less<>>& counts, std::string_view who) {
  const auto found = counts.find(who);
  if (found != counts.end() && --found->second == 0) counts.erase(found);
}

bool Session::is_due() const {
  if (owes_transition_ || !removed_.empty() || !refused_once_.empty()) return true;
  return std::any_of(queries_.begin(), queries_.end(), [](const auto& entry) {
    const LiveQuery& query = entry.second;
    const auto result = query.refused ? query.refused : query.subscription.result();
    return result != nullptr && result != query.sent &&
           (query.sent == nullptr || !same_answer(*result, *query.sent));
  });
}

bool Session::may_emit() const {
  // The first Transition replaces all the client shows, so it waits for what the client asks for.
  if (closed_ || holding_ || !query_set_seen_) return false;
  if (output_.buffered_bytes() > kLowWater) return false;
  // A snapshot may already show it, and its response must come first: otherwise its optimistic
  // update would stand beside the real row for a moment.
  return std::none_of(mutations_.begin(), mutations_.end(),
                      [](const auto& entry) { return entry.second->may_be_visible(); });
}

std::optional<store::Timestamp> Session::common_timestamp() {
  store::Timestamp latest_from = std::max(sent_.ts, must_cover_);
  store::Timestamp until = host_.engine.published();
  bool complete = true;
  for (const auto& [id, query] : queries_) {
    if (query.refused != nullptr) continue;
    if (query.subscription.result() == nullptr) complete = false;
    const Validity validity = query.subscription.validity();
    latest_from = std::max(latest_from, validity.from);
    if (validity.until) until = std::min(until, *validity.until);
  }
  if (!complete) return std::nullopt;
  if (latest_from <= until) {
    misses_ = 0;
    return until;
  }
  // Writes come faster than results meet: run all of this session's on one snapshot.
  if (must_cover_ <= host_.engine.published() && ++misses_ >= host_.options.misses_before_refresh) {
    misses_ = 0;
    for (auto& [id, query] : queries_) {
      if (query.refused == nullptr) query.subscription.refresh();
    }
  }
  return std::nullopt;
}

void Session::emit_if_due() {
  if (!may_emit() || !is_due()) return;
  if (const auto ts = common_timestamp()) emit(*ts);
}

void Session::emit(store::Timestamp ts) {
  const StateVersion end{query_set_, ts, identity_version_};
  TransitionWriter transition(sent_, end);
  for (const std::uint64_t id : removed_) transition.removed(id);
  for (const auto& [id, result] : refused_once_) transition.updated(id, result);
  for (auto& [id, query] : queries_) {
    auto result = query.refused ? query.refused : query.subscription.result();
    // Unchanged is judged by what this socket was sent, never by what others were.
    const bool unchanged = query.sent != nullptr && same_answer(*query.sent, *result);
    if (!unchanged) transition.updated(id, *result);
    query.sent = std::move(result);
  }
  removed_.clear();
  refused_once_.clear();
  owes_transition_ = false;
  sent_ = end;
  must_cover_ = {};
  cover_deadline_.reset();

  std::string whole = std::move(transition).finish(skew_ms_, host_.options.wall_nanos());
  if (info_.from_npm) {
    const std::string id = std::to_string(next_transition_++);
    for (std::string& frame : in_chunks(std::move(whole), id)) send(std::move(frame));
  } else {
    send(std::move(whole));
  }
  if (first_transition_sent_) return;
  first_transition_sent_ = true;
  for (std::string& frame : std::exchange(failures_, {})) send_failure(std::move(frame));
  emit_if_due();
}

void Session::finish_mutation(std::uint64_t request_id, const CallOutcome& outcome) {
  if (outcome.failure) {
    send_failure(mutation_response(request_id, outcome));
  } else {
    send(mutation_response(request_id, outcome));
    // The client resolves it at the next Transition that covers it, changed results or not; a
    // recorded outcome may lie below what was sent, and is owed one all the same.
    must_cover_ = std::max(must_cover_, outcome.ts);
    owes_transition_ = true;
  }
  update_reading();
  emit_if_due();
  close_if_drained();
}

// A failure before the first Transition of a connection empties all that the client shows.
void Session::send_failure(std::string frame) {
  if (!first_transition_sent_) return failures_.push_back(std::move(frame));
  send(std::move(frame));
  if (!info_.from_npm) owes_transition_ = true;  // until then it is not over for them
}

void Session::send(std::string frame) {
  if (closed_) return;
#ifdef VV_CHECK_FRAMES
  const std::string wrong = outbound_.look_at(frame);
  if (!wrong.empty()) log::error("a frame would break its client", {{"why", wrong}});
  VV_CHECK(wrong.empty(), "every frame is one that clients can read");
#endif
  last_sent_ = host_.options.now();
  output_.send_text(std::move(frame));
}

void Session::close(std::uint16_t code, std::string reason) {
  if (closed_) return;
  closed_ = true;
  log::debug("a sync socket is closed", {{"code", code}, {"reason", reason}});
  output_.close(code, std::move(reason));
}

void Session::update_reading() {
  if (closed_) return;
  const bool full =
      mutations_.size() >= host_.options.max_mutations || actions_ >= host_.options.max_mutations;
  if (full == reading_paused_) return;
  reading_paused_ = full;
  if (full) {
    output_.pause_reading();
  } else {
    output_.resume_reading();
  }
}

UnixMillis Session::wall() const { return {host_.options.wall_nanos() / 1'000'000}; }

void Session::revoke(std::string_view why) {
  if (closed_ || holding_ || identity_ == nullptr) return;
  token_expires_.reset();
  send(auth_error(why, identity_version_ - 1, false));
  hold_for_token(kRevokedWait);
}

void Session::drain() {
  draining_ = true;
  close_if_drained();
}

void Session::close_if_drained() {
  if (!draining_ || !mutations_.empty() || actions_ > 0) return;
  close(kServiceRestart, "InternalServerError: restarting");
}

void Session::on_tick(Instant now) {
  if (closed_) return;
  check_timers(now);
  if (closed_) return;
  emit_if_due();
  if (now - last_sent_ >= kPingAfter) send(ping());
}

void Session::check_timers(Instant now) {
  if (token_expires_ && *token_expires_ <= wall()) {
    // An AuthError makes the client reconnect, which loses its actions: let them end first.
    const bool patient = actions_ > 0 && wall() - *token_expires_ < kActionGrace;
    if (!patient) revoke("the token has expired");
  }
  if (hold_deadline_ && *hold_deadline_ <= now) {
    return close(kPolicyViolation, "no valid token");
  }
  if (connect_deadline_ && *connect_deadline_ <= now) {
    return close(kPolicyViolation, "the first message must be Connect");
  }
  if (session_id_.empty() && !connect_deadline_ && now - opened_ >= kHandshakeWait) {
    return close(kPolicyViolation, "no Connect");
  }
  if (cover_deadline_ && *cover_deadline_ <= now) {
    cover_deadline_.reset();
    if (must_cover_ > host_.engine.published()) {  // the database was put back to an older state
      log::warn("a client has seen a later state than this database holds");
      must_cover_ = {};
    }
  }
  if (output_.buffered_bytes() <= host_.options.max_unsent_bytes) {
    over_limit_since_.reset();
  } else if (!over_limit_since_) {
    over_limit_since_ = now;
  } else if (now - *over_limit_since_ >= kSlowFor) {
    close(kTryAgainLater, "SlowConsumer");
  }
}

}  // namespace vv::reactive::convex
