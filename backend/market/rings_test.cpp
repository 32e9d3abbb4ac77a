#include "market/rings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "market/testing_world.hpp"
#include "market/text.hpp"

namespace vv::market {
namespace {

using testing::ElementsAre;

class RingsTest : public testing::Test {
 protected:
  RingsTest() {
    offre = world.add_offre(bruno, world.add_demande(amina));
    const Answer pair = world.move(amina, offre, "accepted");
    session = pair.text("meetSessionId");
    room = pair.text("callId");
  }
  Answer meet(const std::string& who) {
    return world.query(who, "meetSessions:getMeetSession", World::session_args(session));
  }
  /// What the other party is told of this one's ring; each sees the same of the same.
  Value ring_of(const std::string& who) {
    const std::string other = who == amina ? bruno : amina;
    const Value seen = *meet(other).value.find("ringAutre");
    EXPECT_EQ(seen, *meet(who).value.find("ring"));
    return seen;
  }
  std::string status_of(const std::string& who) { return Answer::text_in(ring_of(who), "status"); }
  double count_of(const std::string& who, const char* what) {
    return *ring_of(who).find(what)->number();
  }
  bool says(const std::string& who, const char* what) {
    return *ring_of(who).find(what)->boolean();
  }
  Answer press(const std::string& who, const std::string& what) {
    const Answer answer = world.mutate(who, "meetSessions:" + what, World::session_args(session));
    EXPECT_EQ(broken_invariant(world), "");
    return answer;
  }
  Answer decline(const std::string& who, const std::string& message) {
    return world.mutate(who, "meetSessions:decline",
                        format(R"({{"sessionId":"{}","message":"{}"}})", session, message));
  }
  Answer shown(const std::string& who, const std::string& device, const std::string& sign) {
    return world.mutate(
        who, "meetSessions:ringShown",
        format(R"({{"sessionId":"{}","device":"{}","sign":"{}"}})", session, device, sign));
  }
  void pass(Duration time) {
    world.advance(time);
    world.tick();
    EXPECT_EQ(broken_invariant(world), "");
  }
  void joined(const std::string& who) {
    world.doorkeeper->joined(room, who);
    world.settle();
  }
  void left(const std::string& who) {
    world.doorkeeper->left(room, who);
    world.settle();
  }
  std::size_t missed(const std::string& who) {
    return world.query(who, "meetSessions:missedCalls", "{}").size();
  }

  World world;
  std::string amina = world.add_user("amina");
  std::string bruno = world.add_user("bruno");
  std::string offre;
  std::string session;
  std::string room;
};

TEST_F(RingsTest, WhoAcceptsRingsTheOtherAndNotThemselves) {
  EXPECT_EQ(status_of(bruno), "ringing");
  EXPECT_EQ(status_of(amina), "answered");
}

TEST_F(RingsTest, WhoStartsAnotherCallRingsTheOther) {
  press(amina, "endMeetSession");
  session =
      world.mutate(bruno, "meetSessions:start", World::offre_args(offre)).text("meetSessionId");
  EXPECT_EQ(status_of(amina), "ringing");
  EXPECT_EQ(status_of(bruno), "answered");
}

TEST_F(RingsTest, TheCallerIsToldWhatDevicesSaidAndNothingElse) {
  EXPECT_EQ(count_of(bruno, "shownOn"), 0);
  shown(bruno, "phone", "shown");
  EXPECT_EQ(count_of(bruno, "shownOn"), 1);
  EXPECT_EQ(count_of(bruno, "ringingOn"), 0);
  shown(bruno, "phone", "rings");
  shown(bruno, "desk", "rings");
  shown(bruno, "desk", "rings");
  EXPECT_EQ(count_of(bruno, "shownOn"), 2);
  EXPECT_EQ(count_of(bruno, "ringingOn"), 2);
  shown(bruno, "desk", "shown");  // its × was pressed
  EXPECT_EQ(count_of(bruno, "ringingOn"), 1);
  EXPECT_EQ(status_of(bruno), "ringing") << "hiding a card refuses nothing";
  EXPECT_EQ(shown(bruno, "../x", "rings").code(), "invalid");
  EXPECT_EQ(shown(bruno, std::string(65, 'x'), "rings").code(), "invalid");
}

TEST_F(RingsTest, DevicesThatAreCountedHaveABound) {
  for (std::size_t i = 0; i < kMaxRingDevices + 5; ++i) {
    EXPECT_EQ(shown(bruno, format("d{}", i), "rings").code(), "ok");
  }
  EXPECT_EQ(count_of(bruno, "shownOn"), static_cast<double>(kMaxRingDevices));
}

TEST_F(RingsTest, RingsFor45SecondsAndIsMissedThen) {
  pass(kRingFor - milliseconds(1));
  EXPECT_EQ(status_of(bruno), "ringing");
  pass(milliseconds(1));
  EXPECT_EQ(status_of(bruno), "missed");
  EXPECT_EQ(meet(bruno).text("status"), "active") << "one may still come";
  EXPECT_EQ(missed(bruno), 1U);
  EXPECT_EQ(missed(amina), 0U);
}

TEST_F(RingsTest, ARingOutlivesTheProcessAndTheClockThatIsSet) {
  world.set_clock(days(1));
  pass(seconds(44));
  EXPECT_EQ(status_of(bruno), "ringing");
  world.crash(world.disk.image());
  pass(seconds(45));
  EXPECT_EQ(status_of(bruno), "missed");
}

TEST_F(RingsTest, AMissedCallIsListedUntilItIsPutAwayOrAnswered) {
  pass(kRingFor);
  const Answer calls = world.query(bruno, "meetSessions:missedCalls", "{}");
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(Answer::text_in(calls.item(0), "sessionId"), session);
  EXPECT_EQ(Answer::text_in(calls.item(0), "offreId"), offre);
  EXPECT_EQ(Answer::text_in(*calls.item(0).find("autre"), "name"), "amina");
  press(bruno, "dismissMissed");
  EXPECT_EQ(missed(bruno), 0U);
  press(amina, "ring");
  pass(kRingFor);
  EXPECT_EQ(missed(bruno), 1U);
  press(bruno, "answer");
  EXPECT_EQ(missed(bruno), 0U);
}

TEST_F(RingsTest, ACallerWhoGivesUpHasCalledAllTheSame) {
  press(amina, "cancel");
  EXPECT_EQ(status_of(bruno), "cancelled");
  EXPECT_EQ(missed(bruno), 1U);
}

TEST_F(RingsTest, WhoEndsItThemselvesHasMissedNothing) {
  press(bruno, "cancel");
  EXPECT_EQ(missed(bruno), 0U);
}

TEST_F(RingsTest, AnsweringStopsItAndComingIntoTheRoomDoesToo) {
  shown(bruno, "phone", "rings");
  EXPECT_EQ(press(bruno, "answer").code(), "ok");
  EXPECT_EQ(press(bruno, "answer").code(), "ok");
  EXPECT_EQ(status_of(bruno), "answered");
  EXPECT_EQ(count_of(bruno, "shownOn"), 0);
  EXPECT_EQ(press(amina, "ring").code(), "ok") << "they answered and did not come";
  EXPECT_EQ(status_of(bruno), "ringing");
  joined(bruno);
  EXPECT_EQ(status_of(bruno), "answered");
  pass(kRingFor);
  EXPECT_EQ(status_of(bruno), "answered");
}

TEST_F(RingsTest, PutOffItRingsAgainInFiveMinutesOnce) {
  EXPECT_TRUE(says(bruno, "canSnooze"));
  EXPECT_EQ(press(bruno, "snooze").code(), "ok");
  EXPECT_EQ(status_of(bruno), "snoozed");
  EXPECT_EQ(press(amina, "ring").present_status(), "snoozed") << "they asked for five minutes";
  pass(kSnoozeFor - milliseconds(1));
  EXPECT_EQ(status_of(bruno), "snoozed");
  pass(milliseconds(1));
  EXPECT_EQ(status_of(bruno), "ringing");
  EXPECT_FALSE(says(bruno, "canSnooze"));
  EXPECT_EQ(press(bruno, "snooze").code(), "conflict");
  pass(kRingFor);
  EXPECT_EQ(status_of(bruno), "missed");
}

TEST_F(RingsTest, DecliningEndsTheMeetingWithWhatWasSaid) {
  EXPECT_EQ(decline(bruno, std::string(kMaxReason + 1, 'x')).code(), "invalid");
  EXPECT_EQ(decline(bruno, " Demain plutôt. ").code(), "ok");
  EXPECT_EQ(decline(bruno, "encore").code(), "ok") << "twice is no error";
  EXPECT_EQ(status_of(bruno), "declined");
  EXPECT_EQ(Answer::text_in(ring_of(bruno), "message"), "Demain plutôt.");
  EXPECT_EQ(meet(amina).text("status"), "cancelled");
  EXPECT_EQ(meet(amina).text("endedBy"), bruno);
  EXPECT_EQ(missed(bruno), 0U);
  EXPECT_THAT(world.video.closed(), ElementsAre(room));
  EXPECT_EQ(press(amina, "ring").present_status(), "cancelled");
  EXPECT_EQ(broken_invariant(world), "");
}

TEST_F(RingsTest, DecliningToComeBackCompletesAMeetingThatTookPlace) {
  joined(amina);
  joined(bruno);
  left(bruno);
  press(amina, "ring");
  EXPECT_EQ(decline(bruno, "").code(), "ok");
  EXPECT_EQ(meet(amina).text("status"), "completed");
}

TEST_F(RingsTest, NobodyInTheRoomIsRungAndNobodyIsRungForEver) {
  joined(bruno);
  EXPECT_EQ(press(amina, "ring").code(), "conflict");
  EXPECT_FALSE(says(bruno, "canRing"));
  left(bruno);
  for (std::int64_t i = 1; i < kMaxRings; ++i) {
    EXPECT_TRUE(says(bruno, "canRing"));
    EXPECT_EQ(press(amina, "ring").code(), "ok") << i;
    EXPECT_EQ(press(amina, "ring").code(), "ok") << "it rings already";
    pass(kRingFor);
  }
  EXPECT_EQ(press(amina, "ring").code(), "rate_limited");
  EXPECT_FALSE(says(bruno, "canRing"));
}

TEST_F(RingsTest, NothingRingsOnceTheMeetingHasEnded) {
  press(amina, "endMeetSession");
  EXPECT_EQ(status_of(bruno), "cancelled");
  EXPECT_EQ(shown(bruno, "phone", "rings").code(), "ok") << "too late is no error";
  EXPECT_EQ(count_of(bruno, "shownOn"), 0);
  EXPECT_EQ(press(bruno, "answer").present_status(), "completed");
  EXPECT_EQ(press(bruno, "snooze").present_status(), "completed");
  EXPECT_EQ(decline(bruno, "").present_status(), "completed");
  pass(kRingFor);
  EXPECT_EQ(status_of(bruno), "cancelled");
}

/// Two presses on their way before either is answered, in both orders.
class RingRaces : public RingsTest, public testing::WithParamInterface<bool> {
 protected:
  std::pair<Answer, Answer> race(const std::string& who_a, const std::string& a,
                                 const std::string& who_b, const std::string& b) {
    Answer first;
    Answer second;
    const std::string args = World::session_args(session);
    if (GetParam()) world.send(first, who_a, "meetSessions:" + a, args);
    world.send(second, who_b, "meetSessions:" + b, args);
    if (!GetParam()) world.send(first, who_a, "meetSessions:" + a, args);
    world.wait_for(first);
    world.wait_for(second);
    EXPECT_EQ(broken_invariant(world), "");
    return {first, second};
  }
};

TEST_P(RingRaces, AnsweredOnTwoDevicesAtOnce) {
  const auto [a, b] = race(bruno, "answer", bruno, "answer");
  EXPECT_EQ(a.code(), "ok");
  EXPECT_EQ(b.code(), "ok");
  EXPECT_EQ(status_of(bruno), "answered");
}

TEST_P(RingRaces, AnsweredOnOneDeviceAndDeclinedOnTheOther) {
  const auto [answered, declined] = race(bruno, "answer", bruno, "decline");
  EXPECT_EQ(answered.code(), GetParam() ? "ok" : "conflict");
  EXPECT_EQ(declined.code(), GetParam() ? "conflict" : "ok");
  EXPECT_EQ(meet(amina).text("status"), GetParam() ? "active" : "cancelled");
}

TEST_P(RingRaces, DeclinedAsSomebodyJoinsOnAnotherDevice) {
  Answer declined;
  if (GetParam()) world.doorkeeper->joined(room, bruno);
  world.send(declined, bruno, "meetSessions:decline", World::session_args(session));
  if (!GetParam()) world.doorkeeper->joined(room, bruno);
  world.wait_for(declined);
  world.settle();
  EXPECT_EQ(declined.code(), GetParam() ? "conflict" : "ok") << "a call that stands is hung up";
  EXPECT_EQ(meet(amina).text("status"), GetParam() ? "active" : "cancelled");
  EXPECT_EQ(broken_invariant(world), "");
}

TEST_P(RingRaces, EndedWhileItRings) {
  const auto [ended, declined] = race(amina, "endMeetSession", bruno, "decline");
  EXPECT_EQ(declined.code(), GetParam() ? "conflict" : "ok");
  EXPECT_EQ(ended.code(), GetParam() ? "ok" : "conflict");
  EXPECT_EQ(meet(bruno).text("status"), GetParam() ? "completed" : "cancelled");
}

TEST_P(RingRaces, AnsweredAsTheCallerGivesUp) {
  const auto [cancelled, answered] = race(amina, "cancel", bruno, "answer");
  EXPECT_EQ(cancelled.code(), "ok");
  EXPECT_EQ(answered.code(), GetParam() ? "conflict" : "ok");
  EXPECT_EQ(status_of(bruno), GetParam() ? "cancelled" : "answered");
}

TEST_P(RingRaces, PutOffOnOneDeviceAndAnsweredOnTheOther) {
  const auto [put_off, answered] = race(bruno, "snooze", bruno, "answer");
  EXPECT_EQ(put_off.code(), GetParam() ? "ok" : "conflict");
  EXPECT_EQ(answered.code(), "ok");
  EXPECT_EQ(status_of(bruno), "answered");
}

INSTANTIATE_TEST_SUITE_P(BothOrders, RingRaces, testing::Bool(), [](const auto& each) {
  return each.param ? "FirstFirst" : "SecondFirst";
});

}  // namespace
}  // namespace vv::market
