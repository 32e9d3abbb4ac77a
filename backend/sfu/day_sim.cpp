// A day of talk on a virtual clock: long enough for every number that a call counts with to begin
// again, and for anything that grows to be seen.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <span>

#include "base/format.hpp"
#include "testing/heap.hpp"
#include "testing/simulated_call.hpp"

namespace vv::sfu {
namespace {

using testing::CallListener;
using testing::Counter;
using testing::LinkConditions;
using testing::SimulatedCall;
using testing::WrapWatch;

constexpr LinkConditions kUsual{
    .delay = milliseconds(30), .jitter = milliseconds(5), .loss_permille = 20};
constexpr LinkConditions kBad{
    .delay = milliseconds(30), .jitter = milliseconds(5), .loss_permille = 100};
// 7 February 2036, when the seconds since 1900 need a 33rd bit.
constexpr Instant kEndOfEra = Instant::from_nanos(2'085'978'496'000'000'000);
// A short day is as long as a voice takes to count to 65,536, and begins right before what takes
// longer than that.
constexpr Duration kShortDay = minutes(23);
// After a rebind (F8) the next check shows where to send to; they are 2.5 s apart, and one may be
// lost.
constexpr Duration kLongestGap = milliseconds(5'500);
constexpr std::size_t kMayGrow = 64 * 1'024;  // bytes: buffers that had not been full before

constexpr std::array kSeenByEverybody{Counter::VoiceSequence,     Counter::VoiceTimestamp,
                                      Counter::PictureSequence,   Counter::PictureTimestamp,
                                      Counter::PictureId,         Counter::Tl0,
                                      Counter::TransportSequence, Counter::SendTime,
                                      Counter::CompactNtp,        Counter::NtpSeconds};
constexpr std::array kSentByEverybody{Counter::VoiceSequence,   Counter::VoiceTimestamp,
                                      Counter::PictureSequence, Counter::PictureTimestamp,
                                      Counter::PictureId,       Counter::Tl0,
                                      Counter::CompactNtp,      Counter::NtpSeconds,
                                      Counter::SentPackets,     Counter::SentOctets};
// Where packets are lost, and where the server counts from a number of its own.
constexpr std::array kOfBadLinks{Counter::ResendSequence};
constexpr std::array kOfAWholeDay{Counter::ResendSequence, Counter::SentOctets};

void expect_wraps(std::string_view who, const WrapWatch& watch, std::span<const Counter> counters) {
  for (const Counter counter : counters) {
    if (std::getenv("VV_SIM_TELL") != nullptr) {
      std::cout << format("{}: {} began again {} times\n", who, WrapWatch::name(counter),
                          watch.wraps(counter));
    }
    EXPECT_GE(watch.wraps(counter), 1U) << who << ": " << WrapWatch::name(counter);
  }
}

void expect_a_good_call(std::string_view who, const CallListener& l) {
  if (std::getenv("VV_SIM_TELL") != nullptr) {
    std::cout << format(
        "{}: heard {:.2f} %, {:.1f} fps, frozen {} ms, silent {} ms, resent {:.1f} %, "
        "{:.3f} key frames/s, {} KiB of heap\n",
        who, l.heard() * 100, l.frames_per_second(), l.longest_freeze().as_millis(),
        l.longest_silence().as_millis(), l.resend_overhead() * 100,
        l.keyframe_requests_per_second(), testing::heap_in_use() / 1'024);
  }
  EXPECT_GE(l.heard(), 0.98) << who;
  EXPECT_GE(l.frames_per_second(), 24) << who;
  EXPECT_LE(l.longest_freeze(), kLongestGap) << who;
  EXPECT_LE(l.longest_silence(), kLongestGap) << who;
  EXPECT_LE(l.resend_overhead(), 0.06) << who;
  EXPECT_LE(l.keyframe_requests_per_second(), 0.05) << who;
}

TEST(DaySim, TalkGoesOnWhileEveryNumberBeginsAgain) {  // covers F8, M10
  // VV_SIM_HOURS=24: a whole one (`./dev sim --day`).
  const char* hours = std::getenv("VV_SIM_HOURS");
  const bool is_whole = hours != nullptr;
  const Duration day = is_whole ? minutes(60 * std::atoll(hours)) : kShortDay;
  const std::int64_t spells = is_whole ? day / minutes(60) : 4;
  const testing::CallSpeaker::Options speaker{
      .voice = {},
      .picture = {},
      .frame_bytes = {is_whole ? 2'500U : 1'400U},
      .first_sequence = 65'000,
      .first_timestamp = is_whole ? 0x8000'0000 : 0xFFFF'0000,
      .first_resend = 65'000,
      .first_picture_id = 32'000,
      .first_count = 0xFFFF'0000,
  };
  SimulatedCall call(
      {.seed = 1, .amina = speaker, .bruno = speaker, .begins = kEndOfEra - day / 2});
  call.set_link(call.bruno, kUsual);
  call.run_for(seconds(5));
  std::optional<std::size_t> heap;
  for (std::int64_t spell = 0; spell < spells && !::testing::Test::HasFailure(); ++spell) {
    call.start_counting();
    // A bad minute, and a NAT that forgets.
    call.set_link(call.bruno, kBad);
    call.run_for(minutes(1));
    call.set_link(call.bruno, kUsual);
    call.world.network().set_nat(
        call.bruno.client->address,
        rtc::TransportAddress::v4({203, 0, 113, 9}, static_cast<std::uint16_t>(40'000 + spell)));
    call.run_for(day / spells - minutes(1));
    const std::string name = format("hour {}", spell + 1);
    expect_a_good_call(name + ", Amina", *call.amina.listener);
    expect_a_good_call(name + ", Bruno", *call.bruno.listener);
    call.world.events().clear();
    call.world.events().shrink_to_fit();
    if (!heap) heap = testing::heap_in_use();
  }
  EXPECT_LE(testing::heap_in_use(), heap.value_or(0) + kMayGrow);
  EXPECT_FALSE(call.bruno.client->disconnected || call.amina.client->disconnected);

  expect_wraps("Amina says", call.amina.speaker->wraps(), kSentByEverybody);
  expect_wraps("Bruno says", call.bruno.speaker->wraps(), kSentByEverybody);
  expect_wraps("Bruno says", call.bruno.speaker->wraps(), kOfBadLinks);
  expect_wraps("Amina gets", call.amina.listener->wraps(), kSeenByEverybody);
  expect_wraps("Bruno gets", call.bruno.listener->wraps(), kSeenByEverybody);
  if (is_whole && day >= minutes(24 * 60)) {
    expect_wraps("Bruno gets", call.bruno.listener->wraps(), kOfAWholeDay);
  }
}

}  // namespace
}  // namespace vv::sfu
