#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reactive/convex/frames.hpp"
#include "reactive/convex/json.hpp"
#include "reactive/convex/outbound_check.hpp"
#include "reactive/convex/timestamp.hpp"
#include "reactive/detail/type_text.hpp"
#include "reactive/testing_world.hpp"

namespace vv::reactive {

/// The Convex client's side of the protocol, as docs/protocols/convex.md describes it: versions,
/// resends, resolution of mutations. After every Transition it compares all it holds with the
/// reference at that timestamp.
class TestClient : public convex::Output {
 public:
  TestClient(TestWorld& world, std::string session_id)
      : world_(world), session_id_(std::move(session_id)) {}
  ~TestClient() override { cut(); }

  // The socket.
  void send_text(std::string frame) override {
    const std::string wrong = check_->look_at(frame);
    EXPECT_EQ(wrong, "") << frame.substr(0, 500);
    inbox_.push_back(std::move(frame));
  }
  void close(std::uint16_t code, std::string reason) override {
    closed_with = std::to_string(code) + ' ' + reason;
  }
  [[nodiscard]] std::size_t buffered_bytes() const override { return stalled ? unsent : 0; }
  void pause_reading() override { reading = false; }
  void resume_reading() override { reading = true; }

  [[nodiscard]] bool is_connected() const { return session_ != nullptr; }

  /// Loses the connection; frames that were not delivered are lost with it.
  void cut() {
    if (session_ != nullptr) session_->on_closed();
    session_.reset();
    inbox_.clear();
    closed_with.clear();
  }

  /// A new connection, on which everything unfinished is sent again.
  void connect() {
    cut();
    check_ = std::make_unique<convex::OutboundCheck>();
    version_ = {};
    callers_ = {{0, ""}};
    next_identity_ = 0;
    first_transition_ = true;
    fresh_.clear();
    session_ = world_.server->open(*this, {"http://localhost", from_npm});
    std::string connect = R"({"type":"Connect","sessionId":")" + session_id_ +
                          R"(","connectionCount":0,"lastCloseReason":null,"clientTs":1)";
    if (max_observed_.nanos != 0) {
      connect += ",\"maxObservedTimestamp\":\"" + convex::encode_timestamp(max_observed_) + '"';
    }
    say(connect + '}');
    if (!token_.empty()) say_token();
    query_set_ = 0;
    std::string adds;
    for (auto& [id, query] : queries_) {
      if (!adds.empty()) adds += ',';
      adds += add_text(id, query);
      query.since = 1;
    }
    if (from_npm || !adds.empty()) say_query_set(adds);
    for (const auto& [id, text] : requests_) say(text);
  }

  std::uint64_t subscribe(const std::string& path, const std::string& args) {
    const std::uint64_t id = next_query_++;
    Query& query = queries_[id];
    query.path = path;
    query.args = args;
    query.since = query_set_ + 1;
    if (is_connected()) say_query_set(add_text(id, query));
    return id;
  }

  void unsubscribe(std::uint64_t id) {
    queries_.erase(id);
    if (is_connected()) say_query_set(R"({"type":"Remove","queryId":)" + std::to_string(id) + '}');
  }

  /// `tag`: what an `items:add` is told apart by.
  std::uint64_t mutate(const std::string& path, const std::string& args,
                       const std::string& tag = {}) {
    const std::uint64_t id = next_request_++;
    if (!tag.empty()) adds_[id] = tag;
    requests_[id] = R"({"type":"Mutation","requestId":)" + std::to_string(id) + R"(,"udfPath":")" +
                    path + R"(","args":[)" + args + "]}";
    if (is_connected()) {
      fresh_.insert(id);
      say(requests_[id]);
    }
    return id;
  }

  void sign_in(const std::string& token) {
    token_ = token;
    if (is_connected()) say_token();
  }

  void say(const std::string& frame) {
    if (session_ == nullptr) return;
    session_->on_text(frame);
  }

  /// As if another connection had shown it the state of this moment.
  void seen(store::Timestamp at) { max_observed_ = std::max(max_observed_, at); }

  convex::SyncSession& session() { return *session_; }

  /// Reads the next frame, if any. False when there was none.
  bool read_one() {
    if (inbox_.empty()) return false;
    const std::string frame = std::move(inbox_.front());
    inbox_.pop_front();
    std::optional<Value> message = convex::parse_json(frame);
    EXPECT_TRUE(message) << frame;
    if (message) read(*message, frame);
    return true;
  }
  void read_all() {
    while (read_one()) {
    }
  }
  void drained() {
    stalled = false;
    if (session_ != nullptr) session_->on_drained();
  }
  [[nodiscard]] bool has_unread() const { return !inbox_.empty(); }

  struct Query {
    std::string path;
    std::string args;
    std::uint64_t since = 0;
    std::optional<std::string> journal;
    std::optional<Value> value;
    std::string error;  // message
    std::optional<Value> error_data;
    int updates = 0;
    [[nodiscard]] bool answered() const { return value.has_value() || !error.empty(); }
  };
  [[nodiscard]] const std::map<std::uint64_t, Query>& queries() const { return queries_; }
  [[nodiscard]] const Query& query(std::uint64_t id) const { return queries_.at(id); }
  [[nodiscard]] std::size_t unfinished() const { return requests_.size(); }
  [[nodiscard]] const convex::StateVersion& version() const { return version_; }
  /// The newest state this client knows to have been.
  [[nodiscard]] store::Timestamp max_observed() const { return max_observed_; }

  struct Outcome {
    bool success = false;
    Value result;
    std::optional<Value> error_data;
  };
  std::map<std::uint64_t, Outcome> outcomes;      // resolved requests
  std::map<std::string, store::Timestamp> added;  // by tag: rows that we were told are there
  std::function<void()> on_transition;            // after each
  std::vector<std::string> frames;                // all that was read, when `keep_frames`
  bool keep_frames = false;
  bool from_npm = true;
  bool stalled = false;  // a slow reader: the server sees so many bytes unsent
  std::size_t unsent = 1024 * 1024;
  bool reading = true;
  bool wants_new_token = false;  // an AuthError came
  std::string closed_with;
  int transitions = 0;

 private:
  static std::string add_text(std::uint64_t id, const Query& query) {
    std::string text = R"({"type":"Add","queryId":)" + std::to_string(id) + R"(,"udfPath":")" +
                       query.path + R"(","args":[)" + query.args + ']';
    if (query.journal) text += ",\"journal\":\"" + *query.journal + '"';
    return text + '}';
  }

  void say_query_set(const std::string& modifications) {
    const std::uint64_t base = query_set_++;
    say(R"({"type":"ModifyQuerySet","baseVersion":)" + std::to_string(base) + ",\"newVersion\":" +
        std::to_string(base + 1) + ",\"modifications\":[" + modifications + "]}");
  }

  void say_token() {
    const std::uint64_t base = next_identity_++;
    const std::string who = token_ == "none" ? "" : token_.substr(0, token_.find('@'));
    callers_[base + 1] = who;
    const std::string head =
        R"({"type":"Authenticate","baseVersion":)" + std::to_string(base) + ',';
    say(head + (who.empty() ? std::string(R"("tokenType":"None"})")
                            : R"("tokenType":"User","value":")" + token_ + "\"}"));
  }

  void read(const Value& message, const std::string& frame) {
    if (keep_frames) frames.push_back(frame);
    const std::string type = *message.find("type")->string();
    if (type == "Transition") return read_transition(message);
    if (type == "TransitionChunk") return read_chunk(message);
    if (type == "MutationResponse" || type == "ActionResponse") return read_response(message);
    if (type == "AuthError") wants_new_token = true;
  }

  void read_chunk(const Value& message) {
    chunks_ += *message.find("chunk")->string();
    if (*message.find("partNumber")->number() + 1 < *message.find("totalParts")->number()) return;
    const std::optional<Value> whole = convex::parse_json(chunks_);
    chunks_.clear();
    ASSERT_TRUE(whole);
    read_transition(*whole);
  }

  void read_response(const Value& message) {
    const auto id = static_cast<std::uint64_t>(*message.find("requestId")->number());
    if (!requests_.contains(id)) return;
    Outcome outcome;
    outcome.success = *message.find("success")->boolean();
    outcome.result = *message.find("result");
    if (const Value* data = message.find("errorData")) outcome.error_data = *data;
    const Value* ts = message.find("ts");
    if (!outcome.success || ts == nullptr) {
      EXPECT_FALSE(!outcome.success && first_transition_)
          << "a failure before the first Transition empties all that is shown";
      requests_.erase(id);
      outcomes[id] = outcome;
      return;
    }
    const store::Timestamp at = *convex::decode_timestamp(*ts->string());
    if (fresh_.contains(id)) {
      EXPECT_GT(at, version_.ts) << "shown before it was answered: the optimistic row stands twice";
    }
    max_observed_ = std::max(max_observed_, at);
    completed_[id] = {at, outcome};
    if (const auto add = adds_.find(id); add != adds_.end()) added[add->second] = at;
  }

  void read_transition(const Value& message) {
    ++transitions;
    first_transition_ = false;
    version_ = *convex::read_version(message.find("endVersion"));
    max_observed_ = std::max(max_observed_, version_.ts);
    for (const Value& part : *message.find("modifications")->array()) modify(part);
    for (auto it = completed_.begin(); it != completed_.end();) {
      if (it->second.first <= version_.ts) {
        outcomes[it->first] = it->second.second;
        requests_.erase(it->first);
        it = completed_.erase(it);
      } else {
        ++it;
      }
    }
    compare();
    look_at_optimistic_rows();
    if (on_transition) on_transition();
  }

  /// A list shown with an optimistic row for each of our additions under way: none stands twice.
  void look_at_optimistic_rows() {
    for (const auto& [id, tag] : adds_) {
      if (!requests_.contains(id) || !fresh_.contains(id)) continue;
      for (const auto& [number, query] : queries_) {
        if (query.path != "items:inBox" || !query.value) continue;
        for (const Value& row : *query.value->array()) {
          EXPECT_NE(*row.find("tag")->string(), tag) << "beside its optimistic row";
        }
      }
    }
  }

  void modify(const Value& part) {
    const auto id = static_cast<std::uint64_t>(*part.find("queryId")->number());
    const auto found = queries_.find(id);
    if (found == queries_.end()) return;
    Query& query = found->second;
    ++query.updates;
    if (const Value* journal = part.find("journal"); journal->string() != nullptr) {
      query.journal = *journal->string();
    } else {
      query.journal.reset();
    }
    query.value.reset();
    query.error.clear();
    query.error_data.reset();
    if (const Value* value = part.find("value")) query.value = *value;
    if (const Value* error = part.find("errorMessage")) query.error = *error->string();
    if (const Value* data = part.find("errorData")) query.error_data = *data;
  }

  // The invariant: every result held is the query's at exactly this timestamp and identity.
  void compare() {
    const testing_domain::History::State& state = world_.history.at(version_.ts);
    const std::string caller = callers_.at(version_.identity);
    for (const auto& [id, query] : queries_) {
      if (query.since > version_.query_set) continue;
      EXPECT_TRUE(query.answered()) << query.path << ' ' << query.args << " fell back to loading";
      if (!query.value && !query.error_data) continue;  // a call that cannot run
      const std::string expected =
          testing_domain::evaluate(query.path, *convex::parse_json(query.args), caller, state);
      if (expected.empty()) continue;
      std::string held;
      if (query.value) {
        append_json_value(held, *query.value);
        std::string canonical;
        if (!expected.starts_with("failed")) {
          append_json_value(canonical, *convex::parse_json(expected));
          EXPECT_EQ(held, canonical) << query.path << ' ' << query.args << " at "
                                     << version_.ts.nanos << " as '" << caller << "'";
          continue;
        }
      } else if (query.error_data) {
        held = "failed: " + *query.error_data->find("code")->string();
      }
      EXPECT_EQ(held, expected) << query.path << ' ' << query.args << " at " << version_.ts.nanos
                                << " as '" << caller << "'";
    }
  }

  TestWorld& world_;
  std::string session_id_;
  std::unique_ptr<convex::SyncSession> session_;
  std::unique_ptr<convex::OutboundCheck> check_;
  std::deque<std::string> inbox_;
  std::string token_;
  std::uint64_t query_set_ = 0;
  std::uint64_t next_identity_ = 0;
  std::map<std::uint64_t, std::string> callers_;
  convex::StateVersion version_;
  store::Timestamp max_observed_;
  bool first_transition_ = true;
  std::map<std::uint64_t, Query> queries_;
  std::uint64_t next_query_ = 0;
  std::uint64_t next_request_ = 0;
  std::map<std::uint64_t, std::string> requests_;  // unfinished, as they were sent
  std::map<std::uint64_t, std::pair<store::Timestamp, Outcome>> completed_;
  std::map<std::uint64_t, std::string> adds_;  // requests that add a row, by its tag
  std::set<std::uint64_t> fresh_;  // requests sent for the first time on this connection
  std::string chunks_;
};

}  // namespace vv::reactive
