#include "sfu/quality_meter.hpp"

#include <gtest/gtest.h>

namespace vv::sfu {
namespace {

TrackWindow window(std::int64_t lost, Duration rtt = milliseconds(40)) {
  return {.kind = MediaKind::Video,
          .expected = 100,
          .lost = lost,
          .jitter = milliseconds(2),
          .rtt = rtt,
          .missing_layers = 0};
}

TEST(QualityMeter, ACleanLinkIsExcellentAndSaidOnce) {
  QualityMeter meter;
  meter.add(window(0));
  EXPECT_EQ(meter.close_window(true), ConnectionQuality::Excellent);
  EXPECT_GT(meter.mean_opinion(), 4.3F);
  meter.add(window(0));
  EXPECT_EQ(meter.close_window(true), std::nullopt);
}

TEST(QualityMeter, TheWorstTrackDecidesAndRecoveryTakesTime) {
  QualityMeter meter;
  meter.add(window(0));
  meter.add(window(5));
  EXPECT_EQ(meter.close_window(true), ConnectionQuality::Good);
  meter.add(window(30));
  EXPECT_EQ(meter.close_window(true), ConnectionQuality::Poor);
  meter.add(window(0));
  EXPECT_EQ(meter.close_window(true), ConnectionQuality::Good);
  meter.add(window(0));
  EXPECT_EQ(meter.close_window(true), std::nullopt);
  meter.add(window(0));
  EXPECT_EQ(meter.close_window(true), ConnectionQuality::Excellent);
}

TEST(QualityMeter, DelayAndMissingLayersCountToo) {
  EXPECT_LT(window(0, milliseconds(1'000)).score(), 70);
  TrackWindow layers = window(0);
  layers.missing_layers = 1;
  EXPECT_FLOAT_EQ(layers.score(), 65);
}

TEST(QualityMeter, AbsurdReportsStayInRange) {
  for (const std::int64_t lost : {std::int64_t{-50}, std::int64_t{1'000}}) {
    const float score = window(lost, seconds(60)).score();
    EXPECT_GE(score, 0);
    EXPECT_LE(score, 100);
  }
}

TEST(QualityMeter, SilenceIsLostAndMutedIsExcellent) {
  QualityMeter meter;
  meter.add(window(30));
  EXPECT_EQ(meter.close_window(true), ConnectionQuality::Good);
  EXPECT_EQ(meter.close_window(true), ConnectionQuality::Excellent);
  EXPECT_EQ(meter.close_window(false), ConnectionQuality::Lost);
}

}  // namespace
}  // namespace vv::sfu
