#include "rtc/rtp/nack_tracker.hpp"

#include <gmock/gmock.h>

namespace vv::rtc::rtp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Instant t0 = Instant::from_nanos(5'000'000'000);
constexpr Duration kRtt = milliseconds(40);
constexpr Duration kAgain = milliseconds(50);  // a round trip and a quarter

NackTracker tracker_at(std::uint64_t seq) {
  NackTracker tracker;
  tracker.set_rtt(kRtt);
  tracker.on_packet(t0, SeqNo{seq});
  return tracker;
}

// covers M16
TEST(NackTracker, AsksAgainOnlyAfterARoundTripAndAQuarter) {
  NackTracker tracker = tracker_at(4);
  tracker.on_packet(t0, SeqNo{6});
  EXPECT_THAT(tracker.due(t0), ElementsAre(SeqNo{5}));
  EXPECT_THAT(tracker.due(t0 + kRtt), IsEmpty());
  EXPECT_EQ(tracker.next_timeout(), t0 + kAgain);
  EXPECT_THAT(tracker.due(t0 + kAgain), ElementsAre(SeqNo{5}));
}

// covers M16
TEST(NackTracker, NeverAsksMoreOftenThanEveryTwentyMilliseconds) {
  NackTracker tracker = tracker_at(4);
  tracker.set_rtt(milliseconds(1));
  tracker.on_packet(t0, SeqNo{6});
  EXPECT_THAT(tracker.due(t0), ElementsAre(SeqNo{5}));
  EXPECT_THAT(tracker.due(t0 + milliseconds(19)), IsEmpty());
  EXPECT_THAT(tracker.due(t0 + milliseconds(20)), ElementsAre(SeqNo{5}));
}

TEST(NackTracker, WherePacketsOvertakeEachOtherItWaitsForAsLongAsThatTakes) {
  NackTracker tracker;
  const Instant start = Instant::from_nanos(5'000'000'000);
  tracker.on_packet(start, SeqNo{100});
  tracker.on_packet(start, SeqNo{102});
  EXPECT_EQ(tracker.due(start).size(), 1U);  // nothing is known yet: at once
  tracker.on_packet(start + milliseconds(70), SeqNo{101});
  EXPECT_EQ(tracker.patience(), Duration{});

  tracker.on_packet(start + milliseconds(100), SeqNo{104});
  tracker.on_packet(start + milliseconds(112), SeqNo{103});  // unasked
  EXPECT_GE(tracker.patience(), milliseconds(12));
  tracker.on_packet(start + milliseconds(200), SeqNo{106});
  EXPECT_TRUE(tracker.due(start + milliseconds(210)).empty());
  EXPECT_EQ(tracker.due(start + milliseconds(213)).size(), 1U);
  // However late they come, a gap is not waited out for longer than that.
  tracker.on_packet(start + milliseconds(300), SeqNo{106 + 2});
  tracker.on_packet(start + milliseconds(900), SeqNo{106 + 1});
  EXPECT_LE(tracker.patience(), NackTracker::kMostPatience);
  // And what had to be asked for each time makes it impatient again.
  Instant now = start + seconds(1);
  for (std::uint64_t seq = 110; seq < 400; seq += 2) {
    tracker.on_packet(now, SeqNo{seq});
    now += milliseconds(50);
    static_cast<void>(tracker.due(now));
    tracker.on_packet(now + milliseconds(70), SeqNo{seq - 1});
    now += milliseconds(100);
  }
  EXPECT_LT(tracker.patience(), milliseconds(1));
}

TEST(NackTracker, ForgetsWhatArrivesLate) {
  NackTracker tracker = tracker_at(4);
  tracker.on_packet(t0, SeqNo{8});
  tracker.on_packet(t0, SeqNo{6});
  EXPECT_THAT(tracker.due(t0), ElementsAre(SeqNo{5}, SeqNo{7}));
  tracker.on_packet(t0, SeqNo{5});
  tracker.on_packet(t0, SeqNo{7});
  EXPECT_EQ(tracker.missing(), 0U);
  EXPECT_TRUE(tracker.next_timeout().is_never());
  EXPECT_FALSE(tracker.take_gave_up());
}

// covers M16
TEST(NackTracker, GivesUpAfterTenRequestsAndSaysSo) {
  NackTracker tracker = tracker_at(4);
  tracker.on_packet(t0, SeqNo{6});
  int asked = 0;
  for (int i = 0; i < 20; ++i) {
    asked += static_cast<int>(tracker.due(t0 + kAgain * i).size());
  }
  EXPECT_EQ(asked, 10);
  EXPECT_TRUE(tracker.take_gave_up());
  EXPECT_FALSE(tracker.take_gave_up());
}

TEST(NackTracker, GivesUpWhatIsTooOldToMatter) {
  NackTracker tracker = tracker_at(4);
  tracker.on_packet(t0, SeqNo{6});
  EXPECT_THAT(tracker.due(t0 + NackTracker::kMaxAge + milliseconds(1)), IsEmpty());
  EXPECT_TRUE(tracker.take_gave_up());
}

// covers M16
TEST(NackTracker, AsksForAtMostSixtyFourAtATime) {
  NackTracker tracker = tracker_at(0);
  tracker.on_packet(t0, SeqNo{101});
  EXPECT_EQ(tracker.due(t0).size(), 64U);
  EXPECT_EQ(tracker.due(t0).size(), 36U);
}

TEST(NackTracker, AnOutageIsGivenUpAtOnceAndALongListLosesItsOldest) {
  NackTracker tracker = tracker_at(0);
  tracker.on_packet(t0, SeqNo{NackTracker::kMaxMissing + 2});
  EXPECT_EQ(tracker.missing(), 0U);
  EXPECT_TRUE(tracker.take_gave_up());

  tracker = tracker_at(0);
  tracker.on_packet(t0, SeqNo{NackTracker::kMaxMissing + 1});
  EXPECT_EQ(tracker.missing(), NackTracker::kMaxMissing);
  EXPECT_FALSE(tracker.take_gave_up());
  tracker.on_packet(t0, SeqNo{NackTracker::kMaxMissing + 3});
  EXPECT_EQ(tracker.missing(), NackTracker::kMaxMissing);
  EXPECT_EQ(tracker.due(t0).front(), SeqNo{2});
  EXPECT_TRUE(tracker.take_gave_up());
}

TEST(NackTracker, WorksAcrossEveryWrap) {
  for (const std::uint64_t at : {std::uint64_t{0xFFFF}, std::uint64_t{0xFFFF'FFFF}}) {
    NackTracker tracker = tracker_at(at - 1);
    tracker.on_packet(t0, SeqNo{at + 3});
    EXPECT_THAT(tracker.due(t0), ElementsAre(SeqNo{at}, SeqNo{at + 1}, SeqNo{at + 2}));
    tracker.on_packet(t0, SeqNo{at + 1});
    EXPECT_THAT(tracker.due(t0 + kAgain), ElementsAre(SeqNo{at}, SeqNo{at + 2}));
  }
}

}  // namespace
}  // namespace vv::rtc::rtp
