#include "base/worker_pool.hpp"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace vv {
namespace {

TEST(WorkerPool, OfOneThreadRunsJobsInTheOrderTheyCame) {
  std::vector<int> order;
  {
    WorkerPool lane({.name = "lane", .threads = 1, .capacity = 100});
    for (int i = 0; i < 100; ++i) {
      while (!lane.try_post([&order, i] { order.push_back(i); })) {
      }
    }
  }  // the destructor runs what is still queued
  ASSERT_EQ(order.size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST(WorkerPool, RefusesAJobPastItsCapacity) {
  std::promise<void> gate;
  std::promise<void> started;
  WorkerPool lane({.name = "lane", .threads = 1, .capacity = 1});
  ASSERT_TRUE(lane.try_post([&] {
    started.set_value();
    gate.get_future().wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(lane.try_post([] {}));
  EXPECT_FALSE(lane.try_post([] {}));
  gate.set_value();
}

}  // namespace
}  // namespace vv
