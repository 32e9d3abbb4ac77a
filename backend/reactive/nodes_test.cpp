#include <gtest/gtest.h>

#include "reactive/testing_scheduler.hpp"
#include "store/testing_postgres.hpp"

// Several servers on one PostgreSQL database.
namespace vv::reactive {
namespace {

TEST(SchedulersOnOneDatabase, RunEachCallOnceAndThoseOfAServerThatDied) {
  const store::TestDatabase database(store::TestEngine::Postgres);
  ScheduledWorld a({}, database.path(), 1);
  ScheduledWorld b({}, database.path(), 2);
  for (int i = 0; i < 6; ++i) {
    const std::string tag = std::to_string(i);
    (i % 2 == 0 ? a : b).after(seconds(10), i < 3 ? kWrite : kWriteTwice, tag);
  }
  for (int i = 0; i < 120; ++i) {
    for (ScheduledWorld* world : {&a, &b}) {
      world->pass(seconds(1));
      world->scheduler->tick();
    }
    while (static_cast<int>(a.run_once()) + static_cast<int>(b.run_once()) > 0) {
    }
  }
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(a.notes(std::to_string(i)), i < 3 ? 1U : 2U) << i;
  }

  a.after(seconds(30), kWrite, "orphan");
  a.end();
  b.live(minutes(1));
  EXPECT_EQ(b.notes("orphan"), 1U);
}

}  // namespace
}  // namespace vv::reactive
