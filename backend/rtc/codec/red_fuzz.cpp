#include <cstddef>
#include <cstdint>

#include "base/check.hpp"
#include "rtc/codec/red.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const vv::Bytes payload{data, size};
  if (const auto red = vv::rtc::codec::parse_red(payload)) {
    VV_CHECK(red->blocks <= vv::rtc::codec::kMaxRedBlocks, "no more blocks than allowed");
    VV_CHECK(red->primary.size() < size, "the newest frame stands behind a header");
    VV_CHECK(red->primary.data() + red->primary.size() == data + size, "and ends the payload");
  }
  return 0;
}
