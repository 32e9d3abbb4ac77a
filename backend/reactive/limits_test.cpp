#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reactive/convex/http_api.hpp"
#include "reactive/detail/fair_queue.hpp"
#include "reactive/testing_client.hpp"

// threat-model.md section 4, the rows that live here, each at its limit and one past it; then what
// one caller's flood costs the others: turns, never more.
//
//   live queries a socket    256            QueryFailed, the rest lives
//   their arguments          8 MiB          the same
//   mutations in flight      32             reading pauses; so with actions
//   unsent output            8 MiB          closed after 10 s
//   sync sockets a user      20             closed, TooManyConcurrentRequests
//     an address block       1,000          the same
//   mutations a user         30/s burst 60  rate_limited
//     nobody, by address     the same
//   HTTP calls, actions      256 waiting    turned away (503), and 4,096 of all
//
// Elsewhere: depth 64 in convex/value_codec_test.cpp; a query's read set, rows and run time in
// store/limits_test.cpp; message and body sizes in net/http/server_test.cpp
// and server/limits_test.cpp.
namespace vv::reactive {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct Limits : testing::Test {
  TestWorld world;
  TestClient client{world, "session-a"};

  void settle() {
    do {
      world.run();
      client.read_all();
    } while (client.has_unread());
  }
  static std::string in_box(const std::string& name) { return "{\"box\":\"" + name + "\"}"; }
};

TEST_F(Limits, LiveQueriesOfASocket) {
  client.connect();
  std::uint64_t last = 0;
  for (int i = 0; i < 256; ++i) last = client.subscribe("items:inBox", in_box(std::to_string(i)));
  const auto one_past = client.subscribe("items:inBox", in_box("more"));
  settle();
  EXPECT_TRUE(client.query(last).value);
  EXPECT_THAT(client.query(one_past).error, HasSubstr("TooManyConcurrentRequests"));
  EXPECT_THAT(client.closed_with, IsEmpty());
  client.unsubscribe(last);
  const auto again = client.subscribe("items:inBox", in_box("more"));
  settle();
  EXPECT_TRUE(client.query(again).value);
}

TEST_F(Limits, ArgumentsOfASocketsLiveQueries) {
  client.connect();
  const std::string wrapping = R"({"value":""})";
  const std::size_t path = std::string("items:echo").size();
  const std::size_t fits = 4 * 1024 * 1024 - wrapping.size() - path;
  const auto echo = [&](std::size_t bytes) {
    return client.subscribe("items:echo", "{\"value\":\"" + std::string(bytes, 'x') + "\"}");
  };
  const auto first = echo(fits);
  const auto second = echo(fits);
  const auto one_past = echo(0);
  settle();
  EXPECT_TRUE(client.query(first).value);
  EXPECT_TRUE(client.query(second).value);
  EXPECT_THAT(client.query(one_past).error, HasSubstr("TooManyConcurrentRequests"));
}

TEST_F(Limits, MutationsInFlight) {
  client.connect();
  settle();
  for (int i = 0; i < 31; ++i) client.mutate("items:nothing", "{}");
  EXPECT_TRUE(client.reading);
  client.mutate("items:nothing", "{}");
  EXPECT_FALSE(client.reading);
  // Refusing would loop: what was on its way all the same is run.
  client.mutate("items:nothing", "{}");
  settle();
  EXPECT_TRUE(client.reading);
  EXPECT_EQ(client.outcomes.size(), 33U);
}

TEST_F(Limits, ActionsInFlight) {
  client.connect();
  settle();
  const auto act = [&](int id) {
    client.say(R"({"type":"Action","requestId":)" + std::to_string(id) +
               R"(,"udfPath":"items:act","args":[{"box":"a","n":1,"tag":"t"}]})");
  };
  for (int i = 0; i < 31; ++i) act(i);
  EXPECT_TRUE(client.reading);
  act(31);
  EXPECT_FALSE(client.reading);
  settle();
  EXPECT_TRUE(client.reading);
}

// covers F13
TEST_F(Limits, UnsentOutput) {
  client.connect();
  settle();
  client.stalled = true;
  client.unsent = 8 * 1024 * 1024;
  for (int i = 0; i < 12; ++i) world.advance(seconds(1));
  EXPECT_THAT(client.closed_with, IsEmpty());
  ++client.unsent;
  for (int i = 0; i < 10; ++i) world.advance(seconds(1));
  EXPECT_THAT(client.closed_with, IsEmpty()) << "it has ten seconds to catch up";
  world.advance(seconds(1));
  EXPECT_THAT(client.closed_with, HasSubstr("SlowConsumer"));
}

// covers F13
TEST_F(Limits, ASlowReaderIsMadeNoTransitionsAndOthersGetTheirs) {
  client.connect();
  client.subscribe("items:total", "{}");
  TestClient other(world, "session-b");
  other.connect();
  const auto total = other.subscribe("items:total", "{}");
  settle();
  client.stalled = true;
  const int before = client.transitions;
  for (int i = 0; i < 100; ++i) {
    other.mutate("items:add", R"({"box":"a","n":1,"tag":"t)" + std::to_string(i) + "\"}");
    world.run();
    other.read_all();
    ASSERT_EQ(other.query(total).updates, i + 2);
  }
  client.read_all();
  EXPECT_EQ(client.transitions, before) << "nothing piles up for it";
}

// covers H5
TEST_F(Limits, SyncSocketsOfAUser) {
  std::vector<std::unique_ptr<TestClient>> sockets;
  for (int i = 0; i < 21; ++i) {
    sockets.push_back(std::make_unique<TestClient>(world, "session-" + std::to_string(i)));
    sockets.back()->connect();
    sockets.back()->sign_in("amina");
  }
  settle();
  for (int i = 0; i < 20; ++i) EXPECT_THAT(sockets[std::size_t(i)]->closed_with, IsEmpty()) << i;
  EXPECT_THAT(sockets[20]->closed_with, HasSubstr("1013 TooManyConcurrentRequests"));
  client.connect();
  client.sign_in("bruno");
  settle();
  EXPECT_THAT(client.closed_with, IsEmpty()) << "each counts for themselves";
  client.cut();
  sockets[20]->cut();
  sockets[0]->cut();
  sockets[20]->connect();
  sockets[20]->sign_in("amina");
  EXPECT_THAT(sockets[20]->closed_with, IsEmpty()) << "a closed socket counts no more";
}

// covers H5
TEST_F(Limits, SyncSocketsOfAnAddressBlock) {
  struct Socket final : convex::Output {
    void send_text(std::string) override {}
    void close(std::uint16_t code, std::string reason) override {
      closed_with = std::to_string(code) + ' ' + reason;
    }
    [[nodiscard]] std::size_t buffered_bytes() const override { return 0; }
    void pause_reading() override {}
    void resume_reading() override {}
    std::string closed_with;
  };
  std::vector<std::unique_ptr<Socket>> sockets;
  std::vector<std::unique_ptr<convex::SyncSession>> sessions;
  const auto open = [&](const std::string& block) {
    sockets.push_back(std::make_unique<Socket>());
    sessions.push_back(world.server->open(
        *sockets.back(), {.base_url = "http://x", .from_npm = true, .address_block = block}));
    return sockets.back()->closed_with;
  };
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(open("192.0.2.1"), "");
  EXPECT_THAT(open("192.0.2.1"), HasSubstr("1013 TooManyConcurrentRequests"));
  EXPECT_EQ(open("192.0.2.2"), "");
  EXPECT_EQ(open(""), "") << "loopback is nobody's block";
  sessions.erase(sessions.begin(), sessions.begin() + 2);
  EXPECT_EQ(open("192.0.2.1"), "");
}

TEST(MutationRate, OfAUser) {
  TestWorld world({.seed = 1, .limit_rates = true, .reveal_errors = false});
  int refused = 0;
  int passed = 0;
  const auto burst = [&](int count, const std::string& user) {
    for (int i = 0; i < count; ++i) {
      CallRequest request;
      request.path = "items:nothing";
      request.args = Value(Value::Object{});
      auto identity = std::make_shared<Identity>();
      identity->subject = user;
      request.identity = std::move(identity);
      world.engine->mutate(std::move(request), [&](const CallOutcome& outcome) {
        const bool limited =
            outcome.failure && outcome.failure->data->find("rate_limited") != std::string::npos;
        ++(limited ? refused : passed);
      });
    }
    world.run();
  };
  burst(60, "amina");
  EXPECT_EQ(passed, 60);
  burst(1, "amina");
  EXPECT_EQ(refused, 1);
  burst(1, "bruno");
  EXPECT_EQ(passed, 61) << "each has a rate of their own";
  world.advance(seconds(1));
  burst(30, "amina");
  EXPECT_EQ(passed, 91);
  burst(1, "amina");
  EXPECT_EQ(refused, 2);
}

// One call over HTTP, and what came of it.
struct HttpCaller {
  TestWorld& world;
  std::vector<std::pair<int, std::string>> answers;

  void call(convex::HttpApi::Kind kind, std::string_view body, std::string_view block,
            std::string_view token = "", bool from_npm = true) {
    convex::HttpApi(*world.engine, TestWorld::verify)
        .call(kind, body, token,
              {.base_url = "http://x", .from_npm = from_npm, .address_block = std::string(block)},
              [this](int status, std::string text) {
                answers.emplace_back(status, std::move(text));
              });
  }
  [[nodiscard]] std::size_t count(std::string_view text) const {
    return static_cast<std::size_t>(std::count_if(
        answers.begin(), answers.end(),
        [&](const auto& answer) { return answer.second.find(text) != std::string::npos; }));
  }
};

constexpr std::string_view kNothing = R"({"path":"items:nothing","args":{}})";
constexpr std::string_view kTotal = R"({"path":"items:total","args":{}})";

TEST(MutationRate, OfNobodyOverHttpIsByAddressAndNotOneForAll) {
  using Kind = convex::HttpApi::Kind;
  TestWorld world({.seed = 1, .limit_rates = true, .reveal_errors = false});
  HttpCaller http{world, {}};
  const auto burst = [&](int count, std::string_view block, std::string_view token = "") {
    for (int i = 0; i < count; ++i) http.call(Kind::Mutation, kNothing, block, token);
    world.run();
  };
  burst(60, "192.0.2.1");
  EXPECT_EQ(http.count("success"), 60U);
  burst(1, "192.0.2.1");
  EXPECT_EQ(http.count("rate_limited"), 1U);
  EXPECT_EQ(http.answers.back().first, 560) << "all that the package reads the data of";
  burst(1, "192.0.2.2");
  EXPECT_EQ(http.count("success"), 61U) << "another address pays for nobody";
  burst(1, "192.0.2.1", "Bearer amina");
  EXPECT_EQ(http.count("success"), 62U) << "nor does somebody who is signed in there";
  burst(70, "");
  EXPECT_EQ(http.count("success"), 132U) << "this machine is never limited by address";
  // A new session an opening would else be a new rate: strangers of an address share one.
  TestClient stranger(world, "session-x");
  stranger.connect();
  stranger.mutate("items:nothing", "{}");
  world.run();
  stranger.read_all();
  EXPECT_EQ(http.count("rate_limited"), 1U);
}

// covers H5
TEST(MutationRate, IsToldWithTheStatusThatTheCallerReads) {
  TestWorld world({.seed = 1, .limit_rates = true, .reveal_errors = false});
  HttpCaller http{world, {}};
  for (int i = 0; i < 60; ++i) http.call(convex::HttpApi::Kind::Mutation, kNothing, "192.0.2.1");
  for (const bool from_npm : {true, false}) {
    http.call(convex::HttpApi::Kind::Mutation, kNothing, "192.0.2.1", "", from_npm);
    world.run();
    EXPECT_EQ(http.answers.back().first, from_npm ? 560 : 429);
    EXPECT_THAT(http.answers.back().second, HasSubstr(R"("errorData":{"code":"rate_limited")"));
  }
}

// Floods. One who asks for all they may get, and somebody who asks for one thing after them.

TEST(FairQueue, EveryoneHasATurnHoweverMuchOthersWaitFor) {
  FairQueue<int> queue;
  for (int i = 0; i < 100; ++i) queue.push("flood", i);
  queue.push("late", 1000);
  queue.push("later", 2000);
  const std::vector<int> first = queue.take(20);
  EXPECT_THAT(first, testing::Contains(1000));
  EXPECT_THAT(first, testing::Contains(2000));
  EXPECT_EQ(first.size(), 20U);
  EXPECT_EQ(queue.waiting("flood"), 82U);
  EXPECT_EQ(queue.take(1000).size(), 82U);
  EXPECT_TRUE(queue.empty());
}

TEST_F(Limits, AFloodOfLiveQueriesDelaysAnotherByOneTurn) {
  std::vector<std::unique_ptr<TestClient>> flood;
  for (int i = 0; i < 8; ++i) {
    flood.push_back(std::make_unique<TestClient>(world, "flood-" + std::to_string(i)));
    flood.back()->connect();
    flood.back()->sign_in("bruno");
    for (int q = 0; q < 250; ++q) {
      flood.back()->subscribe("items:inBox", in_box(std::to_string(i * 1000 + q)));
    }
  }
  client.connect();
  client.sign_in("amina");
  const auto wanted = client.subscribe("items:total", "{}");
  while (world.run_loop_once()) {
  }
  ASSERT_GE(world.pool.size(), 2U) << "the flood keeps the pool busy";
  // The first batch the pool takes has it, though 2,000 were asked for before.
  ASSERT_TRUE(world.run_pool_once());
  while (world.hand_back_once()) {
  }
  while (world.run_loop_once()) {
  }
  client.read_all();
  EXPECT_TRUE(client.query(wanted).value);
  world.run();
  for (const auto& each : flood) {
    each->read_all();
    for (const auto& [id, query] : each->queries()) EXPECT_TRUE(query.value) << "nobody starves";
  }
}

TEST_F(Limits, CallsThatWaitForTheirTurn) {
  using Kind = convex::HttpApi::Kind;
  HttpCaller http{world, {}};
  // Four are on the pool, the others wait in line.
  const std::size_t fit = 4 + Engine::kMaxWaitingOfOne;
  for (std::size_t i = 0; i < fit; ++i) http.call(Kind::Query, kTotal, "192.0.2.1");
  while (world.run_loop_once()) {
  }
  EXPECT_THAT(http.answers, IsEmpty());
  http.call(Kind::Query, kTotal, "192.0.2.1");
  while (world.run_loop_once()) {
  }
  ASSERT_EQ(http.answers.size(), 1U);
  EXPECT_EQ(http.answers[0].first, 503);
  EXPECT_THAT(http.answers[0].second, HasSubstr("TooManyConcurrentRequests"));
  http.call(Kind::Query, kTotal, "192.0.2.2");
  world.run();
  EXPECT_EQ(http.count("success"), fit + 1) << "and nobody else is turned away for it";
  EXPECT_EQ(world.engine->counts().calls_in_flight, 0U);

  http.answers.clear();
  for (std::size_t caller = 0; caller < Engine::kMaxWaiting / 128; ++caller) {
    for (int i = 0; i < 128; ++i) {
      http.call(Kind::Query, kTotal, "block " + std::to_string(caller));
    }
  }
  for (int i = 0; i < 5; ++i) http.call(Kind::Action, kNothing, "one past");
  for (int i = 0; i < 5; ++i) http.call(Kind::Query, kTotal, "one past");
  world.run();
  EXPECT_EQ(http.count("success"), Engine::kMaxWaiting + 4) << "four run, the rest waits";
  EXPECT_EQ(http.count("TooManyConcurrentRequests"), 1U);
}

TEST_F(Limits, AFloodOfHttpCallsDelaysAnotherByOneTurn) {
  using Kind = convex::HttpApi::Kind;
  HttpCaller flood{world, {}};
  for (int i = 0; i < 200; ++i) flood.call(Kind::Query, kTotal, "192.0.2.1");
  HttpCaller other{world, {}};
  other.call(Kind::Query, kTotal, "192.0.2.2");
  HttpCaller amina{world, {}};
  amina.call(Kind::Action, R"({"path":"items:act","args":{"box":"a","n":1,"tag":"t"}})",
             "192.0.2.1", "Bearer amina");
  client.connect();
  client.sign_in("bruno");
  const auto wanted = client.subscribe("items:total", "{}");
  // What was on the pool when they came, then theirs.
  for (int i = 0; i < 12; ++i) {
    while (world.run_loop_once()) {
    }
    ASSERT_TRUE(world.run_pool_once());
    while (world.hand_back_once() || world.run_loop_once()) {
    }
  }
  client.read_all();
  EXPECT_EQ(other.count("success"), 1U);
  EXPECT_EQ(amina.count("success"), 1U);
  EXPECT_TRUE(client.query(wanted).value);
  EXPECT_LT(flood.answers.size(), 20U);
  world.run();
  EXPECT_EQ(flood.count("success"), 200U) << "nobody starves";
}

TEST_F(Limits, ABatchOfSlowQueriesEndsAfterASecondAndTheRestHasItsTurn) {
  world.query_time = milliseconds(400);
  client.connect();
  for (int q = 0; q < 10; ++q) client.subscribe("items:inBox", in_box(std::to_string(q)));
  while (world.run_loop_once()) {
  }
  const Instant before = world.now;
  ASSERT_TRUE(world.run_pool_once());
  EXPECT_LE(world.now - before, milliseconds(1600));
  settle();
  for (const auto& [id, query] : client.queries()) EXPECT_TRUE(query.value);
}

TEST_F(Limits, WhatManyWatchDoesNotWaitBehindOneOfThemsFlood) {
  TestClient flood(world, "flood");
  flood.connect();
  flood.sign_in("bruno");
  for (int q = 0; q < 250; ++q) flood.subscribe("items:inBox", in_box(std::to_string(q)));
  flood.subscribe("items:total", "{}");
  client.connect();
  client.sign_in("amina");
  const auto wanted = client.subscribe("items:total", "{}");
  settle();
  flood.mutate("items:add", R"({"box":"1","n":5,"tag":"t"})");
  settle();
  EXPECT_EQ(client.query(wanted).value, Value(5.0));
}

TEST_F(Limits, AFloodOfMutationsDelaysAnotherByWhatItHasInFlight) {
  // While the writer stands, a flood gets 32 a socket into its queue and no more.
  world.hold_writer = true;
  TestClient flood(world, "flood");
  flood.connect();
  int sent = 0;
  while (flood.reading && sent < 1000) {
    flood.mutate("items:nothing", "{}");
    ++sent;
  }
  EXPECT_EQ(sent, 32);
  client.connect();
  const auto mine = client.mutate("items:nothing", "{}");
  // The next batch holds all of that, and the answer of whoever came last.
  world.hold_writer = false;
  settle();
  EXPECT_TRUE(client.outcomes.at(mine).success);
}

}  // namespace
}  // namespace vv::reactive
