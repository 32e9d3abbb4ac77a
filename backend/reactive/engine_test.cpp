#include "reactive/engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reactive/convex/http_api.hpp"
#include "reactive/convex/json.hpp"
#include "reactive/detail/outcomes.hpp"
#include "reactive/testing_world.hpp"

namespace vv::reactive {
namespace {

using testing::HasSubstr;

CallRequest call(std::string path, const std::string& args, std::string session = {},
                 std::uint64_t id = 0) {
  CallRequest request;
  request.path = std::move(path);
  request.args = *convex::parse_json(args);
  if (!session.empty()) request.key = RequestKey{std::move(session), id};
  return request;
}

constexpr const char* kAdd = R"({"box":"a","n":1,"tag":"t"})";

// covers R16
TEST(Engine, AKeptOutcomeOutlivesARestartForSevenDaysAndNoLonger) {
  TestWorld world;
  std::vector<std::string> values;
  const auto add = [&] {
    world.engine->mutate(call("items:add", kAdd, "s", 7), [&](const CallOutcome& outcome) {
      values.push_back(outcome.failure ? "failed" : outcome.value);
    });
    world.run();
  };
  const auto purge = [&] {
    const UnixMillis now{world.wall_nanos() / 1'000'000};
    EXPECT_TRUE(world.store->write_and_wait([&](store::Writer& db) -> Status {
      VV_ASSIGN_OR_RETURN(const std::size_t gone, purge_outcomes(db, now - kOutcomeAge, 100));
      static_cast<void>(gone);
      return {};
    }));
  };
  add();
  world.restart();
  world.now += days(6);
  purge();
  add();
  EXPECT_EQ(values[0], values[1]);
  world.now += days(2);
  purge();
  add();
  EXPECT_NE(values[1], values[2]);
}

TEST(Engine, AFullPoolHoldsQueriesBackAndRefusesActions) {
  TestWorld world;
  struct Watch : Subscriber {
    void on_results() override { ++results; }
    int results = 0;
  } watch;
  world.pool_full = true;
  QueryRequest request;
  request.path = "items:total";
  request.args = Value(Value::Object{});
  const Subscription subscription = world.engine->subscribe(request, watch);
  std::string refusal;
  world.engine->act(call("items:act", kAdd),
                    [&](const CallOutcome& outcome) { refusal = outcome.failure->message; });
  world.run();
  EXPECT_EQ(watch.results, 0);
  EXPECT_THAT(refusal, HasSubstr("TooManyConcurrentRequests"));
  world.pool_full = false;
  world.advance(seconds(1));
  world.run();
  EXPECT_EQ(watch.results, 1);
  EXPECT_EQ(subscription.result()->value, "0");
}

TEST(Engine, AQueryNobodyWatchesIsForgottenAfterAWhile) {
  TestWorld world;
  struct Watch : Subscriber {
    void on_results() override {}
  } watch;
  QueryRequest request;
  request.path = "items:total";
  request.args = Value(Value::Object{});
  {
    const Subscription subscription = world.engine->subscribe(request, watch);
  }
  world.run();
  EXPECT_EQ(world.engine->counts().live_queries, 1U);
  world.advance(seconds(6));
  EXPECT_EQ(world.engine->counts().live_queries, 0U);
}

TEST(Engine, AResultWithAbsoluteUrlsIsSharedByThoseOfOneAddressAlone) {
  TestWorld world;
  struct Watch : Subscriber {
    void on_results() override {}
  } watch;
  const auto at = [&](const std::string& address, const std::string& person) {
    QueryRequest request;
    request.path = "items:here";
    request.args = Value(Value::Object{});
    request.base_url = address;
    Identity who;
    who.subject = person;
    request.identity = std::make_shared<const Identity>(std::move(who));
    return world.engine->subscribe(std::move(request), watch);
  };
  const Subscription amina = at("http://a", "amina");
  const Subscription bruno = at("http://b", "bruno");
  const Subscription third = at("http://b", "third");
  world.run();
  EXPECT_EQ(bruno.result()->value, "\"nothing\"");
  EXPECT_EQ(world.engine->counts().live_queries, 1U);  // nobody's address was looked at
  world.engine->mutate(call("items:add", kAdd), [](const CallOutcome&) {});
  world.run();
  EXPECT_EQ(amina.result()->value, "\"http://a\"");
  EXPECT_EQ(bruno.result()->value, "\"http://b\"");
  EXPECT_EQ(third.result()->value, "\"http://b\"");
  EXPECT_EQ(world.engine->counts().live_queries, 2U);
}

struct Http : testing::Test {
  TestWorld world;
  int status = 0;
  std::string body;

  void call(convex::HttpApi::Kind kind, std::string_view text, std::string_view token = "") {
    convex::HttpApi(*world.engine, TestWorld::verify)
        .call(kind, text, token, {"http://here"}, [this](int s, std::string b) {
          status = s;
          body = std::move(b);
        });
    world.run();
  }
};

TEST_F(Http, AFailedFunctionIs560WithItsDataAndACallThatCannotBeReadIs400) {
  using Kind = convex::HttpApi::Kind;
  call(Kind::Query, R"({"path":"items:mine","args":[{}]})");
  EXPECT_EQ(status, 560);
  EXPECT_THAT(body, HasSubstr(R"("errorData":{"code":"unauthenticated")"));
  call(Kind::Query, R"({"path":"items:mine","args":[{}]})", "Bearer amina");
  EXPECT_EQ(body, R"({"status":"success","value":0,"logLines":[]})");
  call(Kind::Query, R"({"path":"items:mine","args":[{}]})", "Bearer bad");
  EXPECT_EQ(status, 401);
  call(Kind::Query, "[]");
  EXPECT_EQ(status, 400);
  call(Kind::Mutation, R"({"path":"items:total","args":{}})");
  EXPECT_EQ(status, 560);
}

TEST_F(Http, AQueryAtATimestampAnswersWhileNothingItReadHasChanged) {
  using Kind = convex::HttpApi::Kind;
  call(Kind::Mutation, std::string(R"({"path":"items:add","args":)") + kAdd + "}");
  call(Kind::QueryTs, "");
  const std::string ts = *convex::parse_json(body)->find("ts")->string();
  const std::string in_a = R"({"path":"items:inBox","args":[{"box":"b"}],"ts":")" + ts + "\"}";
  call(Kind::QueryAtTs, in_a);
  EXPECT_EQ(status, 200);
  call(Kind::Mutation, R"({"path":"items:add","args":{"box":"z","n":1,"tag":"u"}})");
  call(Kind::QueryAtTs, in_a);
  EXPECT_EQ(status, 200);
  call(Kind::Mutation, R"({"path":"items:add","args":{"box":"b","n":1,"tag":"v"}})");
  call(Kind::QueryAtTs, in_a);
  EXPECT_EQ(status, 560);
}

}  // namespace
}  // namespace vv::reactive
