// What one peer may cause: key-frame requests, resends, ingress; and how loudness is told.
#include <gtest/gtest.h>

#include "sfu/audio_meter.hpp"
#include "sfu/ingress_budget.hpp"
#include "sfu/keyframe_gate.hpp"
#include "sfu/resend_guard.hpp"

namespace vv::sfu {
namespace {

const Instant t0 = Instant::from_nanos(1'000'000'000'000);
constexpr SubscriptionId kSubscription{1};

TEST(KeyframeGate, AsksAtOnceThenEvery500MillisecondsUntilOneComes) {  // covers M15
  KeyframeGate gate;
  gate.want();
  EXPECT_TRUE(gate.take(t0));
  gate.want();
  EXPECT_FALSE(gate.take(t0 + milliseconds(499)));
  EXPECT_TRUE(gate.take(t0 + milliseconds(500)));
  gate.on_keyframe();
  EXPECT_FALSE(gate.take(t0 + seconds(9)));
}

TEST(ResendGuard, TheSameNumberWaitsARoundTripAndGoesTenTimes) {  // covers M16
  ResendGuard guard;
  int sent = 0;
  for (int ms = 0; ms < 10'000; ms += 50) {
    sent += guard.ask(t0 + milliseconds(ms), kSubscription, 7, 100, milliseconds(100)) ==
                    ResendGuard::Answer::Yes
                ? 1
                : 0;
  }
  EXPECT_EQ(sent, 10);
}

TEST(ResendGuard, ResendsAreAtMostHalfOfWhatIsSent) {  // covers M16
  ResendGuard guard;
  std::uint16_t seq = 0;
  while (guard.ask(t0, kSubscription, seq, 1'000, milliseconds(50)) == ResendGuard::Answer::Yes)
    ++seq;
  guard.on_sent(10'000);
  int sent = 0;
  for (int i = 0; i < 20; ++i) {
    ++seq;
    sent += guard.ask(t0, kSubscription, seq, 1'000, milliseconds(50)) == ResendGuard::Answer::Yes
                ? 1
                : 0;
  }
  EXPECT_LE(sent, 5 + 1);
  EXPECT_GE(sent, 5);
}

TEST(IngressBudget, TwiceTheRateForOneSecondThenTheRate) {
  IngressBudget budget;
  std::size_t first = 0;
  std::size_t later = 0;
  for (int ms = 0; ms < 3'000; ++ms) {
    for (int i = 0; i < 5; ++i) {  // 5,000 packets/s of 1,000 bytes: five times the bytes
      const bool taken = budget.take(t0 + milliseconds(ms), 1'000);
      (ms < 1'000 ? first : later) += taken ? 1U : 0U;
    }
  }
  EXPECT_NEAR(static_cast<double>(first), 2'000, 20);
  EXPECT_NEAR(static_cast<double>(later), 2'000, 20);
}

TEST(IngressBudget, ASecondsPacketsAtOnceThenThreeThousandASecond) {
  IngressBudget budget;
  std::int64_t at_once = 0;
  while (budget.take(t0, 100)) ++at_once;
  EXPECT_EQ(at_once, IngressBudget::kPacketsPerSecond) << "a second's worth is there at any moment";
  EXPECT_FALSE(budget.take(t0, 1)) << "one past it";
  std::int64_t later = 0;
  for (int ms = 1; ms <= 2'000; ++ms) {
    for (int i = 0; i < 10; ++i) later += budget.take(t0 + milliseconds(ms), 100) ? 1 : 0;
  }
  EXPECT_EQ(later, 2 * IngressBudget::kPacketsPerSecond);
}

TEST(AudioMeter, SpeechIsLoudSilenceIsNot) {
  AudioMeter meter;
  for (int i = 0; i < 20; ++i) meter.on_packet(5);
  EXPECT_GT(meter.close_window(), 0.3F);
  for (int i = 0; i < 20; ++i) meter.on_packet(127);
  static_cast<void>(meter.close_window());
  for (int window = 0; window < 5; ++window) {
    for (int i = 0; i < 20; ++i) meter.on_packet(127);
    static_cast<void>(meter.close_window());
  }
  EXPECT_EQ(meter.close_window(), 0.0F);
}

TEST(AudioMeter, AFewLoudPacketsAreNoSpeech) {
  AudioMeter meter;
  for (int i = 0; i < 20; ++i) meter.on_packet(i < 4 ? 5 : 100);
  EXPECT_EQ(meter.close_window(), 0.0F);
}

}  // namespace
}  // namespace vv::sfu
