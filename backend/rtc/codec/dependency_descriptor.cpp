#include "rtc/codec/dependency_descriptor.hpp"

#include <algorithm>

#include "rtc/codec/bit_reader.hpp"

namespace vv::rtc::codec {
namespace {

using Structure = DependencyReader::Structure;
using Template = DependencyReader::Template;

constexpr std::uint8_t kMaxTemporalId = 7;
constexpr std::uint8_t kMaxSpatialId = 3;
constexpr std::size_t kMandatorySize = 3;

std::uint32_t all_targets(std::uint8_t count) {
  return count >= 32 ? ~std::uint32_t{0} : (std::uint32_t{1} << count) - 1;
}

bool read_layers(BitReader& in, Structure& s) {
  std::uint8_t temporal = 0;
  std::uint8_t spatial = 0;
  for (;;) {
    if (s.template_count == DependencyReader::kMaxTemplates) return false;
    Template& t = s.templates[s.template_count++];
    t = {};
    t.spatial = spatial;
    t.temporal = temporal;
    const std::uint32_t next = in.bits(2);
    if (!in.ok()) return false;
    if (next == 3) break;
    if (next == 1 && ++temporal > kMaxTemporalId) return false;
    if (next == 2) {
      temporal = 0;
      if (++spatial > kMaxSpatialId) return false;
    }
  }
  s.spatial_layers = static_cast<std::uint8_t>(spatial + 1);
  return true;
}

std::uint64_t read_indications(BitReader& in, std::uint8_t targets) {
  std::uint64_t all = 0;
  for (unsigned n = 0; n < targets; ++n) all |= std::uint64_t{in.bits(2)} << (2 * n);
  return all;
}

bool read_template_references(BitReader& in, Template& t) {
  while (in.flag()) {
    if (t.reference_count == t.references.size()) return false;
    t.references[t.reference_count++] = static_cast<std::uint16_t>(in.bits(4) + 1);
  }
  return in.ok();
}

void read_chains(BitReader& in, Structure& s) {
  s.chain_count = static_cast<std::uint8_t>(in.below(s.target_count + 1U));
  if (s.chain_count == 0) return;
  for (unsigned n = 0; n < s.target_count; ++n) in.below(s.chain_count);
  for (unsigned n = 0; n < s.template_count && in.ok(); ++n) {
    for (unsigned chain = 0; chain < s.chain_count; ++chain) in.bits(4);
  }
}

/// A decode target's layers are the highest of the frames that are part of it (A.8.3.7).
void find_target_layers(Structure& s) {
  s.targets.fill(0);
  for (std::size_t n = 0; n < s.target_count; ++n) {
    std::uint8_t spatial = 0;
    std::uint8_t temporal = 0;
    for (std::size_t i = 0; i < s.template_count; ++i) {
      const Template& t = s.templates[i];
      if (((t.indications >> (2 * n)) & 3U) == 0) continue;
      spatial = std::max(spatial, t.spatial);
      temporal = std::max(temporal, t.temporal);
    }
    s.targets[n] = static_cast<std::uint8_t>((spatial << 4) | temporal);
  }
}

bool read_structure(BitReader& in, Structure& s) {
  s.template_count = 0;
  s.id_offset = static_cast<std::uint8_t>(in.bits(6));
  s.target_count = static_cast<std::uint8_t>(in.bits(5) + 1);
  if (!read_layers(in, s)) return false;
  for (std::size_t i = 0; i < s.template_count; ++i) {
    s.templates[i].indications = read_indications(in, s.target_count);
  }
  for (std::size_t i = 0; i < s.template_count; ++i) {
    if (!read_template_references(in, s.templates[i])) return false;
  }
  read_chains(in, s);
  find_target_layers(s);
  if (in.flag()) {  // resolutions, which nobody here asks for
    for (unsigned n = 0; n < s.spatial_layers; ++n) in.bits(32);
  }
  return in.ok();
}

bool read_custom_references(BitReader& in, FrameDependencies& frame) {
  frame.reference_count = 0;
  while (const std::uint32_t size = in.bits(2)) {
    if (frame.reference_count == frame.references.size()) return false;
    frame.references[frame.reference_count++] = static_cast<std::uint16_t>(in.bits(4 * size) + 1);
  }
  return in.ok();
}

}  // namespace

std::optional<FrameDependencies> DependencyReader::read(Bytes extension,
                                                        std::uint64_t order) noexcept {
  BitReader in{extension};
  FrameDependencies frame;
  frame.start_of_frame = in.flag();
  frame.end_of_frame = in.flag();
  const std::uint32_t id = in.bits(6);
  frame.frame_number = static_cast<std::uint16_t>(in.bits(16));
  const bool is_extended = extension.size() > kMandatorySize;
  frame.has_structure = is_extended && in.flag();
  const bool has_active = is_extended && in.flag();
  const bool has_indications = is_extended && in.flag();
  const bool has_references = is_extended && in.flag();
  if (is_extended) in.flag();  // chains, which come last and which nobody here asks for
  if (!in.ok()) return std::nullopt;

  if (frame.has_structure && !read_structure(in, incoming_)) return std::nullopt;
  const Structure& s = frame.has_structure ? incoming_ : structure_;
  if (s.target_count == 0) return std::nullopt;
  std::uint32_t active = frame.has_structure ? all_targets(s.target_count) : active_targets_;
  if (has_active) {
    active = in.bits(s.target_count);
  }

  const std::size_t index = (id + kMaxTemplates - s.id_offset) % kMaxTemplates;
  if (index >= s.template_count) return std::nullopt;
  const Template& t = s.templates[index];
  frame.spatial = t.spatial;
  frame.temporal = t.temporal;
  frame.indications = has_indications ? read_indications(in, s.target_count) : t.indications;
  frame.references = t.references;
  frame.reference_count = t.reference_count;
  if (has_references && !read_custom_references(in, frame)) return std::nullopt;
  if (!in.ok()) return std::nullopt;

  if ((frame.has_structure || has_active) && order >= active_order_) {
    active_targets_ = active;
    active_order_ = order;
  }
  frame.target_count = s.target_count;
  frame.active_targets = active;
  frame.targets = s.targets;
  if (frame.has_structure && order >= structure_order_) {
    structure_ = incoming_;
    structure_order_ = order;
  }
  return frame;
}

std::size_t narrow_dependency_descriptor(MutableBytes out, Bytes extension,
                                         std::uint8_t target_count, std::uint32_t active) noexcept {
  BitReader in{extension};
  BitWriter copy{out.first(std::min(out.size(), kMaxDependencyDescriptor))};
  const auto pass = [&](std::size_t bits) {
    while (bits > 0) {
      const auto step = static_cast<unsigned>(std::min<std::size_t>(bits, 32));
      copy.bits(in.bits(step), step);
      bits -= step;
    }
  };
  pass(kMandatorySize * 8);
  const bool is_extended = extension.size() > kMandatorySize;
  const bool has_structure = is_extended && in.flag();
  const bool had_active = is_extended && in.flag();
  const std::uint32_t custom = is_extended ? in.bits(3) : 0;
  if (!in.ok()) return 0;
  copy.bits(has_structure ? 1 : 0, 1);
  copy.bits(1, 1);
  copy.bits(custom, 3);
  if (has_structure) {
    BitReader ahead = in;
    Structure s;
    if (!read_structure(ahead, s)) return 0;
    target_count = s.target_count;
    pass(ahead.position() - in.position());
  }
  if (had_active) in.bits(target_count);
  copy.bits(active, target_count);
  if (!in.ok()) return 0;
  pass(extension.size() * 8 - in.position());
  return in.ok() && copy.ok() ? copy.size() : 0;
}

}  // namespace vv::rtc::codec
