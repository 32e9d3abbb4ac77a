#include "base/check.hpp"
#include "rtc/codec/codec.hpp"

using namespace vv::rtc::codec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto info = inspect(Kind::H264, {data, size}, true, {});
  if (!info) return 0;
  VV_CHECK(info->temporal <= kMaxTemporal && info->spatial <= kMaxSpatial, "layers are clamped");
  return 0;
}
