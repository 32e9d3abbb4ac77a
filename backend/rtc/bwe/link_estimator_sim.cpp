// The estimator against links of every kind, on a virtual clock: a source that chooses among layers
// as the SFU does, a queue of limited length, and the receiver's feedback every 50 ms.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "base/random.hpp"
#include "rtc/bwe/link_estimator.hpp"
#include "rtc/bwe/twcc_recorder.hpp"

namespace vv::rtc::bwe {
namespace {

constexpr std::size_t kPacket = 1'100;  // bytes
constexpr Duration kStep = milliseconds(5);
constexpr std::size_t kFeedbackHead = 12;  // RTCP header and SSRCs, before what TwccFeedback reads

struct Link {
  std::uint64_t rate = 0;      // bit/s, 0: no limit
  std::size_t queue = 50'000;  // bytes
  Duration delay = milliseconds(20);
  Duration jitter{};
  int loss_permille = 0;
};

class Call {
 public:
  explicit Call(std::vector<std::uint64_t> layers, std::uint64_t seed = 1)
      : layers_(std::move(layers)), layer_(layers_.size() - 1), random_(seed) {}

  Link link;
  bool can_pad = true;
  std::int64_t clock_offset_us = 123'456'789;  // the receiver's clock against ours
  std::int64_t clock_drift_ppm = 80;
  LinkEstimator estimator;

  [[nodiscard]] std::size_t layer() const { return layer_; }
  [[nodiscard]] Duration longest_wait() const { return longest_wait_; }
  [[nodiscard]] std::uint64_t padding_sent() const { return padding_sent_; }
  void forget_waits() { longest_wait_ = {}; }

  void run(Duration duration) {
    for (const Instant end = now_ + duration; now_ < end; now_ += kStep) step();
  }
  /// How long until `layer` is sent; `most` when it is not within it.
  Duration until_layer(std::size_t layer, Duration most) {
    const Instant begun = now_;
    while (layer_ != layer && now_ - begun < most) run(kStep);
    return now_ - begun;
  }

 private:
  struct Flight {
    Instant arrival;
    std::uint16_t number;
  };

  void step() {
    // 25 pictures a second, every 100th a key frame of thrice the size.
    if (now_ >= next_frame_) {
      next_frame_ += milliseconds(40);
      std::size_t bytes = static_cast<std::size_t>(layers_[layer_] / 8 / 25);
      if (++frames_ % 100 == 0) bytes *= 3;
      bytes = bytes * (80 + random_.below(41)) / 100;
      for (std::size_t sent = 0; sent < bytes; sent += kPacket)
        send(std::min(kPacket, bytes - sent));
    }
    if (now_ >= next_padding_) {
      next_padding_ = now_ + milliseconds(20);
      std::size_t due = estimator.padding_due(now_);
      if (due > 0 && !can_pad) {
        estimator.cannot_pad(now_);
        due = 0;
      }
      for (; due > 0; due -= std::min<std::size_t>(due, 255)) {
        padding_sent_ += 255;
        send(255);
      }
    }
    while (!in_flight_.empty() && in_flight_.front().arrival <= now_) {
      receiver_.on_packet(on_their_clock(in_flight_.front().arrival), in_flight_.front().number);
      in_flight_.pop_front();
    }
    std::array<std::uint8_t, 1'200> feedback{};
    while (const auto size = receiver_.poll(on_their_clock(now_), 1, 2, feedback)) {
      const Bytes body = Bytes{feedback}.first(*size).subspan(kFeedbackHead);
      if (auto parsed = TwccFeedback::parse(body)) estimator.on_feedback(now_, *parsed);
    }
    choose();
  }

  void send(std::size_t bytes) {
    const std::uint16_t number = estimator.next_number();
    estimator.on_sent(now_, bytes);
    if (link.loss_permille > 0 &&
        random_.below(1'000) < static_cast<std::uint64_t>(link.loss_permille)) {
      return;
    }
    Instant leaves = now_;
    if (link.rate > 0) {
      busy_until_ = std::max(busy_until_, now_);
      const Duration wait = busy_until_ - now_;
      const auto queued =
          static_cast<std::uint64_t>(wait.as_nanos() / 1'000) * link.rate / 8'000'000;
      if (queued + bytes > link.queue) return;
      busy_until_ += nanoseconds(static_cast<std::int64_t>(bytes * 8'000'000'000 / link.rate));
      leaves = busy_until_;
      longest_wait_ = std::max(longest_wait_, wait);
    }
    Duration jitter{};
    if (link.jitter > Duration{}) {
      jitter = nanoseconds(static_cast<std::int64_t>(
          random_.below(static_cast<std::uint64_t>(link.jitter.as_nanos()))));
    }
    const Flight flight{leaves + link.delay + jitter, number};
    const auto after =
        std::upper_bound(in_flight_.begin(), in_flight_.end(), flight,
                         [](const Flight& a, const Flight& b) { return a.arrival < b.arrival; });
    in_flight_.insert(after, flight);
  }

  /// What the allocator does, for one track.
  void choose() {
    if (now_ < next_choice_ && !estimator.take_cut()) return;
    next_choice_ = now_ + milliseconds(200);
    const auto capacity = estimator.capacity();
    std::size_t wanted = layers_.size() - 1;
    while (capacity && wanted > 0) {
      const std::uint64_t cost = wanted <= layer_ ? layers_[wanted] * 8 / 10 : layers_[wanted];
      if (cost <= *capacity) break;
      --wanted;
    }
    layer_ = wanted;
    estimator.set_goal(layer_ + 1 < layers_.size() ? layers_[layer_ + 1] * 11 / 10 : 0);
  }

  [[nodiscard]] Instant on_their_clock(Instant at) const {
    const std::int64_t us = at.as_nanos() / 1'000;
    return Instant::from_nanos((us + us / 1'000'000 * clock_drift_ppm + clock_offset_us) * 1'000);
  }

  std::vector<std::uint64_t> layers_;
  std::size_t layer_;
  SeededRandom random_;
  Instant now_ = Instant::from_nanos(1'000'000'000);
  Instant next_frame_ = now_;
  Instant next_padding_ = now_;
  Instant next_choice_ = now_;
  Instant busy_until_ = now_;
  Duration longest_wait_{};
  std::uint64_t padding_sent_ = 0;
  std::uint64_t frames_ = 0;
  std::deque<Flight> in_flight_;
  TwccRecorder receiver_;
};

const std::vector<std::uint64_t> kLayers{150'000, 500'000, 1'700'000};

TEST(LinkEstimatorSim, AWideLinkHasNoLimitHoweverMuchItJitters) {
  Call call(kLayers);
  call.link.jitter = milliseconds(60);
  call.run(seconds(60));
  EXPECT_EQ(call.layer(), 2U);
  EXPECT_FALSE(call.estimator.capacity().has_value());
  EXPECT_EQ(call.padding_sent(), 0U);
}

class Narrowing : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Narrowing, StepsDownWithinASecondAndUpAgainWithinTen) {
  Call call(kLayers, GetParam());
  call.link.rate = 4'000'000;
  call.run(seconds(20));
  ASSERT_EQ(call.layer(), 2U);

  call.link.rate = 300'000;
  EXPECT_LE(call.until_layer(0, seconds(10)), seconds(1));
  call.run(seconds(3));
  call.forget_waits();
  call.run(seconds(60));
  EXPECT_EQ(call.layer(), 0U);
  EXPECT_LE(call.longest_wait(), milliseconds(400)) << "threat-model F10";
  ASSERT_TRUE(call.estimator.capacity());
  EXPECT_GE(*call.estimator.capacity(), 150'000U);
  EXPECT_LE(*call.estimator.capacity(), 340'000U);

  call.link.rate = 4'000'000;
  EXPECT_LE(call.until_layer(2, seconds(60)), seconds(10));
  call.run(seconds(10));
  EXPECT_EQ(call.layer(), 2U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Narrowing, testing::Range(std::uint64_t{1}, std::uint64_t{41}));

TEST(LinkEstimatorSim, FindsTheMiddleLayer) {
  Call call(kLayers);
  call.link.rate = 900'000;
  EXPECT_LE(call.until_layer(1, seconds(10)), seconds(3));
  call.run(seconds(10));
  call.forget_waits();
  int elsewhere = 0;
  for (int i = 0; i < 600; ++i) {
    call.run(milliseconds(100));
    if (call.layer() != 1) ++elsewhere;
  }
  EXPECT_LE(elsewhere, 30);
  EXPECT_LE(call.longest_wait(), milliseconds(400));
}

TEST(LinkEstimatorSim, LossesThatLessDoesNotCureAreLivedWith) {
  for (const int permille : {50, 150, 300}) {
    Call call(kLayers);
    call.link.loss_permille = permille;
    call.run(seconds(15));
    EXPECT_EQ(call.layer(), 2U) << permille;
  }
}

TEST(LinkEstimatorSim, AShallowQueueThatDropsIsALimit) {
  Call call(kLayers);
  call.link.rate = 800'000;
  call.link.queue = 3'500;
  call.run(seconds(20));
  EXPECT_LE(call.layer(), 1U);
}

TEST(LinkEstimatorSim, ALongerWayIsNoQueueForLong) {
  Call call(kLayers);
  call.run(seconds(10));
  call.link.delay = milliseconds(150);
  call.run(seconds(40));
  EXPECT_EQ(call.layer(), 2U);
}

TEST(LinkEstimatorSim, WithoutPaddingTheGoalItselfIsTried) {
  Call call(kLayers);
  call.can_pad = false;
  call.link.rate = 300'000;
  call.run(seconds(10));
  call.link.rate = 0;
  EXPECT_LE(call.until_layer(2, seconds(60)), seconds(15));
}

TEST(LinkEstimatorSim, ASilentReceiverInformsNobody) {
  Call call(kLayers);
  EXPECT_FALSE(call.estimator.is_informed(Instant::from_nanos(1'000'000'000)));
  for (int i = 0; i < 5'000; ++i) {
    call.estimator.on_sent(Instant::from_nanos(1'000'000'000) + milliseconds(i), 1'200);
  }
  EXPECT_FALSE(call.estimator.capacity().has_value());
}

}  // namespace
}  // namespace vv::rtc::bwe
