#include "base/bytes.hpp"
#include "base/check.hpp"
#include "rtc/sdp/candidate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vv::rtc;
  const auto once = sdp::parse_candidate(vv::as_text({data, size}));
  if (!once) return 0;
  const auto twice = sdp::parse_candidate(sdp::to_string(*once));
  VV_CHECK(twice.has_value() && *once == *twice, "writing loses nothing");
  return 0;
}
