#include "market/presence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "market/testing_world.hpp"

namespace vv::market {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PresenceTest : public testing::Test {
 protected:
  PresenceTest() {
    const Answer pair =
        world.move(amina, world.add_offre(bruno, world.add_demande(amina)), "accepted");
    session = pair.text("meetSessionId");
    room = pair.text("callId");
  }
  std::vector<std::string> present() {
    const Answer meet =
        world.query(bruno, "meetSessions:getMeetSession", World::session_args(session));
    std::vector<std::string> ids;
    for (const Value& id : *meet.value.find("present")->array()) ids.push_back(*id.string());
    return ids;
  }
  std::string status() {
    return world.query(bruno, "meetSessions:getMeetSession", World::session_args(session))
        .text("status");
  }
  void joined(const std::string& who) {
    world.doorkeeper->joined(room, who);
    world.settle();
  }
  void left(const std::string& who) {
    world.doorkeeper->left(room, who);
    world.settle();
  }
  void reap() {
    world.tick();
    EXPECT_EQ(broken_invariant(world), "");
  }

  World world;
  std::string amina = world.add_user("amina");
  std::string bruno = world.add_user("bruno");
  std::string session;
  std::string room;
};

TEST_F(PresenceTest, IsSeenByBothParties) {
  EXPECT_THAT(present(), IsEmpty());
  joined(amina);
  EXPECT_THAT(present(), ElementsAre(amina));
  joined(bruno);
  EXPECT_THAT(present(), ElementsAre(amina, bruno));
  left(amina);
  EXPECT_THAT(present(), ElementsAre(bruno));
}

// covers I6, R13
TEST_F(PresenceTest, LosingItNeverEndsASession) {
  for (int i = 0; i < 50; ++i) {
    joined(amina);
    joined(bruno);
    left(amina);
    left(bruno);
    world.advance(minutes(29));
    reap();
    ASSERT_EQ(status(), "active");
  }
}

// covers R12
TEST_F(PresenceTest, TheReaperCompletesWhatBothLeftHalfAnHourAgo) {
  joined(amina);
  left(amina);
  world.advance(kBothAbsentLimit - milliseconds(1));
  reap();
  EXPECT_EQ(status(), "active");
  world.advance(milliseconds(1));
  reap();
  EXPECT_EQ(status(), "completed");
  EXPECT_EQ(world.query(amina, "meetSessions:getMeetSession", World::session_args(session))
                .text("endedBy"),
            "system");
  EXPECT_THAT(world.video.closed(), ElementsAre(room));
}

// covers R12
TEST_F(PresenceTest, TheReaperCancelsWhatNobodyJoinedForADay) {
  world.advance(kNeverJoinedLimit - milliseconds(1));
  reap();
  EXPECT_EQ(status(), "active");
  world.advance(milliseconds(1));
  reap();
  EXPECT_EQ(status(), "cancelled");
}

// covers R12
TEST_F(PresenceTest, TheReaperLeavesACallAloneWhileOneIsThere) {
  joined(amina);
  world.advance(days(3));
  reap();
  EXPECT_EQ(status(), "active");
}

// covers R12, R11: absence counts server uptime, so a restart starts it afresh
TEST_F(PresenceTest, ARestartEmptiesRoomsAndStartsTheAbsenceAfresh) {
  joined(amina);
  joined(bruno);
  world.advance(hours(10));  // down
  ASSERT_TRUE(world.doorkeeper->reset());
  EXPECT_THAT(present(), IsEmpty());
  world.advance(minutes(29));
  reap();
  EXPECT_EQ(status(), "active");
  world.advance(minutes(2));
  reap();
  EXPECT_EQ(status(), "completed");
}

// covers F12
TEST_F(PresenceTest, AClockThatIsSetEndsNoSession) {
  for (const Duration step : {hours(1), -hours(1), days(1), -days(1), days(2)}) {
    world.set_clock(step);
    reap();
    ASSERT_EQ(status(), "active") << step.as_seconds();
  }
  joined(amina);
  left(amina);
  for (const Duration step : {hours(1), -hours(1), days(1), -days(1), days(2)}) {
    world.set_clock(step);
    reap();
    ASSERT_EQ(status(), "active") << step.as_seconds();
  }
  world.advance(kBothAbsentLimit);
  reap();
  EXPECT_EQ(status(), "completed");
}

TEST_F(PresenceTest, LeavingAfterTheEndChangesNothing) {
  joined(amina);
  world.mutate(bruno, "meetSessions:endMeetSession", World::session_args(session));
  left(amina);
  EXPECT_EQ(broken_invariant(world), "");
  EXPECT_EQ(status(), "completed");
}

}  // namespace
}  // namespace vv::market
