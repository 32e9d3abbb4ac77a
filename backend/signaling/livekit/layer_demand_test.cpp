#include "signaling/livekit/layer_demand.hpp"

#include <gtest/gtest.h>

namespace vv::signaling {
namespace {

constexpr int kNothing = LayerDemand::kNothing;
const Instant t0 = Instant::from_nanos(1'000'000'000);

TEST(LayerDemand, MoreIsToldAtOnceAndLessAfterFiveSeconds) {
  LayerDemand demand(LayerDemand::kEverything);
  demand.want(t0, 2);
  EXPECT_FALSE(demand.settle(t0));
  demand.want(t0, 0);
  EXPECT_FALSE(demand.settle(t0 + milliseconds(4'999)));
  EXPECT_TRUE(demand.settle(t0 + seconds(5)));
  EXPECT_EQ(demand.told(), 0);
  EXPECT_FALSE(demand.settle(t0 + seconds(6)));
  demand.want(t0 + seconds(7), 1);
  EXPECT_TRUE(demand.settle(t0 + seconds(7)));
  EXPECT_EQ(demand.told(), 1);
}

TEST(LayerDemand, AShortLullIsNotTold) {
  LayerDemand demand(LayerDemand::kEverything);
  demand.want(t0, 2);
  demand.want(t0 + seconds(1), kNothing);
  demand.want(t0 + seconds(5), 2);
  EXPECT_FALSE(demand.settle(t0 + seconds(7)));
  demand.want(t0 + seconds(8), kNothing);
  EXPECT_FALSE(demand.settle(t0 + seconds(12)));
  EXPECT_TRUE(demand.settle(t0 + seconds(13)));
  EXPECT_EQ(demand.told(), kNothing);
}

TEST(LayerDemand, TheLastOfSeveralStepsDownBeginsTheWaitAnew) {
  LayerDemand demand(LayerDemand::kEverything);
  demand.want(t0, 2);
  demand.want(t0, 1);
  demand.want(t0 + seconds(4), 0);
  EXPECT_FALSE(demand.settle(t0 + seconds(8)));
  EXPECT_TRUE(demand.settle(t0 + seconds(9)));
  EXPECT_EQ(demand.told(), 0);
}

TEST(LayerDemand, WhatNobodyEverWantedIsSwitchedOffAfterTenSeconds) {
  LayerDemand demand(LayerDemand::kEverything);
  demand.want(t0, kNothing);
  EXPECT_FALSE(demand.settle(t0 + seconds(9)));
  EXPECT_TRUE(demand.settle(t0 + seconds(10)));
  EXPECT_EQ(demand.told(), kNothing);
}

TEST(LayerDemand, ACodecThatIsNotSentYetIsAskedForAtOnce) {
  LayerDemand demand(kNothing);
  demand.want(t0, kNothing);
  EXPECT_FALSE(demand.settle(t0 + seconds(60)));
  demand.want(t0 + seconds(61), 1);
  EXPECT_TRUE(demand.settle(t0 + seconds(61)));
}

}  // namespace
}  // namespace vv::signaling
