#include <algorithm>

#include "base/check.hpp"
#include "rtc/codec/dependency_descriptor.hpp"

using namespace vv;
using namespace vv::rtc::codec;

/// A stream of descriptors, each after a byte that says how long it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  DependencyReader reader;
  DependencyReader narrowed_reader;
  bool knows_structure = false;  // the reader of narrowed ones
  Bytes rest{data, size};
  for (std::uint64_t order = 0; !rest.empty(); ++order) {
    const std::size_t length = std::min<std::size_t>(rest[0], rest.size() - 1);
    const Bytes descriptor = rest.subspan(1, length);
    rest = rest.subspan(1 + length);
    const auto frame = reader.read(descriptor, order);
    if (!frame) continue;
    VV_CHECK(frame->target_count >= 1 && frame->target_count <= kMaxDecodeTargets, "bounded");
    VV_CHECK(frame->reference_count <= FrameDependencies::kMaxReferences, "bounded");
    std::array<std::uint8_t, kMaxDependencyDescriptor> out;
    const std::size_t narrowed =
        narrow_dependency_descriptor(out, descriptor, frame->target_count, 1);
    // One that grows too long stays as it was; later ones then build on another structure.
    if (frame->has_structure) knows_structure = narrowed != 0;
    if (narrowed == 0 || !knows_structure) continue;
    const auto again = narrowed_reader.read(Bytes{out}.first(narrowed), order);
    VV_CHECK(again.has_value(), "what was understood still is");
    VV_CHECK(again->active_targets == 1 && again->frame_number == frame->frame_number,
             "only the active targets differ");
  }
  return 0;
}
