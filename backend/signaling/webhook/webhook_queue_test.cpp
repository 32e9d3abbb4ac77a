#include "signaling/webhook/webhook_queue.hpp"

#include <gtest/gtest.h>

namespace vv::signaling {
namespace {

using Outcome = WebhookQueue::Outcome;

const Instant kStart = Instant{} + seconds(100);

TEST(WebhookQueue, EventsOfOneRoomGoOneAfterAnother) {
  WebhookQueue queue;
  ASSERT_TRUE(queue.push(kStart, "a", "u", "1"));
  ASSERT_TRUE(queue.push(kStart, "a", "u", "2"));
  ASSERT_TRUE(queue.push(kStart, "b", "u", "3"));
  const auto first = queue.next(kStart);
  const auto other = queue.next(kStart);
  ASSERT_TRUE(first && other);
  EXPECT_EQ(first->body, "1");
  EXPECT_EQ(other->body, "3");
  EXPECT_FALSE(queue.next(kStart)) << "2 waits for the outcome of 1";
  EXPECT_TRUE(queue.next_due().is_never());
  queue.done(kStart, first->number, Outcome::Delivered);
  EXPECT_EQ(queue.next(kStart)->body, "2");
}

// covers H22
TEST(WebhookQueue, WhatFailsIsSentAgainLaterAndLaterAndNothingOvertakesIt) {
  WebhookQueue queue;
  ASSERT_TRUE(queue.push(kStart, "a", "u", "1"));
  ASSERT_TRUE(queue.push(kStart, "a", "u", "2"));
  Instant now = kStart;
  Duration before;
  for (int i = 0; i < 4; ++i) {
    const auto delivery = queue.next(now);
    ASSERT_TRUE(delivery);
    EXPECT_EQ(delivery->body, "1");
    queue.done(now, delivery->number, Outcome::Failed);
    const Duration pause = queue.next_due() - now;
    EXPECT_GT(pause, before);
    EXPECT_FALSE(queue.next(now));
    before = pause;
    now = queue.next_due();
  }
}

TEST(WebhookQueue, AnEventIsGivenUpWhenItIsRefusedOrTooOld) {
  WebhookQueue queue;
  ASSERT_TRUE(queue.push(kStart, "a", "u", "refused"));
  ASSERT_TRUE(queue.push(kStart, "a", "u", "old"));
  ASSERT_TRUE(queue.push(kStart, "a", "u", "last"));
  queue.done(kStart, queue.next(kStart)->number, Outcome::Refused);
  const Instant late = kStart + WebhookQueue::kGiveUp;
  const auto old = queue.next(late);
  EXPECT_EQ(old->body, "old");
  queue.done(late, old->number, Outcome::Failed);
  EXPECT_EQ(queue.next(late)->body, "last");
  EXPECT_EQ(queue.lost(), 2U);
  EXPECT_EQ(queue.waiting(), 1U);
}

TEST(WebhookQueue, AReceiverThatIsAwayHoldsUpNobodyElseAndFillsNoMoreThanItsLine) {
  WebhookQueue queue;
  for (std::size_t i = 0; i < WebhookQueue::kDepth; ++i)
    ASSERT_TRUE(queue.push(kStart, "a", "away", "x"));
  EXPECT_FALSE(queue.push(kStart, "a", "away", "x"));
  ASSERT_TRUE(queue.push(kStart, "a", "here", "y"));
  queue.done(kStart, queue.next(kStart)->number, Outcome::Failed);
  const auto other = queue.next(kStart);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->url, "here");
}

}  // namespace
}  // namespace vv::signaling
