#include "reactive/scheduler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "reactive/testing_scheduler.hpp"
#include "reactive/testing_world.hpp"

namespace vv::reactive {
namespace {

using testing::IsEmpty;

TEST(Scheduler, RunsACallOnceItsDelayHasPassedAndNotBefore) {
  ScheduledWorld world;
  world.after(minutes(30), kWrite, "a");
  world.live(minutes(30) - seconds(1));
  EXPECT_EQ(world.notes("a"), 0U);
  world.live(seconds(1));
  EXPECT_EQ(world.notes("a"), 1U);
  EXPECT_THAT(world.rows(), IsEmpty());
  world.live(hours(1), seconds(10));
  EXPECT_EQ(world.notes("a"), 1U);
}

TEST(Scheduler, WhatIsDueAtOnceDoesNotWaitForTheNextLookAtTheClock) {
  ScheduledWorld world;
  world.after({}, kWrite, "a");
  world.run();
  EXPECT_EQ(world.notes("a"), 1U);
}

TEST(Scheduler, ADateIsReachedWhenTheWallClockShowsIt) {
  ScheduledWorld world;
  world.set_clock(hours(5));
  ASSERT_TRUE(world.mutate([&](MutationContext& ctx) -> Status {
    VV_TRY(ctx.at(world.wall + minutes(10), kWrite, {"a"}));
    return {};
  }));
  world.live(minutes(10) - seconds(1));
  EXPECT_EQ(world.notes("a"), 0U);
  world.live(seconds(1));
  EXPECT_EQ(world.notes("a"), 1U);
}

TEST(Scheduler, AMutationThatIsRefusedSchedulesNothing) {
  ScheduledWorld world;
  EXPECT_FALSE(world.mutate([&](MutationContext& ctx) -> Status {
    VV_TRY(ctx.after({}, kWrite, {"a"}));
    return conflict("no");
  }));
  EXPECT_THAT(world.rows(), IsEmpty());
  world.live(minutes(1));
  EXPECT_EQ(world.notes("a"), 0U);
}

TEST(Scheduler, ACallCanBeTakenBackUntilItHasRun) {
  ScheduledWorld world;
  const auto cancel = [&](const ScheduledId& id) {
    bool taken = false;
    EXPECT_TRUE(world.mutate([&](MutationContext& ctx) -> Status {
      VV_ASSIGN_OR_RETURN(taken, ctx.cancel(id));
      return {};
    }));
    return taken;
  };
  const ScheduledId first = world.after(minutes(1), kWrite, "a");
  EXPECT_TRUE(cancel(first));
  EXPECT_FALSE(cancel(first));
  const ScheduledId second = world.after(minutes(1), kWrite, "b");
  world.live(minutes(2));
  EXPECT_FALSE(cancel(second));
  EXPECT_EQ(world.notes("a"), 0U);
  EXPECT_EQ(world.notes("b"), 1U);
}

TEST(Scheduler, ACallMayScheduleTheNext) {
  ScheduledWorld world;
  world.after({}, kWriteTwice, "a");
  world.run();
  EXPECT_EQ(world.notes("a"), 1U);
  world.live(minutes(1));
  EXPECT_EQ(world.notes("a"), 2U);
}

TEST(Scheduler, ManyThatAreDueAtOnceAllRunOnce) {
  ScheduledWorld world;
  for (int i = 0; i < 200; ++i) world.after(seconds(10), kWrite, "a");
  world.live(seconds(10));
  EXPECT_EQ(world.notes("a"), 200U);
}

TEST(Scheduler, WhatIsDueWhileNoProcessRunsRunsAtTheNextStart) {
  ScheduledWorld world;
  world.after(minutes(30), kWrite, "a");
  world.restart(hours(10));
  world.live(seconds(1));
  EXPECT_EQ(world.notes("a"), 1U);
  world.restart();
  world.live(minutes(10));
  EXPECT_EQ(world.notes("a"), 1U);
}

// covers F1
TEST(Scheduler, KilledBetweenAnyTwoStepsACallTakesEffectOnce) {
  for (int steps = 0; steps < 8; ++steps) {
    ScheduledWorld world;
    world.after(seconds(1), kWrite, "a");
    world.pass(seconds(1));
    world.scheduler->tick();
    for (int i = 0; i < steps; ++i) world.run_once();
    world.restart();
    world.live(minutes(1));
    EXPECT_EQ(world.notes("a"), 1U) << steps;
    EXPECT_THAT(world.rows(), IsEmpty());
  }
}

TEST(Scheduler, ACallThatIsRefusedIsTriedAgainLaterAndLater) {
  ScheduledWorld world;
  world.refusing = true;
  world.after({}, kWriteIfLet, "a");
  world.run();
  const auto attempts = [&] { return world.rows().front().attempts; };
  EXPECT_EQ(attempts(), 1);
  world.live(kFirstRetry - seconds(1));
  EXPECT_EQ(attempts(), 1);
  world.live(seconds(1));
  EXPECT_EQ(attempts(), 2);
  world.live(kFirstRetry * 2 - seconds(1));
  EXPECT_EQ(attempts(), 2);
  world.refusing = false;
  world.live(seconds(1));
  EXPECT_EQ(world.notes("a"), 1U);  // what the refused ones wrote is undone
  EXPECT_THAT(world.rows(), IsEmpty());
}

TEST(Scheduler, ACallThatFailsTooOftenIsRecordedAndForgottenAfterAMonth) {
  ScheduledWorld world;
  world.refusing = true;
  world.after({}, kWriteIfLet, "a");
  world.run();
  world.live(hours(1), seconds(5));
  ASSERT_EQ(world.rows().size(), 1U);
  EXPECT_EQ(world.rows().front().attempts, kMaxAttempts);
  EXPECT_EQ(world.rows().front().status, CallState::Failed);
  EXPECT_EQ(world.rows().front().last_error, "not now");
  const auto purge = [&] {
    EXPECT_TRUE(world.mutate([&](MutationContext& ctx) -> Status {
      VV_ASSIGN_OR_RETURN(const std::size_t gone,
                          purge_failed_calls(ctx.db, ctx.now() - kFailedCallAge, 10));
      static_cast<void>(gone);
      return {};
    }));
  };
  world.pass(days(29));
  purge();
  EXPECT_EQ(world.rows().size(), 1U);
  world.pass(days(1));
  purge();
  EXPECT_THAT(world.rows(), IsEmpty());
}

TEST(Scheduler, ACallThatEndsTheProcessEachTimeIsGivenUp) {
  ScheduledWorld world;
  world.after({}, kWrite, "a");
  for (int i = 0; i < 10; ++i) {
    world.restart(minutes(5));
    world.scheduler->tick();  // claimed, and then the process dies
  }
  EXPECT_EQ(world.notes("a"), 0U);
  ASSERT_EQ(world.rows().size(), 1U);
  EXPECT_EQ(world.rows().front().status, CallState::Failed);
}

// covers F12
TEST(Scheduler, AClockThatIsSetMovesNothing) {
  for (const Duration step : {hours(1), -hours(1), days(1), -days(1)}) {
    ScheduledWorld world;
    world.after(minutes(30), kWrite, "a");
    world.live(minutes(10), seconds(5));
    world.set_clock(step);
    world.live(minutes(20) - seconds(5), seconds(5));
    EXPECT_EQ(world.notes("a"), 0U) << step.as_seconds();
    world.live(seconds(5));
    EXPECT_EQ(world.notes("a"), 1U) << step.as_seconds();
  }
}

// covers F12
TEST(Scheduler, AClockThatWasSetMovesNothingAfterARestartEither) {
  for (const Duration step : {hours(1), -hours(1), days(1), -days(1)}) {
    ScheduledWorld world;
    world.after(minutes(30), kWrite, "a");
    world.live(minutes(10), seconds(5));
    world.set_clock(step);
    world.live(minutes(10), seconds(5));
    world.restart();
    world.live(minutes(10) - seconds(5), seconds(5));
    EXPECT_EQ(world.notes("a"), 0U) << step.as_seconds();
    world.live(seconds(5));
    EXPECT_EQ(world.notes("a"), 1U) << step.as_seconds();
  }
}

// covers F12
TEST(Scheduler, AClockSetBackWhileNoProcessRunsHoldsNothingBack) {
  ScheduledWorld world(
      [](Internals& internals) { internals.cron("sweep", Recurrence::every(minutes(1)), kSweep); });
  world.live(hours(1), seconds(20));
  world.after(minutes(30), kWrite, "a");
  world.live(minutes(1), seconds(20));
  world.end();
  world.set_clock(-days(1));
  world.begin();
  world.live(minutes(30), seconds(20));
  EXPECT_EQ(world.notes("a"), 1U);
}

TEST(Recurrence, AnHourlyOneFallsOnItsMinuteAndADailyOneOnItsTime) {
  constexpr std::int64_t kMidnight = 1'795'392'000'000;  // 2026-11-23
  const auto at = [](Duration time) { return UnixMillis{kMidnight} + time; };
  const Recurrence hourly = Recurrence::hourly(5);
  EXPECT_EQ(hourly.first(at(minutes(4))), at(minutes(5)));
  EXPECT_EQ(hourly.next(at(minutes(5))), at(minutes(65)));
  EXPECT_EQ(hourly.next(at(minutes(64))), at(minutes(65)));
  const Recurrence daily = Recurrence::daily(3, 10);
  EXPECT_EQ(daily.next(at({})), at(minutes(190)));
  EXPECT_EQ(daily.next(at(minutes(190))), at(days(1) + minutes(190)));
  const Recurrence every = Recurrence::every(minutes(7));
  EXPECT_EQ(every.first(at({})), at({}));
  EXPECT_EQ(every.next(at({})), at(minutes(7)));
}

TEST(Crons, RunAtTheirTimesAlsoAcrossRestarts) {
  ScheduledWorld world([](Internals& internals) {
    internals.cron("sweep", Recurrence::every(minutes(10)), kSweep);
  });
  world.live(minutes(1));
  EXPECT_EQ(world.notes("sweep"), 1U);
  for (int i = 0; i < 9; ++i) {  // no restart brings it forward, none holds it back
    world.restart();
    world.live(minutes(1));
  }
  EXPECT_EQ(world.notes("sweep"), 1U);
  world.live(minutes(1));
  EXPECT_EQ(world.notes("sweep"), 2U);
}

TEST(Crons, WhatWasMissedWhileNoProcessRanIsDoneOnce) {
  ScheduledWorld world(
      [](Internals& internals) { internals.cron("sweep", Recurrence::hourly(5), kSweep); });
  world.live(hours(2), seconds(30));
  EXPECT_EQ(world.notes("sweep"), 2U);
  world.restart(days(3));
  world.live(seconds(5));
  EXPECT_EQ(world.notes("sweep"), 3U);
  world.live(hours(2), seconds(30));
  EXPECT_EQ(world.notes("sweep"), 5U);
}

// covers F12
TEST(Crons, AClockThatIsSetNeitherStormsNorSilences) {
  for (const Duration step : {hours(1), -hours(1), days(1), -days(1)}) {
    ScheduledWorld world(
        [](Internals& internals) { internals.cron("sweep", Recurrence::hourly(5), kSweep); });
    world.live(hours(2), seconds(30));
    world.set_clock(step);
    world.live(hours(5), seconds(30));
    EXPECT_EQ(world.notes("sweep"), 7U) << step.as_seconds();
    world.restart();
    world.live(hours(5), seconds(30));
    EXPECT_EQ(world.notes("sweep"), 12U) << step.as_seconds();
  }
}

TEST(Crons, FollowTheirDeclarationAtTheNextStart) {
  Recurrence when = Recurrence::every(days(7));
  bool declared = true;
  ScheduledWorld world([&](Internals& internals) {
    if (declared) internals.cron("sweep", when, kSweep);
  });
  world.live(seconds(2));
  EXPECT_EQ(world.notes("sweep"), 1U);
  when = Recurrence::every(minutes(1));
  world.restart();
  world.live(minutes(3));
  EXPECT_EQ(world.notes("sweep"), 4U);
  declared = false;
  world.restart();
  EXPECT_THAT(world.rows(), IsEmpty());
  world.live(minutes(3));
  EXPECT_EQ(world.notes("sweep"), 4U);
}

TEST(Crons, OneThatFailsTooOftenWaitsForItsNextTime) {
  static constexpr Internal<NoArgs> kBroken{"notes:broken"};
  std::set<std::int64_t> attempts;  // by time: the store may run one twice
  ScheduledWorld world([&](Internals& internals) {
    internals.add(kBroken, [&](MutationContext& ctx, const NoArgs&) -> Status {
      attempts.insert(ctx.now().value);
      return internal("broken");
    });
    internals.cron("broken", Recurrence::every(days(1)), kBroken);
  });
  world.live(hours(23), seconds(5));
  EXPECT_EQ(attempts.size(), std::size_t{kMaxAttempts});
  EXPECT_EQ(world.rows().front().last_error, "broken");
  world.live(hours(2), seconds(5));
  EXPECT_EQ(attempts.size(), std::size_t{2 * kMaxAttempts});
}

TEST(Engine, NoClientCanCallAnInternalFunction) {
  TestWorld world;
  std::string refusal;
  CallRequest request;
  request.path = std::string(kWrite.name);
  request.args = Value(Value::Object{{"tag", Value("a")}});
  world.engine->mutate(request,
                       [&](const CallOutcome& outcome) { refusal = outcome.failure->message; });
  world.run();
  EXPECT_EQ(refusal, "Could not find function for 'notes:write'");
}

}  // namespace
}  // namespace vv::reactive
