#include "signaling/webhook/webhooks.hpp"

#include <gtest/gtest.h>

namespace vv::signaling {
namespace {

TEST(Webhooks, WhatIsIncludedByNameIsAllThatIsTold) {
  const Webhooks::Options all;
  EXPECT_TRUE(Webhooks::is_told(all, "room_started"));

  Webhooks::Options some;
  some.include = {"room_started", "room_finished"};
  some.exclude = {"room_started"};  // does not count beside the other
  EXPECT_TRUE(Webhooks::is_told(some, "room_started"));
  EXPECT_FALSE(Webhooks::is_told(some, "track_published"));

  Webhooks::Options most;
  most.exclude = {"track_published"};
  EXPECT_TRUE(Webhooks::is_told(most, "room_started"));
  EXPECT_FALSE(Webhooks::is_told(most, "track_published"));
}

}  // namespace
}  // namespace vv::signaling
