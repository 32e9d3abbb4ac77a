#include <algorithm>

#include "base/check.hpp"
#include "rtc/codec/codec.hpp"

using namespace vv;
using namespace vv::rtc::codec;

/// The first byte says how long the dependency descriptor before the payload is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes rest{data + 1, size - 1};
  const std::size_t descriptor = std::min<std::size_t>(data[0], rest.size());
  const auto info = inspect(Kind::Av1, rest.subspan(descriptor), true, rest.first(descriptor));
  if (info) VV_CHECK(info->temporal <= kMaxTemporal, "layers are clamped");
  return 0;
}
