// Whole calls of two on bad networks, on a virtual clock (threat-model.md section 7).
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "base/format.hpp"
#include "base/testing_seeds.hpp"
#include "testing/simulated_call.hpp"

namespace vv::sfu {
namespace {

using testing::CallListener;
using testing::LinkConditions;
using testing::SimulatedCall;

// The way of one person's network: 50 ms each way.
constexpr Duration kDelay = milliseconds(50);
// What the product asks of a voice's jitter buffer where packets are lost.
constexpr Duration kLossyTarget = milliseconds(300);
constexpr Duration kSettling = seconds(5);
constexpr Duration kCounted = seconds(60);

// With VV_SIM_TELL set: what was seen, for the table in docs/measures.md.
void tell(std::string_view who, const CallListener& l) {
  if (std::getenv("VV_SIM_TELL") == nullptr) return;
  std::cout << format(
      "{}: heard {:.1f} %, {:.1f} fps, frozen {} ms, silent {} ms, resent {:.1f} %, "
      "{:.2f} key frames/s, {:.0f} kbit/s, voice delay {} ms\n",
      who, l.heard() * 100, l.frames_per_second(), l.longest_freeze().as_millis(),
      l.longest_silence().as_millis(), l.resend_overhead() * 100, l.keyframe_requests_per_second(),
      l.picture_rate() / 1'000, l.voice_delay().as_millis());
}

struct Bars {
  double heard;
  double fps;
  Duration freeze;
  double overhead;
};

void expect(const CallListener& listener, const Bars& bars) {
  EXPECT_GE(listener.heard(), bars.heard);
  EXPECT_GE(listener.frames_per_second(), bars.fps);
  EXPECT_LE(listener.longest_freeze(), bars.freeze);
  EXPECT_LE(listener.resend_overhead(), bars.overhead);
  EXPECT_LE(listener.keyframe_requests_per_second(), 1.0);
}

void lossy(const LinkConditions& link, const Bars& bars) {
  for_each_seed(3, [&](std::uint64_t seed) {
    SimulatedCall call({.seed = seed});
    call.set_link(call.bruno, link);
    if (link.loss_permille > 0) {
      call.amina.listener->set_voice_target(kLossyTarget);
      call.bruno.listener->set_voice_target(kLossyTarget);
    }
    call.run_for(kSettling);
    call.start_counting();
    call.run_for(kCounted);
    tell("the one with the bad link", *call.bruno.listener);
    tell("the other                ", *call.amina.listener);
    expect(*call.bruno.listener, bars);
    expect(*call.amina.listener, bars);
  });
}

TEST(CallSim, ACleanLinkLosesNothing) {
  lossy({.delay = kDelay}, {.heard = 1, .fps = 24.9, .freeze = milliseconds(100), .overhead = 0});
}
TEST(CallSim, TenPercentOfLoss) {
  lossy({.delay = kDelay, .loss_permille = 100},
        {.heard = 0.99, .fps = 20, .freeze = seconds(1), .overhead = 0.2});
}
TEST(CallSim, TwentyPercentOfLoss) {  // covers F9
  lossy({.delay = kDelay, .loss_permille = 200},
        {.heard = 0.97, .fps = 12, .freeze = seconds(2), .overhead = 0.3});
}
TEST(CallSim, TwentyPercentOfLossInBursts) {  // covers F9
  lossy({.delay = kDelay, .loss_permille = 200, .loss_burst = 5},
        {.heard = 0.97, .fps = 12, .freeze = seconds(2), .overhead = 0.3});
}
TEST(CallSim, ThirtyPercentOfLoss) {  // covers F9
  lossy({.delay = kDelay, .loss_permille = 300},
        {.heard = 0.92, .fps = 7, .freeze = seconds(4), .overhead = 0.5});
}
TEST(CallSim, ThirtyPercentOfLossInBursts) {  // covers F9
  lossy({.delay = kDelay, .loss_permille = 300, .loss_burst = 5},
        {.heard = 0.92, .fps = 7, .freeze = seconds(4), .overhead = 0.5});
}

TEST(CallSim, RedIsOpenedForWhoDoesNotTakeIt) {
  SimulatedCall call({.seed = 1, .amina = {}, .bruno = {}, .bruno_takes_red = false});
  call.set_link(call.bruno, {.delay = kDelay, .loss_permille = 100});
  call.bruno.listener->set_voice_target(kLossyTarget);
  call.run_for(kSettling);
  call.start_counting();
  call.run_for(seconds(20));
  // What is lost then is asked for again, and comes as the same bytes.
  EXPECT_GE(call.bruno.listener->heard(), 0.98);
  EXPECT_EQ(call.bruno.listener->voice_payload(), testing::CallSpeaker::kSpeechBytes);
  EXPECT_GT(call.amina.listener->voice_payload(), testing::CallSpeaker::kSpeechBytes);
}

// Bruno's network changes under him; how long it keeps the other's voice and picture from him.
void expect_gap(const SimulatedCall& call, Duration most) {
  EXPECT_LE(call.bruno.listener->longest_freeze(), most);
  EXPECT_LE(call.amina.listener->longest_freeze(), most);
  EXPECT_LE(call.bruno.listener->longest_silence(), most);
  EXPECT_LE(call.amina.listener->longest_silence(), most);
  EXPECT_GE(call.bruno.listener->frames_per_second(), 20);
  EXPECT_GE(call.amina.listener->frames_per_second(), 20);
}

// Browsers check a path that works every 2.5 s; what follows is a round trip and a jitter buffer.
constexpr Duration kNextCheck = milliseconds(2'900);

TEST(CallSim, ANatThatForgetsIsFollowedByTheNextCheck) {  // covers F8
  for_each_seed(10, [](std::uint64_t seed) {
    SimulatedCall call({.seed = seed});
    auto& network = call.world.network();
    call.run_for(kSettling + milliseconds(static_cast<std::int64_t>(seed) * 130));
    call.start_counting();
    network.set_nat(call.bruno.client->address,
                    rtc::TransportAddress::v4({203, 0, 113, 9}, 40'000));
    call.run_for(seconds(20));
    expect_gap(call, kNextCheck);
    call.start_counting();
    network.set_nat(call.bruno.client->address,
                    rtc::TransportAddress::v4({203, 0, 113, 9}, 40'001));
    call.run_for(seconds(20));
    tell("after a rebind", *call.bruno.listener);
    tell("the other     ", *call.amina.listener);
    expect_gap(call, kNextCheck);
  });
}

TEST(CallSim, AnotherNetworkCarriesTheCallOn) {  // covers F8
  for_each_seed(10, [](std::uint64_t seed) {
    SimulatedCall call({.seed = seed});
    call.run_for(kSettling);
    call.start_counting();
    call.move(call.bruno, rtc::TransportAddress::v4({100, 64, 0, 7}, 6'000));
    call.run_for(seconds(30));
    tell("after the move", *call.bruno.listener);
    tell("the other     ", *call.amina.listener);
    expect_gap(call, seconds(3));
    EXPECT_FALSE(call.bruno.client->disconnected);
  });
}

TEST(CallSim, NumbersWrapWithoutASound) {
  // All of these wrap within the first minute; what takes longer is DaySim's.
  const testing::CallSpeaker::Options near_the_end{.voice = {},
                                                   .picture = {},
                                                   .frame_bytes = {4'000},
                                                   .first_sequence = 65'000,
                                                   .first_timestamp = 0xFFFF'0000};
  SimulatedCall call({.seed = 1, .amina = near_the_end, .bruno = near_the_end});
  call.set_link(call.bruno, {.delay = kDelay});
  call.run_for(kSettling);
  call.start_counting();
  call.run_for(minutes(2));
  tell("wrapped", *call.bruno.listener);
  for (const auto* listener : {call.bruno.listener.get(), call.amina.listener.get()}) {
    EXPECT_EQ(listener->heard(), 1);
    EXPECT_GE(listener->frames_per_second(), 24.9);
    EXPECT_LE(listener->longest_freeze(), milliseconds(100));
    EXPECT_EQ(listener->keyframe_requests_per_second(), 0);
    EXPECT_LE(listener->resend_overhead(), 0.001);
  }
}

TEST(CallSim, AMegabitThatBecomesThreeHundredKilobits) {
  for_each_seed(5, [](std::uint64_t seed) {
    // 150, 500 and 1,700 kbit/s
    SimulatedCall call({.seed = seed,
                        .amina = {.voice = {}, .picture = {}, .frame_bytes = {750, 2'500, 8'500}},
                        .bruno = {}});
    const auto narrow = [&call](std::int64_t bits_per_second) {
      call.world.network().set_link(call.bruno.client->address,
                                    {.delay = kDelay, .bits_per_second = bits_per_second});
    };
    const CallListener& bruno = *call.bruno.listener;
    narrow(1'000'000);
    call.run_for(seconds(15));
    call.start_counting();
    call.run_for(seconds(5));
    tell("1 Mbit/s       ", bruno);
    EXPECT_GT(bruno.picture_rate(), 400'000);
    call.start_counting();
    narrow(300'000);
    call.run_for(seconds(2));
    tell("two seconds of 300 kbit/s", bruno);
    EXPECT_LE(bruno.longest_freeze(), seconds(1));
    call.run_for(seconds(18));
    tell("twenty         ", bruno);
    EXPECT_LE(bruno.longest_freeze(), seconds(1));
    EXPECT_GE(bruno.frames_per_second(), 10);
    // The queue that shows the limit delays the voice once; it is stretched, never cut.
    EXPECT_LE(bruno.longest_silence(), milliseconds(100));
    EXPECT_GE(bruno.heard(), 0.9);
    call.start_counting();
    call.run_for(seconds(10));
    tell("settled        ", bruno);
    EXPECT_LT(bruno.picture_rate(), 200'000);
    EXPECT_GE(bruno.heard(), 0.97);
    narrow(1'000'000);
    call.run_for(seconds(15));
    call.start_counting();
    call.run_for(seconds(5));
    tell("recovered      ", bruno);
    EXPECT_GT(bruno.picture_rate(), 400'000);
    EXPECT_GE(bruno.heard(), 0.97);  // a probe that the link refuses is heard by a hair
  });
}

}  // namespace
}  // namespace vv::sfu
