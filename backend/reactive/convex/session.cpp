#include "reactive/convex/session.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/log.hpp"
#include "reactive/convex/json.hpp"
#include "reactive/convex/timestamp.hpp"
#include "reactive/convex/value_codec.hpp"
#include "reactive/detail/failures.hpp"
#include "reactive/detail/type_text.hpp"

namespace vv::reactive::convex {
namespace {

constexpr std::size_t kMaxSessionId = 128;              // characters; clients send a UUID
constexpr std::size_t kMaxArgsBytes = 8 * 1024 * 1024;  // of all live queries of a socket
constexpr std::size_t kMaxHeldBytes = 8 * 1024 * 1024;  // two messages of the largest size
constexpr std::size_t kMaxRefusedOnce = 1024;           // failures for queries past the cap
constexpr Duration kTokenWait = seconds(3);             // a client reconnects well within
constexpr Duration kConnectWait = milliseconds(250);    // convex-wire: sockets without Connect
constexpr Duration kCoverWait = seconds(5);

constexpr std::uint16_t kPolicyViolation = 1008;
constexpr std::uint16_t kTooBig = 1009;
constexpr std::uint16_t kTryAgainLater = 1013;

std::optional<std::uint64_t> whole(const Value& message, std::string_view name) {
  const Value* value = message.find(name);
  if (value == nullptr || value->number() == nullptr) return std::nullopt;
  const double number = *value->number();
  if (number < 0 || number > 9007199254740992.0 || std::trunc(number) != number) {
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(number);
}

std::string text(const Value& message, std::string_view name) {
  const Value* value = message.find(name);
  return value == nullptr || value->string() == nullptr ? std::string() : *value->string();
}

/// The one object in `args`; absent is `{}`.
Result<Value> only_argument(Value args) {
  if (args.is_null()) return Value(Value::Object{});
  Value::Array* items = args.array();
  if (items == nullptr || items->size() > 1) return invalid("args must hold one object");
  if (items->empty()) return Value(Value::Object{});
  VV_ASSIGN_OR_RETURN(Value decoded, decode_value(std::move(items->front())));
  if (decoded.object() == nullptr) return invalid("args must hold one object");
  return decoded;
}

Failure argument_failure(const Error& error) {
  return {"ArgumentValidationError: " + (error.field.empty() ? "arguments" : error.field) + ": " +
              error.message,
          std::nullopt};
}

QueryResult refusal(Failure why, std::optional<std::string> journal) {
  QueryResult result;
  result.failure = std::move(why);
  result.journal = std::move(journal);
  return result;
}

}  // namespace

Session::Session(SessionHost& host, Output& output, ConnectionInfo info)
    : host_(host),
      output_(output),
      info_(std::move(info)),
      alive_(std::make_shared<Session*>(this)),
      opened_(host.options.now()),
      last_sent_(opened_) {
  host_.sessions.push_back(this);
  const std::string& block = info_.address_block;
  if (!block.empty() && ++host_.sockets_per_block[block] > host_.options.max_sockets_per_block) {
    count_refusal("sockets_of_block");
    close(kTryAgainLater, "TooManyConcurrentRequests: too many connections from here");
  }
}

Session::~Session() {
  on_closed();
  std::erase(host_.sessions, this);
}

std::string_view Session::subject() const {
  return identity_ == nullptr ? std::string_view() : std::string_view(identity_->subject);
}

std::string_view Session::login() const {
  return identity_ == nullptr ? std::string_view() : std::string_view(identity_->login);
}

void Session::on_text(std::string_view frame) {
  // Clients ask again on their next connection for what was not answered on this one.
  if (closed_ || draining_) return;
  std::optional<Value> message = parse_json(frame);
  if (!message || message->object() == nullptr) {
    answer_unreadable(frame, "the message is not JSON");
  } else {
    handle(*std::move(message), frame.size());
  }
  emit_if_due();
}

void Session::on_oversize(std::string_view head) {
  if (closed_) return;
  answer_unreadable(head, "the message is too large: at most 4 MiB");
  emit_if_due();
}

// Closing for one bad request would bring it back: the client resends it on every connection.
void Session::answer_unreadable(std::string_view head, std::string_view why) {
  const RequestHead request = read_head(head);
  if (request.request_id && (request.type == "Mutation" || request.type == "Action")) {
    CallOutcome outcome;
    Error error = invalid(std::string(why));
    outcome.failure = Failure{"Uncaught ConvexError: " + error.message, std::nullopt};
    outcome.failure->data = "{\"code\":\"invalid\",\"message\":";
    append_json_string(*outcome.failure->data, why);
    *outcome.failure->data += '}';
    send_failure(request.type == "Mutation" ? mutation_response(*request.request_id, outcome)
                                            : action_response(*request.request_id, outcome));
    return;
  }
  close(kTooBig, std::string(why));
}

void Session::handle(Value message, std::size_t bytes) {
  if (closed_) return;
  const std::string type = text(message, "type");
  if (type == "Event") return;
  if (holding_ && type != "Authenticate") {
    // Nothing may run as whoever the client no longer is, or not yet.
    held_bytes_ += bytes;
    if (held_bytes_ > kMaxHeldBytes) return close(kPolicyViolation, "no token");
    held_.emplace_back(std::move(message), bytes);
    return;
  }
  if (type == "Connect") return handle_connect(message);
  if (type == "Authenticate") return handle_authenticate(message);
  if (session_id_.empty() && !connect_deadline_) {
    return close(kPolicyViolation, "the first message must be Connect");
  }
  if (type == "ModifyQuerySet") return handle_modify(std::move(message));
  if (type == "Mutation") return handle_call(std::move(message), true);
  if (type == "Action") return handle_call(std::move(message), false);
  // Newer clients may know more types; what we do not know asks for no answer.
}

void Session::handle_connect(const Value& message) {
  const std::string id = text(message, "sessionId");
  if (!session_id_.empty() || connect_deadline_ || id.empty() || id.size() > kMaxSessionId) {
    return close(kPolicyViolation, "malformed Connect");
  }
  session_id_ = id;
  if (const Value* client = message.find("clientTs"); client != nullptr && client->number()) {
    skew_ms_ = *client->number() - static_cast<double>(wall().value);
    if (!std::isfinite(*skew_ms_)) skew_ms_.reset();
  }
  if (const auto seen = decode_timestamp(text(message, "maxObservedTimestamp"))) {
    must_cover_ = std::max(must_cover_, *seen);
    cover_deadline_ = host_.options.now() + kCoverWait;
  }
}

void Session::handle_authenticate(const Value& message) {
  const auto base = whole(message, "baseVersion");
  // A client may have counted a sign-out that it never sent: a token is absolute, so jump.
  if (!base || *base < identity_version_) {
    return close(kPolicyViolation, "wrong identity version");
  }
  if (session_id_.empty() && !connect_deadline_) {
    connect_deadline_ = host_.options.now() + kConnectWait;
  }
  const std::string type = text(message, "tokenType");
  if (type == "None") {
    identity_version_ = *base + 1;
    take_identity(nullptr, std::nullopt);
    return release_held();
  }
  Result<VerifiedToken> token = unauthenticated("this kind of token is not accepted here");
  if (type == "User") token = host_.verify(text(message, "value"));
  if (token && token->expires_at <= wall()) token = unauthenticated("the token has expired");
  if (!token) {
    send(auth_error(token.error().message, *base, true));
    return hold_for_token(kTokenWait);
  }
  identity_version_ = *base + 1;
  take_identity(std::make_shared<const Identity>(std::move(token->identity)), token->expires_at);
  release_held();
}

void Session::take_identity(std::shared_ptr<const Identity> identity,
                            std::optional<UnixMillis> expires) {
  token_expires_ = expires;
  const std::string before(subject());
  std::string fingerprint = identity == nullptr ? "" : fingerprint_of(*identity);
  identity_ = std::move(identity);
  owes_transition_ = true;
  if (before != subject()) {
    leave(host_.sockets_per_user, before);
    if (!subject().empty() &&
        ++host_.sockets_per_user[std::string(subject())] > host_.options.max_sockets_per_user) {
      count_refusal("sockets_of_user");
      return close(kTryAgainLater, "TooManyConcurrentRequests: too many connections");
    }
  }
  if (fingerprint == fingerprint_) return;  // no function can tell: re-run nothing
  fingerprint_ = std::move(fingerprint);
  for (auto& [id, query] : queries_) {
    if (query.refused == nullptr) subscribe(query);
  }
}

void Session::hold_for_token(Duration wait) {
  holding_ = true;
  hold_deadline_ = host_.options.now() + wait;
}

void Session::release_held() {
  if (!holding_ || closed_) return;
  holding_ = false;
  hold_deadline_.reset();
  auto held = std::exchange(held_, {});
  held_bytes_ = 0;
  for (auto& [message, bytes] : held) handle(std::move(message), bytes);
}

void Session::handle_modify(Value message) {
  const auto base = whole(message, "baseVersion");
  const auto next = whole(message, "newVersion");
  Value modifications = message.take("modifications");
  if (!base || !next || *base != query_set_ || *next <= *base || modifications.array() == nullptr) {
    return close(kPolicyViolation, "wrong query set version");
  }
  query_set_ = *next;
  query_set_seen_ = true;
  owes_transition_ = true;
  if (connect_deadline_) connect_deadline_ = Instant::never();  // served without a session
  for (Value& part : *modifications.array()) {
    const std::string type = text(part, "type");
    const auto id = whole(part, "queryId");
    if (id && type == "Remove") {
      const auto found = queries_.find(*id);
      if (found == queries_.end()) continue;
      args_bytes_ -= found->second.args_bytes;
      queries_.erase(found);
      removed_.push_back(*id);
    } else if (!id || type != "Add" || !handle_add(std::move(part))) {
      return close(kPolicyViolation, "malformed query set");
    }
  }
}

bool Session::handle_add(Value add) {
  const std::uint64_t id = *whole(add, "queryId");
  if (queries_.contains(id)) return false;
  LiveQuery query;
  if (const Value* given = add.find("journal"); given != nullptr && given->string() != nullptr) {
    query.journal = *given->string();
  }
  query.path = text(add, "udfPath");
  Result<Value> args = only_argument(add.take("args"));
  std::optional<Failure> bad_args;
  if (args) {
    query.args = *std::move(args);
    std::string written;
    append_json_value(written, query.args);
    query.args_bytes = written.size() + query.path.size();
  } else {
    bad_args = argument_failure(args.error());
  }
  if (queries_.size() >= host_.options.max_live_queries ||
      args_bytes_ + query.args_bytes > kMaxArgsBytes) {
    if (refused_once_.size() >= kMaxRefusedOnce) return false;
    count_refusal("live_queries");
    refused_once_.emplace_back(
        id, refusal({"TooManyConcurrentRequests: too many live queries on one connection",
                     std::nullopt},
                    std::move(query.journal)));
    return true;
  }
  if (bad_args) {
    query.refused = std::make_shared<const QueryResult>(
        refusal(*std::move(bad_args), std::move(query.journal)));
  } else {
    subscribe(query);
  }
  args_bytes_ += query.args_bytes;
  queries_.emplace(id, std::move(query));
  return true;
}

void Session::subscribe(LiveQuery& query) {
  if (query.sent != nullptr && query.sent->journal) query.journal = query.sent->journal;
  query.subscription =
      host_.engine.subscribe({query.path, query.args, identity_, query.journal, info_.base_url},
                             static_cast<Subscriber&>(*this));
}

void Session::handle_call(Value message, bool mutation) {
  // Without a session id a resend could not be recognised.
  if (session_id_.empty()) return close(kPolicyViolation, "the first message must be Connect");
  const auto request_id = whole(message, "requestId");
  if (!request_id) return close(kPolicyViolation, "a request without an id");
  if (!query_set_seen_) {
    // Clients say what they watch before what they ask: this one watches nothing. The Rust client
    // then sends no query set at all, and waits for a Transition as any other.
    query_set_seen_ = true;
    owes_transition_ = true;
  }

  const auto answer = mutation ? mutation_response : action_response;
  Result<Value> args = only_argument(message.take("args"));
  if (!args) {
    CallOutcome outcome;
    outcome.failure = argument_failure(args.error());
    return send_failure(answer(*request_id, outcome));
  }
  CallRequest request{.path = text(message, "udfPath"),
                      .args = *std::move(args),
                      .identity = identity_,
                      .key = std::nullopt,
                      .base_url = info_.base_url,
                      .at = std::nullopt,
                      .address_block = info_.address_block};
  const std::weak_ptr<Session*> alive = alive_;
  if (mutation) {
    request.key = RequestKey{session_id_, *request_id};
    const std::uint64_t call = next_call_++;
    mutations_[call] = host_.engine.mutate(
        std::move(request), [alive, call, id = *request_id](const CallOutcome& outcome) {
          const auto session = alive.lock();
          if (session == nullptr) return;
          (*session)->mutations_.erase(call);
          (*session)->finish_mutation(id, outcome);
        });
  } else {
    ++actions_;
    host_.engine.act(std::move(request), [alive, id = *request_id](const CallOutcome& outcome) {
      const auto session = alive.lock();
      if (session == nullptr) return;
      Session& self = **session;
      --self.actions_;
      if (outcome.failure) {
        self.send_failure(action_response(id, outcome));
      } else {
        self.send(action_response(id, outcome));
      }
      self.update_reading();
      self.close_if_drained();
    });
  }
  update_reading();
}

}  // namespace vv::reactive::convex
