#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reactive/testing_client.hpp"

namespace vv::reactive {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Session : testing::Test {
  TestWorld world;
  TestClient client{world, "session-a"};

  void settle() {
    do {
      world.run();
      client.read_all();
    } while (client.has_unread());
  }
  std::string shown(std::uint64_t query) {
    std::string text;
    if (client.query(query).value) append_json_value(text, *client.query(query).value);
    return text;
  }
};

constexpr const char* kAdd = R"({"box":"a","n":1,"tag":"t1"})";

TEST_F(Session, SubscribeMutateSeeTheUpdate) {
  client.connect();
  const auto total = client.subscribe("items:total", "{}");
  settle();
  EXPECT_EQ(shown(total), "0");
  const auto request = client.mutate("items:add", kAdd);
  settle();
  EXPECT_TRUE(client.outcomes.at(request).success);
  EXPECT_EQ(shown(total), "1");
}

TEST_F(Session, TheResponseLeavesBeforeTheTransitionThatCoversIt) {
  client.keep_frames = true;
  client.connect();
  client.subscribe("items:total", "{}");
  settle();
  client.frames.clear();
  client.mutate("items:add", kAdd);
  settle();
  ASSERT_EQ(client.frames.size(), 2U);
  EXPECT_THAT(client.frames[0], HasSubstr("MutationResponse"));
  EXPECT_THAT(client.frames[1], HasSubstr("\"Transition\""));
}

TEST_F(Session, AMutationThatChangesNothingSubscribedResolvesAllTheSame) {
  client.connect();
  const auto request = client.mutate("items:nothing", "{}");
  settle();
  EXPECT_TRUE(client.outcomes.at(request).success);
  EXPECT_TRUE(client.outcomes.at(request).result.is_null());
}

// covers H6
TEST_F(Session, CutBetweenCommitAndResponseItRunsOnceAndResolvesWithTheFirstResult) {
  client.connect();
  settle();
  const auto request = client.mutate("items:add", kAdd);
  world.run();  // committed, and the response never arrives
  client.connect();
  settle();
  EXPECT_TRUE(client.outcomes.at(request).success);
  EXPECT_EQ(world.history.applied["t1"], 1);
  EXPECT_EQ(world.history.at(client.version().ts).size(), 1U);
}

// covers H6
TEST_F(Session, TheSameRequestIdAsAnotherUserIsNeitherRunNorAnsweredWithTheResult) {
  client.sign_in("amina");
  client.connect();
  const auto request = client.mutate("items:add", kAdd);
  world.run();
  client.sign_in("bruno");
  client.connect();
  settle();
  EXPECT_FALSE(client.outcomes.at(request).success);
  EXPECT_EQ(*client.outcomes.at(request).error_data->find("code")->string(), "conflict");
  EXPECT_EQ(world.history.applied["t1"], 1);
}

// covers H6
TEST_F(Session, TheSameRequestIdWithOtherArgumentsIsRefused) {
  client.connect();
  settle();
  const auto request = client.mutate("items:add", kAdd);
  settle();
  ASSERT_TRUE(client.outcomes.at(request).success);
  client.keep_frames = true;
  client.say(R"({"type":"Mutation","requestId":0,"udfPath":"items:add",)"
             R"("args":[{"box":"a","n":2,"tag":"t2"}]})");
  settle();
  EXPECT_THAT(client.frames.at(0), HasSubstr("\"success\":false"));
  EXPECT_EQ(world.history.applied["t2"], 0);
}

TEST_F(Session, AFailingMutationLeavesNothingAndCarriesItsData) {
  client.connect();
  const auto total = client.subscribe("items:total", "{}");
  const auto request = client.mutate("items:writeAndFail", kAdd);
  settle();
  EXPECT_FALSE(client.outcomes.at(request).success);
  EXPECT_EQ(*client.outcomes.at(request).error_data->find("code")->string(), "conflict");
  EXPECT_EQ(shown(total), "0");
}

TEST_F(Session, OurOwnFaultsAreShownByARequestIdOnly) {
  client.connect();
  const auto broken = client.subscribe("items:broken", "{}");
  settle();
  EXPECT_THAT(client.query(broken).error, HasSubstr("[Request ID: "));
  EXPECT_THAT(client.query(broken).error, Not(HasSubstr("secret")));
  EXPECT_FALSE(client.query(broken).error_data);
}

TEST_F(Session, UnknownFunctionsWrongKindsAndBadArgumentsFailAloneAndTheSocketLives) {
  client.connect();
  const auto unknown = client.subscribe("items:nope", "{}");
  const auto kind = client.subscribe("items:add", "{}");
  const auto args = client.subscribe("items:inBox", R"({"box":7})");
  const auto surplus = client.subscribe("items:total", R"({"x":1})");
  const auto lone = client.subscribe("items:inBox", R"({"box":"\ud800"})");
  const auto good = client.subscribe("items:total", "{}");
  settle();
  EXPECT_THAT(client.query(unknown).error, HasSubstr("Could not find function"));
  EXPECT_THAT(client.query(kind).error, HasSubstr("is a mutation"));
  EXPECT_THAT(client.query(args).error, HasSubstr("ArgumentValidationError: .box"));
  EXPECT_THAT(client.query(surplus).error, HasSubstr("ArgumentValidationError: .x"));
  EXPECT_THAT(client.query(lone).error, HasSubstr("ArgumentValidationError: .box"));
  EXPECT_EQ(shown(good), "0");
  EXPECT_THAT(client.closed_with, IsEmpty());
}

TEST_F(Session, EqualQueriesOfManySocketsRunOnce) {
  TestClient other{world, "session-b"};
  client.connect();
  other.connect();
  client.sign_in("amina");
  other.sign_in("bruno");
  client.subscribe("items:total", "{}");
  other.subscribe("items:total", "{}");
  settle();
  other.read_all();
  EXPECT_EQ(world.engine->counts().runs, 1U);
  EXPECT_EQ(world.engine->counts().live_queries, 1U);
}

TEST_F(Session, AnUnchangedResultIsNotSentAgain) {
  client.connect();
  const auto first = client.subscribe("items:first", R"({"box":"a"})");
  client.mutate("items:add", kAdd);
  settle();
  const int updates = client.query(first).updates;
  client.mutate("items:move", R"({"tag":"t1","box":"a","n":1})");
  settle();
  EXPECT_EQ(client.query(first).updates, updates);
}

TEST_F(Session, SigningInAndOutChangesWhoTheResultsAreFor) {
  client.connect();
  const auto mine = client.subscribe("items:mine", "{}");
  settle();
  EXPECT_EQ(*client.query(mine).error_data->find("code")->string(), "unauthenticated");
  client.sign_in("amina");
  settle();
  EXPECT_EQ(shown(mine), "0");
  client.sign_in("none");
  settle();
  EXPECT_TRUE(client.query(mine).error_data);
  EXPECT_EQ(client.version().identity, 2U);
}

TEST_F(Session, ARefreshedTokenOfTheSamePersonRunsNothingAgain) {
  client.sign_in("amina");
  client.connect();
  const auto mine = client.subscribe("items:mine", "{}");
  settle();
  const auto runs = world.engine->counts().runs;
  client.sign_in("amina@9999");
  settle();
  EXPECT_EQ(client.version().identity, 2U);
  EXPECT_EQ(world.engine->counts().runs, runs);
  EXPECT_EQ(client.query(mine).updates, 1);
}

TEST_F(Session, ABadTokenIsToldAndWhatIsBehindItWaitsUntilTheSocketIsClosed) {
  client.connect();
  settle();
  client.keep_frames = true;
  client.sign_in("bad");
  client.mutate("items:add", kAdd);
  settle();
  EXPECT_THAT(client.frames.at(0), HasSubstr(R"("baseVersion":0,"authUpdateAttempted":true)"));
  EXPECT_EQ(world.history.applied["t1"], 0);
  world.advance(seconds(4));
  EXPECT_THAT(client.closed_with, HasSubstr("1008"));
}

TEST_F(Session, AGoodTokenBehindABadOneReleasesWhatWaited) {
  client.connect();
  settle();
  client.sign_in("bad");
  client.mutate("items:add", kAdd);
  client.say(R"({"type":"Authenticate","baseVersion":0,"tokenType":"User","value":"amina"})");
  settle();
  EXPECT_EQ(world.history.at(client.version().ts).at(0).owner, "amina");
}

// covers H7
TEST_F(Session, AnExpiredTokenIsToldWithTheVersionThatInstalledItAndShowsNothingMore) {
  client.sign_in("amina@60");
  client.connect();
  const auto mine = client.subscribe("items:mine", "{}");
  settle();
  client.keep_frames = true;
  world.advance(seconds(61));
  client.mutate("items:add", kAdd);
  settle();
  EXPECT_THAT(client.frames.at(0), HasSubstr(R"("baseVersion":0,"authUpdateAttempted":false)"));
  EXPECT_EQ(client.query(mine).updates, 1);
  EXPECT_EQ(world.history.applied["t1"], 0);
}

// covers R14
TEST_F(Session, ClosingAUsersRightsAsksTheClientForAnotherToken) {
  client.sign_in("amina");
  client.connect();
  settle();
  world.server->close_user("bruno");
  settle();
  EXPECT_FALSE(client.wants_new_token);
  world.server->close_user("amina");
  settle();
  EXPECT_TRUE(client.wants_new_token);
}

// covers R14
TEST_F(Session, ClosingALoginLeavesTheUsersOtherDevices) {
  client.sign_in("amina#phone");
  client.connect();
  settle();
  for (const auto* login : {"", "laptop"}) {
    world.server->close_login(login);
    settle();
    EXPECT_FALSE(client.wants_new_token);
  }
  world.server->close_login("phone");
  settle();
  EXPECT_TRUE(client.wants_new_token);
}

// covers H5
TEST_F(Session, APingLeavesAfterFifteenSecondsOfSilenceAlsoBeforeConnect) {
  client.keep_frames = true;
  client.connect();
  settle();
  client.frames.clear();
  world.advance(seconds(14));
  client.read_all();
  EXPECT_THAT(client.frames, IsEmpty());
  world.advance(seconds(2));
  client.read_all();
  EXPECT_THAT(client.frames, testing::ElementsAre(R"({"type":"Ping"})"));

  client.cut();
  const auto unconnected = world.server->open(client, {});
  world.advance(seconds(15));
  client.read_all();
  EXPECT_THAT(client.frames, testing::SizeIs(2));
}

TEST_F(Session, AnOversizedOrBrokenMutationIsAnsweredAndAQuerySetClosed) {
  client.keep_frames = true;
  client.connect();
  settle();
  client.frames.clear();
  client.session().on_oversize(
      R"({"type":"Mutation","requestId":9,"udfPath":"items:add","args":[)");
  client.say(R"({"type":"Action","requestId":10,"udfPath":"items:act","args":[{"broken)");
  settle();
  EXPECT_THAT(client.frames.at(0), HasSubstr(R"("requestId":9,"success":false)"));
  EXPECT_THAT(client.frames.at(1), HasSubstr(R"("requestId":10,"success":false)"));
  client.session().on_oversize(R"({"type":"ModifyQuerySet","baseVersion":1)");
  EXPECT_THAT(client.closed_with, HasSubstr("1009"));
}

TEST_F(Session, ASlowReaderGetsOneTransitionForAllItMissed) {
  client.connect();
  const auto total = client.subscribe("items:total", "{}");
  settle();
  client.stalled = true;
  TestClient other{world, "session-b"};
  other.connect();
  for (int i = 0; i < 20; ++i) {
    other.mutate("items:add", R"({"box":"a","n":1,"tag":"t)" + std::to_string(i) + "\"}");
    world.run();
  }
  const int before = client.transitions;
  client.drained();
  settle();
  EXPECT_EQ(shown(total), "20");
  EXPECT_EQ(client.transitions, before + 1);
}

TEST_F(Session, ALargeTransitionComesInPartsThatJoinUp) {
  client.keep_frames = true;
  client.connect();
  const std::string big = std::string(1'500'000, 'x') + "\xC3\xA9";
  const auto echo = client.subscribe("items:echo", "{\"value\":\"" + big + "\"}");
  settle();
  EXPECT_EQ(*client.query(echo).value->string(), big);
  EXPECT_THAT(client.frames, testing::Contains(HasSubstr("TransitionChunk")));
}

TEST_F(Session, ALargeTransitionComesWholeToAClientThatTakesNoParts) {
  client.keep_frames = true;
  client.from_npm = false;
  client.connect();
  const std::string big(1'500'000, 'x');
  const auto echo = client.subscribe("items:echo", "{\"value\":\"" + big + "\"}");
  settle();
  EXPECT_EQ(*client.query(echo).value->string(), big);
  EXPECT_THAT(client.frames, testing::Not(testing::Contains(HasSubstr("TransitionChunk"))));
}

TEST_F(Session, EveryKindOfValueComesBackIdentical) {
  client.connect();
  const std::string value =
      R"({"a":{"$integer":"//////////8="},"b":{"$float":"AAAAAAAAAIA="},)"
      R"("c":{"$float":"AAAAAAAA+H8="},"d":{"$bytes":"AAH/"},"e":[null,true,1.5,"é"]})";
  const auto echo = client.subscribe("items:echo", "{\"value\":" + value + "}");
  settle();
  EXPECT_EQ(shown(echo), value);
}

TEST_F(Session, ProtocolDisagreementClosesAndNeverEndsTheClientForGood) {
  for (const char* frame :
       {R"({"type":"ModifyQuerySet","baseVersion":7,"newVersion":8,"modifications":[]})",
        R"({"type":"Connect","sessionId":"again"})",
        R"({"type":"Authenticate","tokenType":"None"})", "[]", "nonsense",
        R"({"type":"ModifyQuerySet","baseVersion":1,"newVersion":2,"modifications":[{}]})"}) {
    client.connect();
    settle();
    client.say(frame);
    EXPECT_THAT(client.closed_with, Not(IsEmpty())) << frame;
  }
  client.connect();
  client.say(R"({"type":"Event","eventType":"x","event":{}})");
  client.say(R"({"type":"FromTheFuture"})");
  EXPECT_THAT(client.closed_with, IsEmpty());
}

TEST_F(Session, ASocketWithoutConnectIsServedIfItAuthenticatesAndAsksAndClosedAtAMutation) {
  auto session = world.server->open(client, {});
  session->on_text(
      R"({"type":"ModifyQuerySet","baseVersion":0,"newVersion":1,"modifications":[]})");
  EXPECT_THAT(client.closed_with, HasSubstr("1008"));
  client.closed_with.clear();
  client.connect();
  client.cut();

  session = world.server->open(client, {});
  session->on_text(R"({"type":"Authenticate","baseVersion":0,"tokenType":"User","value":"a"})");
  world.advance(milliseconds(300));
  EXPECT_THAT(client.closed_with, HasSubstr("1008"));
  session.reset();
}

TEST_F(Session, AClientThatSendsNoQuerySetIsAnsweredAndItsMutationsCovered) {
  client.keep_frames = true;
  client.from_npm = false;
  client.connect();
  for (const auto* path : {"items:nothing", "items:nowhere", "items:nowhere"}) {
    client.frames.clear();
    client.mutate(path, "{}");
    settle();
    EXPECT_THAT(client.frames, testing::Contains(HasSubstr("MutationResponse"))) << path;
    EXPECT_THAT(client.frames, testing::Contains(HasSubstr(R"("type":"Transition")"))) << path;
  }
}

TEST_F(Session, AFailureThatWaitedForTheFirstTransitionIsFollowedByAnotherForWhoNeedsOne) {
  client.keep_frames = true;
  client.from_npm = false;
  client.connect();
  // Refused before anything was sent, as whatever fails while the first Transition waits.
  client.say(R"({"type":"Mutation","requestId":0,"udfPath":"items:nothing","args":[1]})");
  settle();
  ASSERT_EQ(client.frames.size(), 3U);
  EXPECT_THAT(client.frames[0], HasSubstr(R"("type":"Transition")"));
  EXPECT_THAT(client.frames[1], HasSubstr("MutationResponse"));
  EXPECT_THAT(client.frames[2], HasSubstr(R"("type":"Transition")"));
}

TEST_F(Session, ATransitionTellsHowFarTheClientsClockIsAheadAndWhenItLeft) {
  client.keep_frames = true;
  client.connect();
  settle();
  ASSERT_FALSE(client.frames.empty());
  const auto transition = convex::parse_json(client.frames.front());
  ASSERT_TRUE(transition);
  const auto wall = static_cast<double>(world.wall_nanos());
  // Connect said that it was one millisecond past 1970 there.
  EXPECT_NEAR(*transition->find("clientClockSkew")->number(), 1 - wall / 1e6, 1e6);
  EXPECT_NEAR(*transition->find("serverTs")->number(), wall, 1e12);
}

TEST_F(Session, TheFirstTransitionWaitsForWhatTheClientHasSeenButNotForEver) {
  client.keep_frames = true;
  client.connect();
  settle();
  client.frames.clear();
  // It has seen a state of an hour hence: this database was put back to an older one.
  client.seen({static_cast<std::uint64_t>(world.wall_nanos()) + 3'600'000'000'000});
  client.connect();
  client.subscribe("items:total", "{}");
  settle();
  EXPECT_THAT(client.frames, IsEmpty());
  world.advance(seconds(6));
  settle();
  EXPECT_THAT(client.frames, testing::Contains(HasSubstr("\"Transition\"")));
}

TEST_F(Session, AnIdleSocketIsStillThereAfterFiveMinutes) {
  client.connect();
  const auto total = client.subscribe("items:total", "{}");
  settle();
  for (int i = 0; i < 300; ++i) {
    world.advance(seconds(1));
    settle();
  }
  EXPECT_EQ(client.closed_with, "");
  client.mutate("items:add", kAdd);
  settle();
  EXPECT_EQ(shown(total), "1");
}

TEST_F(Session, ANameThatClientsCannotReadFailsItsOwnQueryAlone) {
  client.connect();
  const auto total = client.subscribe("items:total", "{}");
  const auto named = client.subscribe("items:echo", R"({"value":{"é":1}})");
  settle();
  EXPECT_FALSE(client.query(named).value);
  EXPECT_EQ(shown(total), "0");
}

TEST_F(Session, ActionsAnswerWithoutATransition) {
  client.connect();
  settle();
  client.keep_frames = true;
  client.say(R"({"type":"Action","requestId":0,"udfPath":"items:act",)"
             R"("args":[{"box":"a","n":21,"tag":"t"}]})");
  world.run();
  client.read_all();
  EXPECT_THAT(client.frames.at(0), HasSubstr(R"("result":"42 at http://localhost")"));
}

TEST_F(Session, DrainingAnswersWhatRunsAndThenCloses) {
  client.connect();
  settle();
  client.keep_frames = true;
  client.mutate("items:nothing", "{}");
  world.server->drain();
  EXPECT_THAT(client.closed_with, IsEmpty());
  world.run();
  EXPECT_THAT(client.closed_with, HasSubstr("1012"));
  client.read_all();
  EXPECT_THAT(client.frames, testing::Contains(HasSubstr("MutationResponse")));
}

TEST_F(Session, DrainingTakesNothingNewAndCountsWhoOwesAnswers) {
  client.connect();
  settle();
  client.mutate("items:nothing", "{}");
  world.server->drain();
  EXPECT_EQ(world.server->unanswered(), 1U);
  client.mutate("items:add", kAdd);
  world.run();
  EXPECT_EQ(world.history.applied["t1"], 0);
  EXPECT_EQ(world.server->unanswered(), 0U);
}

}  // namespace
}  // namespace vv::reactive
