#include "base/check.hpp"
#include "rtc/sctp/dcep.hpp"

using namespace vv;
using namespace vv::rtc::sctp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto open = parse_dcep_open({data, size});
  if (!open) return 0;
  const ByteVector written = write_dcep_open(open->label, open->options);
  const auto again = parse_dcep_open(written);
  VV_CHECK(again && again->label == open->label &&
               again->options.ordered == open->options.ordered &&
               again->options.max_retransmits == open->options.max_retransmits &&
               again->options.max_lifetime_ms == open->options.max_lifetime_ms &&
               again->options.protocol == open->options.protocol,
           "what parses is written and read again");
  return 0;
}
