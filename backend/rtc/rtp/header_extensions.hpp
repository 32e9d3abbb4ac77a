#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "rtc/rtp/rtp_view.hpp"

namespace vv::rtc::rtp {

/// The header extensions we know by meaning; ids are per connection.
enum class Extension : std::uint8_t {
  None,
  AudioLevel,  ///< RFC 6464
  AbsSendTime,
  TransportSequence,  ///< draft-holmer-rmcat-transport-wide-cc-extensions-01
  Mid,                ///< RFC 9143
  Rid,                ///< RFC 8852
  RepairedRid,        ///< RFC 8852
  PlayoutDelay,
  DependencyDescriptor,  ///< AV1 RTP specification, appendix A
  AbsCaptureTime,
  VideoOrientation,    ///< 3GPP TS 26.114
  TransmissionOffset,  ///< RFC 5450
  VideoContentType,
  VideoTiming,
  ColorSpace,
};
inline constexpr std::size_t kExtensionCount = 15;

/// `None` for a URI we do not know.
[[nodiscard]] Extension extension_of(std::string_view uri);
/// Empty for `None`.
[[nodiscard]] std::string_view uri_of(Extension extension);

/// Which id means what on one connection (threat-model M12: whatever id comes, it is looked up
/// within the table or searched for).
class ExtensionIds {
 public:
  /// `id` 0 is ignored. A later mapping of the same id or extension replaces the earlier.
  void map(std::uint8_t id, Extension extension);
  [[nodiscard]] Extension at(std::uint8_t id) const {
    return id < kOneByteIds ? by_id_[id] : search(id);
  }
  /// 0 when it was not negotiated.
  [[nodiscard]] std::uint8_t id_of(Extension extension) const {
    return ids_[static_cast<std::size_t>(extension)];
  }

 private:
  // Every subscription has such a table, so it is small: those of the one-byte form, which nearly
  // all are, are found at once.
  static constexpr std::uint8_t kOneByteIds = 16;
  [[nodiscard]] Extension search(std::uint8_t id) const;

  std::array<Extension, kOneByteIds> by_id_{};
  std::array<std::uint8_t, kExtensionCount> ids_{};
};

/// What one packet's extensions say. Byte views borrow from the packet.
struct ExtensionValues {
  std::optional<std::uint8_t> audio_level;  ///< -dBov: 0 loudest, 127 silence
  bool voice_activity = false;
  std::optional<std::uint32_t> abs_send_time;  ///< 24 bits, 6.18 fixed-point seconds
  std::optional<std::uint16_t> transport_sequence;
  std::string_view mid;           ///< at most 16 bytes, else treated as absent
  std::string_view rid;           ///< at most 32 bytes, else treated as absent
  std::string_view repaired_rid;  ///< likewise
  Bytes playout_delay;            ///< 3 bytes or empty
  Bytes dependency_descriptor;
  Bytes abs_capture_time;
  Bytes video_orientation;
  Bytes color_space;
};

/// Walks a packet's extension block once (RFC 8285). Elements that run past the block, id 15 and id
/// 0 with a length end the walk; what came before counts.
[[nodiscard]] ExtensionValues read_extensions(const RtpView& packet,
                                              const ExtensionIds& ids) noexcept;

/// One element at a time, for who wants all of them.
struct ExtensionElement {
  std::uint8_t id = 0;
  Bytes value;
};
class ExtensionWalker {
 public:
  explicit ExtensionWalker(const RtpView& packet) noexcept;
  [[nodiscard]] std::optional<ExtensionElement> next() noexcept;

 private:
  Bytes rest_;
  bool two_byte_ = false;
};

}  // namespace vv::rtc::rtp
