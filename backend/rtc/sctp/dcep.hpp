#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "rtc/sctp/association.hpp"

namespace vv::rtc::sctp {

// Payload protocol identifiers (RFC 8831 §8).
inline constexpr std::uint32_t kPpidDcep = 50;
inline constexpr std::uint32_t kPpidText = 51;
inline constexpr std::uint32_t kPpidBinary = 53;
inline constexpr std::uint32_t kPpidEmptyText = 56;
inline constexpr std::uint32_t kPpidEmptyBinary = 57;

inline constexpr std::size_t kMaxLabel = 1'024;  ///< bytes of a label, and of a protocol

/// A data channel's announcement (RFC 8832 §5.1).
struct DcepOpen {
  std::string_view label;
  ChannelOptions options;
};

[[nodiscard]] bool is_dcep_ack(Bytes message) noexcept;
/// Nothing when it is no OPEN, or its lengths do not add up, or a name is too long.
[[nodiscard]] std::optional<DcepOpen> parse_dcep_open(Bytes message);
[[nodiscard]] ByteVector write_dcep_open(std::string_view label, const ChannelOptions& options);
[[nodiscard]] ByteVector write_dcep_ack();

}  // namespace vv::rtc::sctp
