#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace vv::rtc::codec {

// The dependency descriptor (AV1 RTP specification, appendix A): which layers a frame is part of
// and which frames it needs, in a header extension, for any codec.

inline constexpr std::size_t kMaxDecodeTargets = 32;

/// What a frame is to one decode target (A.2).
enum class Indication : std::uint8_t { NotPresent, Discardable, Switch, Required };

/// One frame's part of the description, as one of its packets tells it.
struct FrameDependencies {
  static constexpr std::size_t kMaxReferences = 8;

  bool start_of_frame = false;
  bool end_of_frame = false;
  /// The packet brought a structure, which encoders send with key frames.
  bool has_structure = false;
  std::uint16_t frame_number = 0;
  std::uint8_t spatial = 0;
  std::uint8_t temporal = 0;
  std::uint8_t target_count = 0;
  std::uint8_t reference_count = 0;
  std::array<std::uint16_t, kMaxReferences> references{};  ///< how many frames before this one
  std::uint64_t indications = 0;                           ///< two bits a decode target
  std::uint32_t active_targets = 0;                        ///< bit n: target n is being sent
  /// The highest layers of each decode target: spatial * 16 + temporal.
  std::array<std::uint8_t, kMaxDecodeTargets> targets{};

  [[nodiscard]] Indication indication(std::size_t target) const {
    return static_cast<Indication>((indications >> (2 * target)) & 3U);
  }
  [[nodiscard]] std::uint8_t target_spatial(std::size_t n) const { return targets[n] >> 4; }
  [[nodiscard]] std::uint8_t target_temporal(std::size_t n) const { return targets[n] & 0x0F; }
};

/// Reads the descriptors of one stream. What later ones leave out is as the last structure said.
///
/// Bounds:  64 templates, 32 decode targets, 8 references a frame; nothing is allocated.
class DependencyReader {
 public:
  /// @param order  grows with the packets as they were sent: what arrives late changes nothing that
  ///               a later packet said
  /// @return nothing when the descriptor is broken, or needs a structure that has not come
  [[nodiscard]] std::optional<FrameDependencies> read(Bytes extension,
                                                      std::uint64_t order) noexcept;

  static constexpr std::size_t kMaxTemplates = 64;
  struct Template {
    std::uint8_t spatial = 0;
    std::uint8_t temporal = 0;
    std::uint8_t reference_count = 0;
    std::uint64_t indications = 0;
    std::array<std::uint16_t, FrameDependencies::kMaxReferences> references{};
  };
  struct Structure {
    std::uint8_t id_offset = 0;
    std::uint8_t target_count = 0;
    std::uint8_t template_count = 0;
    std::uint8_t chain_count = 0;
    std::uint8_t spatial_layers = 0;
    std::array<std::uint8_t, kMaxDecodeTargets> targets{};
    std::array<Template, kMaxTemplates> templates{};
  };

 private:
  Structure structure_;
  Structure incoming_;  ///< while it is being read: a broken one replaces nothing
  std::uint64_t structure_order_ = 0;
  std::uint32_t active_targets_ = 0;
  std::uint64_t active_order_ = 0;
};

/// Longest descriptor that `narrow_dependency_descriptor` writes.
inline constexpr std::size_t kMaxDependencyDescriptor = 255;

/// Copies a descriptor, saying that only `active` of its decode targets are being sent on.
/// @param target_count  of the stream's structure
/// @return its size, or 0 when it is broken or does not fit: then it is better sent as it came
[[nodiscard]] std::size_t narrow_dependency_descriptor(MutableBytes out, Bytes extension,
                                                       std::uint8_t target_count,
                                                       std::uint32_t active) noexcept;

}  // namespace vv::rtc::codec
