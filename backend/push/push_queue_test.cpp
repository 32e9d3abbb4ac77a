#include "push/push_queue.hpp"

#include <gtest/gtest.h>

#include "base/format.hpp"

namespace vv::push {
namespace {

using enum PushQueue::Outcome;

class PushQueueTest : public testing::Test {
 protected:
  Order order(const std::string& device, const std::string& host = "push.example",
              const std::string& text = "x") {
    return {.device = device,
            .endpoint = {.secure = true, .host = host, .port = 443, .target = "/"},
            .text = text,
            .topic = "ring",
            .until = now + seconds(45)};
  }
  std::string next_text() {
    const auto delivery = queue.next(now);
    if (!delivery) return "";
    number = delivery->number;
    return delivery->order.text;
  }
  PushQueue::Outcome answered(std::optional<int> status,
                              std::optional<Duration> retry_after = std::nullopt) {
    return queue.done(now, number, {.status = status, .retry_after = retry_after});
  }

  PushQueue queue;
  Instant now = Instant::from_nanos(1'000'000'000'000);
  std::uint64_t number = 0;
};

TEST_F(PushQueueTest, HandsOverAtOnceAndOnce) {
  ASSERT_TRUE(queue.push(now, order("a")));
  EXPECT_EQ(queue.next_due(), now);
  EXPECT_EQ(next_text(), "x");
  EXPECT_EQ(next_text(), "");
  EXPECT_EQ(answered(201), Taken);
  EXPECT_EQ(next_text(), "");
  EXPECT_TRUE(queue.next_due().is_never());
}

TEST_F(PushQueueTest, ForgetsSubscriptionsThatAreGoneAndWhatIsRefusedForGood) {
  for (const auto& [status, outcome] :
       {std::pair{404, Gone}, std::pair{410, Gone}, std::pair{400, Refused},
        std::pair{403, Refused}, std::pair{413, Refused}, std::pair{301, Refused}}) {
    queue.push(now, order("a"));
    ASSERT_EQ(next_text(), "x");
    EXPECT_EQ(answered(status), outcome) << status;
    EXPECT_EQ(queue.waiting(), 0U);
  }
}

TEST_F(PushQueueTest, TriesAgainWithGrowingPausesUntilTheTimeIsOver) {
  queue.push(now, order("a"));
  std::vector<std::int64_t> pauses;
  while (next_text() == "x") {
    if (answered(pauses.size() % 2 == 0 ? std::optional<int>(500) : std::nullopt) == Late) break;
    pauses.push_back((queue.next_due() - now).as_millis());
    now = queue.next_due();
  }
  EXPECT_EQ(pauses, (std::vector<std::int64_t>{1'000, 2'000, 4'000, 8'000, 16'000}));
  EXPECT_EQ(queue.waiting(), 0U);
}

TEST_F(PushQueueTest, LeavesAServiceAloneForAsLongAsItAsks) {
  queue.push(now, order("a"));
  queue.push(now, order("b"));
  queue.push(now, order("c", "other.example", "elsewhere"));
  ASSERT_EQ(next_text(), "x");
  EXPECT_EQ(answered(429, seconds(20)), Again);
  EXPECT_EQ(next_text(), "elsewhere") << "b waits for the same service";
  EXPECT_EQ(next_text(), "");
  EXPECT_EQ(queue.next_due(), now + seconds(20));
  now += seconds(20);
  EXPECT_EQ(next_text(), "x");
  EXPECT_EQ(answered(503, hours(1)), Late) << "by then nobody is called any more";
}

TEST_F(PushQueueTest, GivesTheNewestOfATopicAlone) {
  queue.push(now, order("a", "push.example", "rings"));
  queue.push(now, order("a", "push.example", "has ended"));
  EXPECT_EQ(next_text(), "has ended");
  EXPECT_EQ(next_text(), "");
  queue.push(now, order("a", "push.example", "rings again"));
  EXPECT_EQ(answered(500), Late) << "what has been replaced is not sent again";
  EXPECT_EQ(next_text(), "rings again");
}

TEST_F(PushQueueTest, DropsWhatIsLate) {
  queue.push(now, order("a"));
  now += seconds(45);
  EXPECT_EQ(next_text(), "");
  EXPECT_EQ(queue.waiting(), 0U);
}

TEST_F(PushQueueTest, HasBounds) {
  for (std::size_t i = 0; i < PushQueue::kMaxWaiting; ++i) {
    ASSERT_TRUE(queue.push(now, order(format("d{}", i))));
  }
  EXPECT_FALSE(queue.push(now, order("one more")));
  for (std::size_t i = 0; i < PushQueue::kMaxInFlight; ++i) EXPECT_EQ(next_text(), "x");
  EXPECT_EQ(next_text(), "");
  EXPECT_TRUE(queue.next_due().is_never());
  now += seconds(45);
  EXPECT_TRUE(queue.push(now, order("later", "push.example", "what still has a use")));
  EXPECT_EQ(answered(201), Taken);
  EXPECT_EQ(next_text(), "what still has a use");
  EXPECT_EQ(queue.waiting(), 0U);
}

}  // namespace
}  // namespace vv::push
