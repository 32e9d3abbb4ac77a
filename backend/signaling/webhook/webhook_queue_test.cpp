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
  EXPECT_TRUE(queue.done(kStart, queue.next(kStart)->number, Outcome::Refused));
  const Instant late = kStart + WebhookQueue::kGiveUp;
  const auto old = queue.next(late);
  EXPECT_EQ(old->body, "old");
  EXPECT_FALSE(queue.done(late - seconds(1), old->number, Outcome::Failed)) << "it is tried again";
  EXPECT_EQ(queue.next(late)->body, "old");
  EXPECT_TRUE(queue.done(late, old->number + 1, Outcome::Failed));
  EXPECT_EQ(queue.next(late)->body, "last");
  EXPECT_EQ(queue.lost(), 2U);
  EXPECT_EQ(queue.waiting(), 1U);
}

// covers H22
TEST(WebhookQueue, WhatWaitedLongerThanADayIsTriedOnceMore) {
  WebhookQueue queue;
  ASSERT_TRUE(queue.push(kStart, "a", "u", "1", "WH_1"));
  const Instant late = kStart + WebhookQueue::kGiveUp + hours(1);
  const auto delivery = queue.next(late);
  ASSERT_TRUE(delivery);
  EXPECT_EQ(delivery->id, "WH_1");
  EXPECT_TRUE(queue.done(late, delivery->number, Outcome::Delivered));
  EXPECT_EQ(queue.lost(), 0U);
}

TEST(WebhookQueue, WhatWaitsIsBoundedInBytes) {
  WebhookQueue queue;
  const std::string quarter(WebhookQueue::kMaxBytes / 4, 'x');
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(queue.push(kStart, "a", "u", quarter));
  EXPECT_FALSE(queue.push(kStart, "b", "u", "x"));
  EXPECT_EQ(queue.lost(), 1U);
  queue.done(kStart, queue.next(kStart)->number, Outcome::Delivered);
  EXPECT_TRUE(queue.push(kStart, "b", "u", "x"));
}

TEST(WebhookQueue, AReceiverThatNeverAnswersHasSoManyOnTheirWayAndOthersTheirs) {
  WebhookQueue queue;
  for (std::size_t i = 0; i <= WebhookQueue::kMaxInFlight; ++i)
    ASSERT_TRUE(queue.push(kStart, std::to_string(i), "dead", "x"));
  ASSERT_TRUE(queue.push(kStart, "z", "here", "y"));
  std::vector<WebhookQueue::Delivery> flying;
  while (auto delivery = queue.next(kStart)) flying.push_back(*std::move(delivery));
  ASSERT_EQ(flying.size(), WebhookQueue::kMaxInFlight + 1);
  EXPECT_EQ(flying.back().url, "here");
  EXPECT_TRUE(queue.next_due().is_never());
  queue.done(kStart, flying.front().number, Outcome::Failed);
  EXPECT_EQ(queue.next(kStart)->url, "dead");
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
