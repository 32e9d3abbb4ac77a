#include <array>

#include "base/check.hpp"
#include "rtc/bwe/link_estimator.hpp"

using namespace vv;
using namespace vv::rtc;

// A sender that follows a script, and a receiver that says whatever it likes about what it got.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader script{{data, size}};
  bwe::LinkEstimator estimator;
  Instant now = Instant::from_nanos(1'000'000'000);
  while (script.remaining() >= 4) {
    const std::uint8_t what = script.u8();
    now += milliseconds(script.u8());
    switch (what % 5) {
      case 0:
      case 1:
        for (unsigned n = script.u8(); n > 0; --n) estimator.on_sent(now, 60U + what * 5U);
        break;
      case 2: {
        const Bytes body = script.take(std::min<std::size_t>(script.u8(), script.remaining()));
        if (auto feedback = bwe::TwccFeedback::parse(body)) estimator.on_feedback(now, *feedback);
        break;
      }
      case 3:
        estimator.set_goal(std::uint64_t{script.u16()} * 1'000);
        break;
      default:
        if (estimator.padding_due(now) > 0) {
          what % 2 == 0 ? estimator.on_sent(now, 255) : estimator.cannot_pad(now);
        }
        static_cast<void>(estimator.take_cut());
    }
    const auto capacity = estimator.capacity();
    VV_CHECK(!capacity ||
                 (*capacity >= bwe::LinkEstimator::kMin && *capacity <= bwe::LinkEstimator::kMax),
             "threat-model M17");
  }
  return 0;
}
