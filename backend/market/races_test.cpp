#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "market/testing_world.hpp"

// threat-model.md, section 6: what happens when two people press at once. Both mutations are on
// their way before either is answered, in both orders.
namespace vv::market {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Press {
  std::string who;
  std::string path;
  std::string args;
};

class RacesTest : public testing::TestWithParam<bool> {
 protected:
  /// Sends `a` and `b` together, in the order of the test's parameter.
  /// @return their answers, `a`'s first
  std::pair<Answer, Answer> race(const Press& a, const Press& b) {
    Answer first;
    Answer second;
    if (GetParam()) {
      world.send(first, a.who, a.path, a.args);
      world.send(second, b.who, b.path, b.args);
    } else {
      world.send(second, b.who, b.path, b.args);
      world.send(first, a.who, a.path, a.args);
    }
    world.wait_for(first);
    world.wait_for(second);
    EXPECT_EQ(broken_invariant(world), "");
    return {first, second};
  }
  /// The same when one must win and the other be told.
  void expect_one_wins(const Press& a, const Press& b) {
    const auto [first, second] = race(a, b);
    EXPECT_EQ(GetParam() ? first.code() : second.code(), "ok");
    EXPECT_EQ(GetParam() ? second.code() : first.code(), "conflict");
    EXPECT_NE((GetParam() ? second : first).present_status(), "") << "it says where things stand";
  }

  static Press moving(const std::string& who, const std::string& which, const char* status) {
    return {who, "offres:updateOffreStatus", World::move_args(which, status)};
  }
  static Press ending(const std::string& who, const std::string& session) {
    return {who, "meetSessions:endMeetSession", World::session_args(session)};
  }
  static Press cancelling(const std::string& who, const std::string& session) {
    return {who, "meetSessions:cancel", World::session_args(session)};
  }
  Answer meet(const std::string& session) {
    return world.query(amina, "meetSessions:getMeetSession", World::session_args(session));
  }

  World world;
  std::string amina = world.add_user("amina");
  std::string bruno = world.add_user("bruno");
  std::string chloe = world.add_user("chloe");
  std::string demande = world.add_demande(amina);
  std::string offre = world.add_offre(bruno, demande);
};

// covers R1, I1
TEST_P(RacesTest, TwoOffresAcceptedAtOnceLeaveOneAccepted) {
  const std::string other = world.add_offre(chloe, demande);
  expect_one_wins(moving(amina, offre, "accepted"), moving(amina, other, "accepted"));
}

// covers R2
TEST_P(RacesTest, TheSameOffreAcceptedTwiceGivesOnePair) {
  const auto [a, b] = race(moving(amina, offre, "accepted"), moving(amina, offre, "accepted"));
  EXPECT_EQ(a.code(), "ok");
  EXPECT_EQ(a.value, b.value);
  world.mutate(bruno, "meetSessions:endMeetSession", World::session_args(a.text("meetSessionId")));
  EXPECT_EQ(world.move(amina, offre, "accepted").value, a.value) << "also after it has ended";
}

// covers R3
TEST_P(RacesTest, AcceptAgainstWithdraw) {
  expect_one_wins(moving(amina, offre, "accepted"), moving(bruno, offre, "withdrawn"));
}

// covers R4
TEST_P(RacesTest, AcceptAgainstCancel) {
  expect_one_wins(moving(amina, offre, "accepted"),
                  {amina, "demandes:cancel", World::demande_args(demande)});
}

// covers R5, I2
TEST_P(RacesTest, ANewOffreAgainstAcceptIsRefusedOrRejectedNeverPending) {
  const Press fresh = {chloe, "offres:create",
                       format(R"({{"demandeId":"{}","prixPropose":1,"message":""}})", demande)};
  const auto [accepted, created] = race(moving(amina, offre, "accepted"), fresh);
  EXPECT_EQ(accepted.code(), "ok");
  if (GetParam()) {
    EXPECT_EQ(created.code(), "conflict");
  } else {
    const Answer sent = world.query(chloe, "offres:sent", World::page(9));
    EXPECT_EQ(Answer::text_in(sent.item(0), "status"), "rejected");
  }
}

// covers R5
TEST_P(RacesTest, ANewOffreAgainstCancelIsRefusedOrRejectedNeverPending) {
  const Press fresh = {chloe, "offres:create",
                       format(R"({{"demandeId":"{}","prixPropose":1,"message":""}})", demande)};
  const auto [cancelled, created] =
      race({amina, "demandes:cancel", World::demande_args(demande)}, fresh);
  EXPECT_EQ(cancelled.code(), "ok");
  EXPECT_EQ(created.code(), GetParam() ? "conflict" : "ok");
}

// covers I2
TEST_P(RacesTest, OnePersonOffersTwiceAtOnceAndOneStands) {
  const Press fresh = {chloe, "offres:create",
                       format(R"({{"demandeId":"{}","prixPropose":1,"message":""}})", demande)};
  expect_one_wins(fresh, fresh);
}

// covers R6, I4
TEST_P(RacesTest, BothHangUpAndTheFirstEndedIt) {
  const Answer pair = world.move(amina, offre, "accepted");
  const std::string session = pair.text("meetSessionId");
  const auto [a, b] = race(ending(amina, session), ending(bruno, session));
  EXPECT_EQ(a.code(), "ok");
  EXPECT_EQ(b.code(), "ok");
  EXPECT_EQ(meet(session).text("status"), "completed");
  EXPECT_EQ(meet(session).text("endedBy"), GetParam() ? amina : bruno);
  EXPECT_THAT(world.video.closed(), ElementsAre(pair.text("callId"))) << "once";
}

// covers R7
TEST_P(RacesTest, CancelAgainstTheSecondJoin) {
  const Answer pair = world.move(amina, offre, "accepted");
  const std::string session = pair.text("meetSessionId");
  const std::string room = pair.text("callId");
  world.doorkeeper->joined(room, amina);
  Answer cancelled;
  const Press press = cancelling(bruno, session);
  if (GetParam()) world.doorkeeper->joined(room, bruno);
  world.send(cancelled, press.who, press.path, press.args);
  if (!GetParam()) world.doorkeeper->joined(room, bruno);
  world.wait_for(cancelled);
  world.settle();
  if (GetParam()) {
    EXPECT_EQ(cancelled.code(), "conflict");
    EXPECT_THAT(world.video.removed(), IsEmpty());
  } else {
    EXPECT_EQ(cancelled.code(), "ok");
    EXPECT_THAT(world.video.removed(), ElementsAre(bruno + "@" + room));
    EXPECT_THAT(world.video.closed(), ElementsAre(room));
  }
  EXPECT_EQ(broken_invariant(world), "");
}

// covers R8, R9, H10
TEST_P(RacesTest, WhoComesBackAfterTheEndIsRefusedOrPutOut) {
  const Answer pair = world.move(amina, offre, "accepted");
  const std::string session = pair.text("meetSessionId");
  const std::string room = pair.text("callId");
  EXPECT_TRUE(world.doorkeeper->may_join(room, amina));
  EXPECT_FALSE(world.doorkeeper->may_join(room, chloe));
  EXPECT_FALSE(world.doorkeeper->may_join("meet_unknown", amina));
  world.mutate(bruno, "meetSessions:endMeetSession", World::session_args(session));

  EXPECT_FALSE(world.doorkeeper->may_join(room, amina));
  const Answer refused = world.act(amina, "video:join", World::session_args(session));
  EXPECT_EQ(refused.code(), "conflict");
  EXPECT_EQ(refused.present_status(), "completed");
  world.doorkeeper->joined(room, amina);  // a join that was admitted a moment too early
  world.settle();
  EXPECT_THAT(world.video.removed(), ElementsAre(amina + "@" + room));
  EXPECT_EQ(broken_invariant(world), "");
}

// covers R10
TEST_P(RacesTest, StartTwiceGivesOneSession) {
  const Answer first = world.move(amina, offre, "accepted");
  EXPECT_EQ(world.mutate(bruno, "meetSessions:start", World::offre_args(offre)).value, first.value)
      << "against the active session";
  world.mutate(bruno, "meetSessions:endMeetSession",
               World::session_args(first.text("meetSessionId")));
  const auto [a, b] = race({amina, "meetSessions:start", World::offre_args(offre)},
                           {bruno, "meetSessions:start", World::offre_args(offre)});
  EXPECT_EQ(a.code(), "ok");
  EXPECT_EQ(a.value, b.value);
  EXPECT_NE(a.text("callId"), first.text("callId")) << "an ended callId is never used again";
}

// covers R6, R7
TEST_P(RacesTest, HangUpAgainstCancelEndsItOnce) {
  const Answer pair = world.move(amina, offre, "accepted");
  const std::string session = pair.text("meetSessionId");
  expect_one_wins(ending(amina, session), cancelling(bruno, session));
  EXPECT_EQ(meet(session).text("status"), GetParam() ? "completed" : "cancelled");
}

INSTANTIATE_TEST_SUITE_P(BothOrders, RacesTest, testing::Bool(), [](const auto& each) {
  return each.param ? "FirstFirst" : "SecondFirst";
});

}  // namespace
}  // namespace vv::market
