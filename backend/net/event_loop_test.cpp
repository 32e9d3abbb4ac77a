#include "net/event_loop.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <numeric>
#include <vector>

#include "base/worker_pool.hpp"

namespace vv::net {
namespace {

TEST(EventLoop, JobsRunInTheOrderOfPostingThoseOfJobsBehindAll) {
  EventLoop loop;
  std::vector<int> ran;
  for (int i = 0; i < 500; ++i) {
    loop.post([&ran, &loop, i] {
      ran.push_back(i);
      loop.post([&ran, i] { ran.push_back(500 + i); });
    });
  }
  loop.post([&loop] { loop.post([&loop] { loop.stop(); }); });
  loop.run();
  std::vector<int> expected(1'000);
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(ran, expected);
}

TEST(EventLoop, TimersHaveTheirTurnHoweverMuchIsPosted) {
  EventLoop loop;
  const std::function<void()> again = [&] { loop.post(again); };
  loop.post(again);
  Timer timer(loop);
  timer.start(milliseconds(1), [&loop] { loop.stop(); });
  loop.run();
}

TEST(EventLoop, WhatIsPostedWhileItEndsIsDropped) {
  struct Poster {
    EventLoop& loop;
    ~Poster() {
      loop.post([] { ADD_FAILURE() << "the loop has ended"; });
    }
  };
  EventLoop loop;
  loop.post([&loop] { loop.stop(); });
  loop.post([last = std::make_shared<Poster>(loop)] { ADD_FAILURE(); });
  loop.spawn([](std::shared_ptr<Poster>, EventLoop& waiting) -> Task<void> {
    co_await sleep_for(waiting, hours(1));
  }(std::make_shared<Poster>(loop), loop));
  loop.run();
}

TEST(EventLoop, LosesNothingThatOtherThreadsPost) {
  EventLoop loop;
  constexpr int kEach = 20'000;
  int ran = 0;
  WorkerPool pool({.name = "posters", .threads = 2, .capacity = 2});
  for (int thread = 0; thread < 2; ++thread) {
    ASSERT_TRUE(pool.try_post([&] {
      for (int i = 0; i < kEach; ++i) {
        loop.post([&] {
          if (++ran == 2 * kEach) loop.stop();
        });
      }
    }));
  }
  loop.run();
  EXPECT_EQ(ran, 2 * kEach);
}

}  // namespace
}  // namespace vv::net
