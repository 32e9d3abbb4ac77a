#include <array>

#include "base/check.hpp"
#include "rtc/codec/vp8.hpp"

using namespace vv;
using namespace vv::rtc::codec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes payload{data, size};
  const auto d = parse_vp8(payload);
  static_cast<void>(inspect(Kind::Vp8, payload, true, {}));
  if (!d) return 0;
  VV_CHECK(d->size <= kMaxVp8Descriptor && d->size < size, "inside the payload");
  std::array<std::uint8_t, kMaxVp8Descriptor + 1> out{};
  VV_CHECK(write_vp8_descriptor(out, payload, *d, 5, 7) == d->size, "it is written again");
  out[d->size] = 0;
  const auto again = parse_vp8(Bytes{out}.first(d->size + 1U));
  VV_CHECK(again && again->size == d->size && again->temporal == d->temporal, "and reads the same");

  Vp8Rewriter rewriter;  // the same bytes as a stream of frames
  for (std::size_t at = 0; at + 4 < size; at += 4) {
    Vp8Descriptor frame = *d;
    frame.picture_id = load_be16(&data[at]) & (d->long_picture_id ? 0x7FFF : 0x7F);
    frame.tl0_picture_index = data[at + 2];
    if ((data[at + 3] & 1) != 0) rewriter.switch_source();
    if ((data[at + 3] & 2) != 0) rewriter.drop(frame);
    static_cast<void>(rewriter.forward(frame));
  }
  return 0;
}
