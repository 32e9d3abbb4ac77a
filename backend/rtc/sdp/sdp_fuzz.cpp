#include "base/bytes.hpp"
#include "base/check.hpp"
#include "rtc/sdp/session_description.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vv::rtc;
  const auto once = sdp::parse(vv::as_text({data, size}));
  if (!once) return 0;
  const auto twice = sdp::parse(sdp::serialise(*once));
  // Copying session values into sections may push a huge description past the limits.
  if (!twice)
    VV_CHECK(sdp::serialise(*once).size() > sdp::kMaxBytes / 4, "what parses writes back");
  if (twice) VV_CHECK(*once == *twice, "writing loses nothing");
  return 0;
}
