#include "base/check.hpp"
#include "rtc/bwe/twcc_feedback.hpp"
#include "rtc/bwe/twcc_recorder.hpp"
#include "rtc/rtcp/compound.hpp"

using namespace vv;
using namespace vv::rtc;

namespace {

/// The input as feedback from a stranger.
void read(Bytes body) {
  auto feedback = bwe::TwccFeedback::parse(body);
  if (!feedback) return;
  std::size_t count = 0;
  while (feedback->next()) ++count;
  VV_CHECK(count == feedback->status_count(), "as many as it says");
}

/// The input as arrivals (milliseconds, sequence number); what is written of them reads back.
void record(Bytes arrivals) {
  ByteReader script{arrivals};
  bwe::TwccRecorder recorder;
  Instant now = Instant::from_nanos(1);
  ByteVector out(1'200);
  while (script.remaining() >= 3) {
    now += milliseconds(script.u8());
    recorder.on_packet(now, script.u16());
    for (int i = 0; i < 2'000; ++i) {
      const auto size = recorder.poll(now, 1, 2, out);
      if (!size) break;
      VV_CHECK(i < 1'000, "it comes to an end");
      auto compound = rtcp::Compound::parse(Bytes{out}.first(*size));
      const auto block = compound->next();
      VV_CHECK(bwe::TwccFeedback::parse(std::get<rtcp::Twcc>(*block).body).has_value(),
               "ours reads ours");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read({data, size});
  record({data, size});
  return 0;
}
